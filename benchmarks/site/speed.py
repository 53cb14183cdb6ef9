"""How long does it take to build the site, and again after one more run? ``asv publish`` in the same run.

    python benchmarks/site/speed.py [--benchmarks 200] [--commits 2000] [--no-peer]

A repository of that many commits and a history of as many runs, one in forty benchmarks with a change of level. Times
are of whole processes, the start of Python among them; files are compared with those that asv writes.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from lapwing.history import open_store
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS

MACHINE = Machine(cpu="Test CPU", cpu_count=2, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")
LAPWING = (sys.executable, "-m", "lapwing.cli", "site", "--out")
OURS = ("verdicts.json", "commits.json", "lapwing.json", "info.json", "index.json", "regressions.json", "summary.json")
"""What asv has not, or has by its own change points; the index is compared by its parts."""


def make_repository(root: Path, commits: int) -> list[str]:
    """Make a repository of empty commits and return their hashes, oldest first."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(root)], check=True)
    stream = "".join(
        f"commit refs/heads/main\ncommitter Somebody <s@localhost> {1_600_000_000 + 3600 * number} +0000\n"
        f"data {len(f'Commit {number}')}\nCommit {number}\n"
        for number in range(commits)
    )
    subprocess.run(["git", "-C", str(root), "fast-import", "--quiet"], input=stream.encode(), check=True)
    log = subprocess.run(
        ["git", "-C", str(root), "rev-list", "--reverse", "main"], check=True, capture_output=True, text=True
    )
    return log.stdout.split()


def make_run(number: int, sha: str, benchmarks: int, commits: int) -> Run:
    """Make a run of one process a benchmark; a change of 10 % in one of forty, half-way."""
    draw = random.Random(number)
    names = [f"tests/test_site.py::test_{index}" for index in range(benchmarks)]
    return Run(
        id=f"run-{number:05d}",
        commit=Commit(sha=sha, date=1.6e9 + 3600 * number),
        machine=MACHINE,
        started_at=1.6e9 + 3600 * number,
        declared=tuple(Declared(benchmark=name, node_id=name) for name in names),
        samples=tuple(
            Sample(
                metric=MetricId(benchmark=name, name="time"),
                unit=SECONDS,
                values=(((1e-3 * (1 + (index % 40 == 0 and number > commits // 2) * 0.1)) * draw.gauss(1, 0.02),),),
            )
            for index, name in enumerate(names)
        ),
    )


def timed(command, root: Path) -> float:
    """Return the seconds that a process took."""
    begin = perf_counter()
    subprocess.run(command, cwd=root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - begin


def written(root: Path, since: float) -> int:
    """Return the bytes of the files written since then; those that were linked are older."""
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file() and path.stat().st_mtime > since)


def differing(ours: Path, theirs: Path) -> list[str]:
    """Return the data files that differ from asv's."""
    names = [path.relative_to(theirs).as_posix() for path in theirs.rglob("*.json") if path.name not in OURS]
    return [name for name in names if json.loads((ours / name).read_text()) != json.loads((theirs / name).read_text())]


def main() -> int:
    """Build, add a run, build again; print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--benchmarks", type=int, default=200)
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--no-peer", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lapwing-site-speed-") as folder:
        root = Path(folder, "project")
        shas = make_repository(root, args.commits)
        (root / "pyproject.toml").write_text("[tool.lapwing]\n", encoding="utf-8")
        store = open_store(".lapwing/history.db", root)
        runs = [make_run(number, sha, args.benchmarks, args.commits) for number, sha in enumerate(shas)]
        store.append(runs[:-1])
        whole = timed([*LAPWING, "site"], root)
        store.append(runs[-1:])
        begun = max(path.stat().st_mtime for path in (root / "site").rglob("*"))
        again = timed([*LAPWING, "site"], root)
        fresh = written(root / "site", begun)
        nothing = timed([*LAPWING, "site"], root)
        size = written(root / "site", 0)
        print(f"{args.benchmarks} benchmarks × {args.commits} commits")
        print(f"lapwing site, from nothing           {whole:7.2f} s   {size / 1e6:.1f} MB")
        print(f"lapwing site, after one more run     {again:7.2f} s   {fresh / 1e6:.1f} MB written")
        print(f"lapwing site, after nothing          {nothing:7.2f} s")
        if args.no_peer:
            return 0
        peer = timed([*LAPWING, "site-asv", "--by-asv"], root)
        print(f"asv publish, each time               {peer:7.2f} s")
        print(f"ratio: {peer / whole:.0f}x from nothing, {peer / again:.0f}x after one more run")
        wrong = differing(root / "site", root / "site-asv")
        print(f"data files that differ from asv's: {len(wrong)} {wrong[:3]}")
        return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
