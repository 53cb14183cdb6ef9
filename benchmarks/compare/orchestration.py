"""What does it cost to hand a slice to a worker and take its answer, beside the calls in it?

    python benchmarks/compare/orchestration.py [--blocks 100] [--repeats 3]

Real sessions of a real repository. Every one of twenty workloads is measured in a pair with few blocks and in one with
many, each slice being a single call, so that what a slice took inside is what it says. The cost of a slice is the
difference of the wall times less the time inside, by the slices there were more: fixtures and warm-up are in both.
Median over workloads and repeats. Then the workloads as they are: the share of their time that is spent in calls.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from pathlib import Path

from lapwing.measure.clock import system_stopwatch
from lapwing.measure.pair_shape import Shape
from lapwing.measure.pairs import Pairs
from lapwing.measure.processors import cores
from lapwing.measure.sides.make import make_sides
from lapwing.measure.sides.revisions import resolve
from lapwing.recording import Slice, Step
from plan import Plan, twenty
from repository import make_repository
from sources import SUITES
from table import Row, say
from trial import ended, folder, parser_of

MOST_MICROSECONDS = 100.0
FEW = 4


def main() -> int:
    """Measure and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--blocks", type=int, default=100, help="blocks of the long pairs")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    if args.quick:
        args.repeats = 1
    with folder(args.keep) as root:
        repository = make_repository(root / "repository", Plan(workloads=twenty("library", seed=1)))
        costs, shares = _measured(args, repository.root)
    low, cost, high = statistics.quantiles(costs, n=4)
    return say(
        [
            Row(
                question="orchestration of one slice",
                bar=f"≤ {MOST_MICROSECONDS:.0f} µs",
                measured=f"{cost:.0f} µs (half of {len(costs)}: {low:.0f} to {high:.0f})",
                passed=cost <= MOST_MICROSECONDS,
            ),
            Row(
                question="of the time of a benchmark in a pair, spent in calls",
                bar="–",
                measured=f"{statistics.median(shares):.0%}",
            ),
        ],
        args.rows,
    )


def _measured(args: argparse.Namespace, root: Path) -> tuple[list[float], list[float]]:
    chosen = resolve(root, "base", "head")
    costs: list[float] = []
    shares: list[float] = []
    with make_sides(chosen, cwd=root, cache=root / ".lapwing" / "cache", progress=print) as sides:
        arguments = (SUITES["perf"],)
        clock = system_stopwatch().wall
        pairs = Pairs(sides=sides, arguments=arguments, timeout=60.0, seed=1, clock=clock, cores=cores())
        try:
            declared = tuple(one.benchmark for one in pairs.discover(progress=_nothing).declared)
            step = Step(stage="screen", benchmarks=declared)
            for _ in range(args.repeats):
                walls, insides = _timed(pairs, step)
                shares += [insides[name] / wall for name, wall in walls.items()]
            for number in range(args.repeats):
                few, many = (_rest(pairs, step, blocks) for blocks in (FEW, FEW + args.blocks))
                found = [1e6 * (many[name] - few[name]) / (2 * args.blocks) for name in many.keys() & few.keys()]
                costs += found
                print(f"[{number + 1}/{args.repeats}] {statistics.median(found):.1f} µs a slice", flush=True)
        finally:
            pairs.close()
    return costs, shares


def _rest(pairs: Pairs, step: Step, blocks: int) -> dict[str, float]:
    """Measure a pair with so many blocks of single calls; return the seconds of each benchmark outside of them."""
    pairs.shapes.update(dict.fromkeys(step.benchmarks, Shape(blocks=blocks, most=blocks, readings=1, loops=1)))
    walls, insides = _timed(pairs, step)
    return {name: wall - insides[name] for name, wall in walls.items()}


def _timed(pairs: Pairs, step: Step) -> tuple[dict[str, float], dict[str, float]]:
    """Measure a pair; return what each benchmark took and what its slices say of it, in seconds.

    The progress is told before each benchmark; so the last one, whose time would have the end of the sessions in it,
    is left out.
    """
    began: list[tuple[str, float]] = []

    def tell(_done: int, _total: int, what: str) -> None:
        began.append((what, time.perf_counter()))

    (pair,) = pairs.pairs(step, most=1, progress=tell)
    began = [(name, at) for name, at in began if name in step.benchmarks]
    walls = {name: end - start for (name, start), (_, end) in itertools.pairwise(began)}
    insides = {one.benchmark: sum(one.calls * _wall(taken) for taken in (*one.base, *one.head)) for one in pair.paired}
    return walls, insides


def _wall(taken: Slice) -> float:
    """Return the wall time of a call: its value, which of many calls is the lower quartile, and what it waited."""
    return taken.value / max(1 - taken.waited, 0.01)


def _nothing(_done: int, _total: int, _what: str) -> None:
    """Tell nobody about progress."""


if __name__ == "__main__":
    sys.exit(ended(main))
