"""What does a point cost? Microseconds, Lapwing and its peers in turn on the same series.

    python benchmarks/detect/per_point.py [--rounds 5]

Quiet series and such with one to three steps of 3 sigma, and long ones with five. The time is the processor's, which
other work on the machine does not lengthen as it does the clock's; of each series the best of some rounds counts, and
the ratio within this run: the microseconds themselves are this machine's. ``in batches`` is what judging a fleet costs:
all series in one call.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from asked import parser_of, ticking
from cases import noise_of
from peers import installed, lapwing
from rows import Row, say

KINDS = ((300, 0, 20), (300, 1, 20), (300, 2, 20), (300, 3, 20), (10_000, 0, 2), (10_000, 5, 2))
"""Points and steps of a series, and how many series."""

LEAST_RATIO = 10.0
Job = Callable[[], object]


def main() -> int:
    """Time everybody and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    rounds = 2 if args.quick else args.rounds
    peers = {name: detect for name, detect in installed(args.peers).items() if name in ("otava", "asv")}
    detectors = {"lapwing": lapwing(args.alpha), **peers}
    rows = []
    for length, steps, count in KINDS:
        series = [_series(length, steps, number) for number in range(count)]
        jobs: dict[str, list[Job]] = {name: [partial(one, v) for v in series] for name, one in detectors.items()}
        jobs["in batches"] = [partial(_in_batches, series)]
        best = {name: np.full(len(parts), np.inf) for name, parts in jobs.items()}
        for _ in ticking(range(rounds), f"rounds of {length} points, {steps} steps"):
            for name, parts in jobs.items():
                best[name] = np.minimum(best[name], [_seconds(job) for job in parts])
        rows += _rows(length, steps, {name: 1e6 * one.sum() / (count * length) for name, one in best.items()})
    return say(rows, args.rows)


def _seconds(job: Job) -> float:
    began = time.thread_time()
    job()
    return time.thread_time() - began


def _rows(length: int, steps: int, cost: dict[str, float]) -> list[Row]:
    made = []
    for name, about in (("lapwing", "one by one"), ("in batches", "in batches")):
        ratios = {peer: cost[peer] / cost[name] for peer in cost if peer not in ("lapwing", "in batches")}
        told = ", ".join(f"{ratio:.1f}x faster than {peer}" for peer, ratio in ratios.items())
        made.append(
            Row(
                question=f"a point at n = {length}, {steps or 'no'} step{'s' * (steps != 1)}, {about}",
                bar=f"≥ {LEAST_RATIO:g}x faster than otava",
                measured=f"{cost[name]:.2f} µs" + (f", {told}" if told else ""),
                passed=ratios["otava"] >= LEAST_RATIO if "otava" in ratios else None,
                peers={peer: f"{cost[peer]:.1f} µs" for peer in ratios},
            )
        )
    return made


def _series(length: int, steps: int, number: int) -> list[float]:
    draw = random.Random(f"per point {length} {steps} {number}")
    noise = noise_of(draw, length)
    logs = noise.left.copy()
    for place in draw.sample(range(20, length - 20), steps):
        logs[place:] += 3 * noise.sigma * draw.choice([-1, 1])
    values: list[float] = np.exp(logs).tolist()
    return values


def _in_batches(series: Sequence[list[float]]) -> object:
    from lapwing.detect.changes import points_in
    from lapwing.detect.points import ALPHA

    return points_in([np.array(values) for values in series], alpha=ALPHA, exact=[False] * len(series))


if __name__ == "__main__":
    sys.exit(main())
