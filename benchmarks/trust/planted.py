"""Does `pytest --perf`, run at two commits, find the slowdowns planted between them, and nothing else?

Makes a project of forty real workloads, measures it, makes some of them slower by known factors, and measures again.

    python benchmarks/trust/planted.py [--factor 1.5] [--count 4] [--before 1] [--time 1.0] [--seed 1]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from workloads import git, make_project, names, plant


def measure(root: Path, report: Path, seconds: float) -> str:
    """Measure the project once and return what was printed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--perf", f"--perf-time={seconds}", f"--perf-json={report}"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{done.stdout}\n{done.stderr}\nexit code {done.returncode}"


def main() -> int:
    """Run the trial and print what was found, missed and falsely accused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--factor", type=float, default=1.5)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--before", type=int, default=1, help="runs of unchanged commits before the slow one")
    parser.add_argument("--time", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    slow = random.Random(args.seed).sample(names(), args.count)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        report = Path(folder) / "report.json"
        make_project(root)
        for number in range(args.before):
            if number:
                git(root, "commit", "-q", "--allow-empty", "-m", f"nothing {number}")
            measure(root, report, args.time)
        guilty = plant(root, dict.fromkeys(slow, args.factor), "slower")
        print(measure(root, report, args.time))
        verdicts = json.loads(report.read_text())["verdicts"]
    found = {v["benchmark"].split("::test_")[-1] for v in verdicts if v["outcome"] == "regressed"}
    named = {(v["change"] or {}).get("commits", [None, None])[-1] for v in verdicts if v["outcome"] == "regressed"}
    print(f"planted {sorted(slow)} by x{args.factor} in {guilty[:10]}")
    print(f"found   {sorted(found & set(slow))}; commits named: {sorted(str(sha)[:10] for sha in named)}")
    print(f"missed  {sorted(set(slow) - found)}; accused for nothing {sorted(found - set(slow))}")
    return int(bool(found - set(slow)))


if __name__ == "__main__":
    sys.exit(main())
