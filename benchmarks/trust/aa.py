"""How often does `pytest --perf` accuse code that did not change?

The bar: at most 1 false regression in 20 runs of 40 benchmarks. Makes a project of forty real workloads, then twenty
times: an empty commit and a recorded, judged run. With ``--same-commit`` all runs are of one commit.

    python benchmarks/trust/aa.py [--runs 20] [--time 1.0] [--same-commit] [--keep DIR]
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workloads import git, make_project


def main() -> int:
    """Run the A/A trial and print one line for each run and the sum."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--time", type=float, default=1.0, help="seconds for each benchmark")
    parser.add_argument("--same-commit", action="store_true")
    parser.add_argument("--keep", type=Path, help="make the project here and leave it")
    args = parser.parse_args()
    total: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        root = (args.keep or Path(folder)) / "project"
        make_project(root)
        for number in range(args.runs):
            if number and not args.same_commit:
                git(root, "commit", "-q", "--allow-empty", "-m", f"nothing {number}")
            start = time.perf_counter()
            report = root.parent / f"report-{number}.json"
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "--perf", f"--perf-time={args.time}", f"--perf-json={report}", "-q"],
                cwd=root,
                capture_output=True,
                text=True,
                check=False,
            )
            if not report.exists():
                print(done.stdout[-3000:], done.stderr[-3000:])
                return 2
            verdicts = json.loads(report.read_text())["verdicts"]
            outcomes = collections.Counter(verdict["outcome"] for verdict in verdicts)
            total += outcomes
            accused = [(v["benchmark"], v["reason"]) for v in verdicts if v["outcome"] in ("regressed", "improved")]
            print(
                f"run {number + 1:2d}  exit {done.returncode}  {time.perf_counter() - start:5.1f} s  {dict(outcomes)}"
            )
            for name, reason in accused:
                print(f"        accused: {name}: {reason}")
            sys.stdout.flush()
    print(f"in all: {dict(total)}; false regressions: {total['regressed']}, false improvements: {total['improved']}")
    return int(total["regressed"] > 1)


if __name__ == "__main__":
    sys.exit(main())
