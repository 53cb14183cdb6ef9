"""How long does it take to judge, render and post a report of N benchmarks, against the fake GitHub?

    PYTHONPATH=plugin:tests python benchmarks/forge/report_of_500.py [N]

Prints the seconds by the clock and by the processor (the fake's own work included) of the best of five, what was handed
over and how many requests it took; then the same of ``lapwing report`` as a job of a workflow runs it, a process of its
own that imports everything first (its processor time is that of this process alone). Exits 1 where it took more than 15
requests.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fakes.github import serving
from fakes.github.events import run_completed
from forge.conftest import SHA, make_github
from forge.measured import recording, reported
from lapwing.history.handover import write

MOST_REQUESTS = 15


def main(count):
    """Measure and print; return the exit code."""
    changes = {f"tests/test_codec.py::test_case[{i}]": 0.1 if i < 5 else 0.0 for i in range(count - 3)}
    data = write(recording(changes, pairs=8), "default")
    with serving() as hub:
        hub.add_pull(7, SHA)
        hub.add_run(5, SHA)
        hub.add_artifact(5, "lapwing-report", data.decode())
        seen = [once(hub) for _ in range(5)]
        assert hub.violations == []
        wall, spent = min(seen)[0], min(spent for _, spent in seen)
        packed = len(hub.artifacts[5][0]["archive"])
        print(
            f"{count} benchmarks: {wall:.2f} s ({spent:.2f} s of processor), {len(data) / 1e6:.1f} MB handed over "
            f"({packed / 1e6:.2f} MB zipped), {hub.calls} requests, a comment of {len(hub.own_comments()[0]):,} signs"
        )
        seen = [in_a_process(hub) for _ in range(5)]
        assert hub.violations == []
        wall, spent = min(seen)[0], min(spent for _, spent in seen)
        print(f"the same in a process of its own, with its imports: {wall:.2f} s ({spent:.2f} s of its processor)")
        return int(hub.calls > MOST_REQUESTS)


def once(hub):
    """Report once on a pull request without comments; return the seconds of the clock and of the processor."""
    hub.comments.clear()
    hub.statuses.clear()
    hub.calls = 0
    wall, spent = time.perf_counter(), time.process_time()
    reported(make_github(hub), "workflow_run", run_completed(SHA), Path.cwd())
    return time.perf_counter() - wall, time.process_time() - spent


def in_a_process(hub):
    """Run the command once; return the seconds of the clock, and of the processor for that process."""
    hub.comments.clear()
    hub.statuses.clear()
    hub.calls = 0
    with tempfile.TemporaryDirectory() as folder:
        event = Path(folder) / "event.json"
        event.write_text(json.dumps(run_completed(SHA)), encoding="utf-8")
        environ = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "workflow_run",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": "octo/thing",
            "GITHUB_API_URL": hub.base,
            "GITHUB_STEP_SUMMARY": str(Path(folder) / "summary.md"),
            "GITHUB_TOKEN": "ghs_x",
        }
        wall, spent = time.perf_counter(), processor_of_children()
        command = [sys.executable, "-m", "lapwing.cli", "report"]
        subprocess.run(command, cwd=folder, env=os.environ | environ, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - wall, processor_of_children() - spent


def processor_of_children():
    """Return the seconds that processes which are over have spent."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
