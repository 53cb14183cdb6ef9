"""How long does it take to build the site, and again after one more run? ``asv publish`` in the same run.

    python benchmarks/site/speed.py [--benchmarks 200] [--commits 2000] [--times 3] [--no-peer]

A repository of that many commits and a history of as many runs, one in forty benchmarks with a change of level. Times
are of whole processes, the best of several, the start of Python among them: on the wall, and of the processors, which
other work on the machine moves less. Beside them what of it is the building, and what a process takes that only loads
the libraries. ``asv publish`` is timed alone, without the making of its tree. Files are compared with those of asv.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from lapwing.history import open_store
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS

MACHINE = Machine(cpu="Test CPU", cpu_count=2, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")
LAPWING = (sys.executable, "-m", "lapwing.cli", "site", "--out")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""An installed package is compiled already."""

FLOORS = {
    "a process": "pass",
    "numpy loaded": "import numpy",
    "SQLAlchemy too": "import numpy, sqlalchemy",
    "scipy.special too": "import numpy, sqlalchemy, scipy.special",
    "all of ours too": "import lapwing.cli, lapwing.wiring.site, lapwing.history.sqlite, lapwing.site.pages.publish",
}
WITHIN = """
import sys, time
from pathlib import Path
import lapwing.history.sqlite, lapwing.site.pages.publish
from lapwing.cli.project import project_of
from lapwing.wiring.site import build_site
project = project_of({"store": None})
wall, cpu = time.perf_counter(), time.process_time()
build_site(project.settings, project.root, project.root / sys.argv[1], lambda *_: None)
print(time.perf_counter() - wall, time.process_time() - cpu)
"""
"""Builds the site and tells how long that took, without the start of Python and the loading of libraries."""

BY_ASV = """
import resource, sys, time
from lapwing.cli import main
from lapwing.site import publish
def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
def timed(*arguments, publishing=publish._publish):
    wall, before = time.perf_counter(), cpu()
    publishing(*arguments)
    print(time.perf_counter() - wall, cpu() - before)
publish._publish = timed
main(["site", "--by-asv", "--out", sys.argv[1]])
"""
"""Has asv build the site and tells how long ``asv publish`` took of it."""

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


@dataclass(frozen=True, slots=True, order=True)
class Took:
    """Seconds of the processors, and on the wall."""

    cpu: float
    wall: float

    def __str__(self) -> str:
        """Write both, the wall first."""
        return f"{self.wall:7.2f} {self.cpu:7.2f} s"


def timed(command, root: Path, times: int = 1) -> Took:
    """Return the least that a process took."""
    found = []
    for _ in range(times):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
        subprocess.run(
            command, cwd=root, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        after, end = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append(Took(cpu=cpu, wall=end - begin))
    return min(found)


def told(script: str, root: Path, out: str) -> Took:
    """Return what a script prints first: seconds on the wall, and of the processors."""
    done = subprocess.run(
        [sys.executable, "-c", script, out],
        cwd=root,
        env=ENVIRONMENT,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    wall, cpu, *_ = done.stdout.split()
    return Took(cpu=float(cpu), wall=float(wall))


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
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--no-peer", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lapwing-site-speed-") as folder:
        root = Path(folder, "project")
        more = 2 * args.times
        shas = make_repository(root, args.commits + more)
        (root / "pyproject.toml").write_text("[tool.lapwing]\n", encoding="utf-8")
        store = open_store(".lapwing/history.db", root)
        runs = [make_run(number, sha, args.benchmarks, args.commits) for number, sha in enumerate(shas)]
        store.append(runs[:-more])
        floors = {what: timed([sys.executable, "-c", code], root, args.times + 1) for what, code in FLOORS.items()}

        def forget() -> None:
            for name in (".lapwing/cache", "site"):
                shutil.rmtree(root / name, ignore_errors=True)

        whole, whole_within, again, again_within = [], [], [], []
        for _ in range(args.times):
            forget()
            whole.append(timed([*LAPWING, "site"], root))
            forget()
            whole_within.append(told(WITHIN, root, "site"))
        for number in range(len(runs) - more, len(runs), 2):
            store.append(runs[number : number + 1])
            begun = max(path.stat().st_mtime for path in (root / "site").rglob("*"))
            again.append(timed([*LAPWING, "site"], root))
            fresh = written(root / "site", begun)
            store.append(runs[number + 1 : number + 2])
            again_within.append(told(WITHIN, root, "site"))
        nothing = timed([*LAPWING, "site"], root, args.times)
        size = written(root / "site", 0)
        print(f"{args.benchmarks} benchmarks × {args.commits} commits: seconds on the wall, and of the processors")
        for what, took in {
            "from nothing": min(whole),
            "from nothing, building alone": min(whole_within),
            "one more run": min(again),
            "one more run, building alone": min(again_within),
            "nothing new": nothing,
            **floors,
        }.items():
            print(f"{what:30} {took}")
        print(f"written: {size / 1e6:.1f} MB from nothing, {fresh / 1e6:.1f} MB of one more run")
        if args.no_peer:
            return 0
        peer = told(BY_ASV, root, "site-asv")
        print(f"{'asv publish':30} {peer}")
        for what, ours in {"from nothing": (whole, whole_within), "one more run": (again, again_within)}.items():
            walls, cpus = ([getattr(peer, one) / getattr(min(took), one) for took in ours] for one in ("wall", "cpu"))
            print(f"{what}: {walls[0]:.0f}x on the wall (building alone {walls[1]:.0f}x)", end=", ")
            print(f"{cpus[0]:.0f}x of the processors ({cpus[1]:.0f}x)")
        wrong = differing(root / "site", root / "site-asv")
        print(f"data files that differ from asv's: {len(wrong)} {wrong[:3]}")
        return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
