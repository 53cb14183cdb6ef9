"""A git repository of two commits, tagged ``base`` and ``head``, that differ by slowdowns and speed-ups known exactly.

    python benchmarks/compare/repository.py DIR [--set library|language|mixed] [--seed 1] [--aa] [--untouched]
        [--unrelated] [--layout flat|src] [--native] [--count 500] [--units 200] [--limit 0.03]

It holds one suite in three styles: ``@perf`` tests, tests of the ``benchmark`` fixture, and asv's. ``--aa`` changes
nothing that costs time. Yet every workload's code differs between the commits (the variable that counts its units has
another name on head), so that nothing is acquitted for being the same code; ``--untouched`` leaves it. ``--unrelated``
adds code to head that no benchmark runs (which moves real benchmarks by up to 3 %, and is no change), ``--native`` does
the work in a C extension that has to be built. DIR/.git/truth.json has the relative change of each benchmark.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kinds import PARTS
from plan import CHANGES, FEW_CHANGES, Plan, Workload, many, plant, twenty
from sources import UNRELATED, project_files, write_package


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository as made: where it is, and the true relative change of each benchmark by name."""

    root: Path
    truth: dict[str, float]
    workloads: tuple[Workload, ...]
    sources: Path


def make_repository(root: Path, plan: Plan) -> Repository:
    """Write the repository with both commits; head is checked out."""
    sources = root / "src" if plan.layout == "src" else root
    package = sources / "worklib"
    for folder in (package, root / "tests", root / "asvbench"):
        folder.mkdir(parents=True)
    for name, text in project_files(plan).items():
        (root / name).write_text(text, encoding="utf-8")
    (package / "parts.py").write_text(PARTS, encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.email", "bench@example.invalid")
    git(root, "config", "user.name", "Benchmark")
    write_package(package, plan, {})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")
    git(root, "tag", "base")
    write_package(package, plan, plan.changes, counter="unit" if plan.touched else "_")
    with (package / "__init__.py").open("a", encoding="utf-8") as file:
        # Something to commit where nothing changes; and another size, so that no bytecode of base is taken for head's.
        file.write((UNRELATED if plan.unrelated else "") + "# head\n")
    git(root, "commit", "-qam", "head")
    git(root, "tag", "head")
    truth = {workload.name: plan.changes.get(workload.name, 0.0) for workload in plan.workloads}
    (root / ".git" / "truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return Repository(root=root, truth=truth, workloads=plan.workloads, sources=sources)


def git(root: Path, *words: str) -> str:
    """Run git in ``root`` and return what it printed."""
    return subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def plan_from(args: argparse.Namespace) -> Plan:
    """Return the plan that the command line asks for."""
    if args.count:
        workloads = many(args.count, seed=args.seed)
        changes = plant(workloads, FEW_CHANGES, seed=args.seed)
    else:
        workloads = twenty(args.set, seed=args.seed, units=args.units)
        changes = plant(workloads, CHANGES, seed=args.seed)
    return Plan(
        workloads=workloads,
        changes={} if args.aa else changes,
        layout=args.layout,
        native=args.native,
        unrelated=args.unrelated,
        touched=not args.untouched,
        limit=args.limit,
    )


def main() -> int:
    """Make a repository and print what is in it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dir", type=Path)
    parser.add_argument("--set", choices=["library", "language", "mixed"], default="library")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--aa", action="store_true", help="head changes nothing that costs time")
    parser.add_argument("--untouched", action="store_true", help="unchanged workloads have the same code on both sides")
    parser.add_argument("--unrelated", action="store_true", help="add code to head that no benchmark runs")
    parser.add_argument("--layout", choices=["flat", "src"], default="flat")
    parser.add_argument("--native", action="store_true", help="the work is done in a C extension")
    parser.add_argument("--count", type=int, default=0, help="so many benchmarks of 0.2 to 3 ms, few of them changed")
    parser.add_argument("--units", type=int, default=200, help="units of work of each of the twenty, in hundreds")
    parser.add_argument("--limit", type=float, help="the relative change that matters, in [tool.lapwing]")
    args = parser.parse_args()
    made = make_repository(args.dir, plan_from(args))
    changed = {name: change for name, change in made.truth.items() if change}
    print(f"{made.root}: {len(made.truth)} benchmarks, {len(changed)} of them changed: {changed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
