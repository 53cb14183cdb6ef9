"""A project in a folder of its own, run by a real pytest in a process of its own, and what came of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path

# Loaded by `-p seen`: writes the measured run where the test can read it.
SEEN = """
import json, os
from lapwing.wiring.main_job import MainJob

run_it = MainJob.run

def run(self, declared, progress):
    run, report = run_it(self, declared, progress)
    with open(os.environ["SEEN"], "w") as file:
        json.dump({
            "samples": [[s.metric.benchmark, s.metric.name, s.values, s.loops, [w.slug for w in s.warnings],
                         [s.unit.symbol, s.unit.better, s.unit.noise]] for s in run.samples],
            "failures": [[f.benchmark, f.kind, f.message] for f in run.failures],
            "declared": [[d.benchmark, d.node_id, d.was, d.limit, d.budgets, d.params, d.location, d.fingerprint]
                         for d in run.declared],
            "warnings": [w.slug for w in run.warnings],
            "complete": run.complete,
        }, file)
    return run, report

MainJob.run = run
"""


@dataclass
class Result:
    """What a run left: exit code, output, and the measured run where there was one."""

    code: int
    out: str
    err: str
    samples: dict = field(default_factory=dict)
    loops: dict = field(default_factory=dict)
    doubts: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    failures: dict = field(default_factory=dict)
    declared: dict = field(default_factory=dict)
    warnings: tuple = ()
    complete: bool | None = None

    @property
    def said(self) -> str:
        return self.out + self.err


class Project:
    """A folder of test files; only the plugins named are loaded, so that a session starts in a fifth of a second."""

    def __init__(self, root: Path) -> None:
        self.root = root / "project"
        self.root.mkdir()
        self._aside = root / "aside"
        self._aside.mkdir()
        (self._aside / "seen.py").write_text(SEEN)
        self.write("pytest.ini", "[pytest]\n")

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def perf(self, *arguments: str, budget="0.04", processes="2", **more) -> Result:
        """Run ``pytest --perf`` with a tiny budget and no store."""
        flags = ("--perf", "--perf-store=none", f"--perf-time={budget}", f"--perf-processes={processes}")
        return self.run(*flags, *arguments, **more)

    def run(self, *arguments: str, plugins: tuple[str, ...] = (), **more) -> Result:
        return self.finish(self.start(*arguments, plugins=plugins, **more))

    def start(
        self, *arguments: str, plugins: tuple[str, ...] = (), environ=None, main=("-m", "pytest"), seen=True
    ) -> subprocess.Popen:
        names = ("lapwing.plugin", *(("seen",) if seen else ()), *plugins)
        loaded = [part for name in names for part in ("-p", name)]
        self.seen = self._aside / "seen.json"
        self.seen.unlink(missing_ok=True)
        return subprocess.Popen(
            [sys.executable, *main, *loaded, *arguments],
            cwd=self.root,
            env=self.environ(
                {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(self._aside), "SEEN": str(self.seen)}
                | (environ or {})
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def environ(self, more: dict) -> dict:
        """Return this process's environment without what would reach into the project, and with ``more``."""
        ours = ("PYTEST_", "COV", "LAPWING_", "GIT_")
        return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {"CI": "1"} | more

    def finish(self, process: subprocess.Popen) -> Result:
        out, err = process.communicate(timeout=300)
        result = Result(code=process.returncode, out=out, err=err)
        if self.seen.exists():
            data = json.loads(self.seen.read_text())
            for benchmark, metric, values, loops, doubts, unit in data["samples"]:
                key = benchmark.partition("::")[2] or benchmark, metric
                result.samples[key] = values
                result.loops[key] = loops
                # How busy the machine is that runs the tests is not what they are about.
                result.doubts[key] = [doubt for doubt in doubts if doubt != "contended"]
                result.units[key] = tuple(unit)
            result.failures = {name.partition("::")[2] or name: (kind, text) for name, kind, text in data["failures"]}
            result.declared = {row[1].partition("::")[2]: row for row in data["declared"]}
            result.warnings = tuple(data["warnings"])
            result.complete = data["complete"]
        return result

    def interrupt(self, process: subprocess.Popen, *, when: Path) -> Result:
        """Send Ctrl-C once the file ``when`` is there."""
        end = time.monotonic() + 240
        while not when.exists() and time.monotonic() < end and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        return self.finish(process)


def outcomes(report: dict) -> dict:
    """Return the outcome of each benchmark by its parameter, ``test_it[w3]`` as ``w3``, from a report for programs."""
    return {verdict["benchmark"].partition("[")[2].rstrip("]"): verdict["outcome"] for verdict in report["verdicts"]}
