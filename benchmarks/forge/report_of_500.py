"""How long does it take to judge, render and post a report of N benchmarks, against the fake GitHub?

    PYTHONPATH=plugin:tests python benchmarks/forge/report_of_500.py [N]

Prints the seconds by the clock and by the processor (the fake's own work included) of the best of five, what was handed
over and how many requests it took; exits 1 where it took more than 15 requests.
"""

from __future__ import annotations

import sys
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
        return int(hub.calls > MOST_REQUESTS)


def once(hub):
    """Report once on a pull request without comments; return the seconds of the clock and of the processor."""
    hub.comments.clear()
    hub.statuses.clear()
    hub.calls = 0
    wall, spent = time.perf_counter(), time.process_time()
    reported(make_github(hub), "workflow_run", run_completed(SHA), Path.cwd())
    return time.perf_counter() - wall, time.process_time() - spent


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
