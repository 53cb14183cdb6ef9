from __future__ import annotations

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from fakes.project import Project
from fakes.repository import Repository
from fakes.steady import CONFTEST, STEADY

# A package of ten benchmarks; what each costs stands in costs.py, so that a commit can make one slower.
BENCHMARKS = """
import pytest
from costs import COSTS
from lapwing import perf
from steady import spend

@perf
@pytest.mark.parametrize("name", sorted(COSTS))
def test_work(name):
    spend(COSTS[name] * 1e-5)
"""


class PerfProject(Project):
    """A project in a git repository whose runs are kept; also runs the command line."""

    def __init__(self, root):
        super().__init__(root)
        self.repository = Repository(self.root)
        self.write("pytest.ini", "[pytest]\npythonpath = .\n")
        self.write(".gitignore", "__pycache__/\n.lapwing/\n.pytest_cache/\n")
        self.write("test_it.py", BENCHMARKS)
        self.write("steady.py", STEADY)
        self.write("conftest.py", CONFTEST)
        self.costs = {f"w{number}": 100 for number in range(10)}

    def commit(self, subject, **costs):
        self.costs |= costs
        self.write("costs.py", f"COSTS = {self.costs!r}\n")
        return self.repository.commit(subject, file="changed.txt")

    def measure(self, *arguments, budget="0.15", processes="4"):
        """Run ``pytest --perf``; return its result with the report for programs."""
        report = self.root.parent / "report.json"
        report.unlink(missing_ok=True)
        flags = ("--perf", f"--perf-time={budget}", f"--perf-processes={processes}", f"--perf-json={report}")
        result = self.run(*flags, *arguments, seen=False)
        result.report = json.loads(report.read_text()) if report.exists() else None
        return result

    def lapwing(self, *arguments, cwd=None):
        done = subprocess.run(
            [sys.executable, "-m", "lapwing.cli", *arguments],
            cwd=cwd or self.root,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env=self.environ({"PYTHONIOENCODING": "utf-8", "COLUMNS": "110"}),
        )
        return SimpleNamespace(code=done.returncode, out=done.stdout, err=done.stderr)


@pytest.fixture
def project(tmp_path):
    return PerfProject(tmp_path)
