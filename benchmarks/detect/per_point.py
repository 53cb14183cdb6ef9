"""What does a point cost? Microseconds, Lapwing and its peers in turn on the same series.

    python benchmarks/detect/per_point.py [--rounds 5]

Half of the series are quiet, half have five steps. The best of some rounds counts, and the ratio within this run: the
microseconds themselves are this machine's. ``in batches`` is what judging a fleet costs: all series in one call.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

from asked import parser_of, ticking
from cases import noise_of
from peers import installed, lapwing
from rows import Row, say

LENGTHS = {300: 40, 10_000: 4}
"""How many series of each length."""

LEAST_RATIO = 10.0
STEPS = 5

Job = Callable[[Sequence[list[float]]], object]


def main() -> int:
    """Time everybody and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    rounds = 2 if args.quick else args.rounds
    peers = {name: _one_by_one(detect) for name, detect in installed(args.peers).items() if name in ("otava", "asv")}
    jobs: dict[str, Job] = {"lapwing": _one_by_one(lapwing(args.alpha)), "in batches": _in_batches, **peers}
    rows = []
    for length, count in LENGTHS.items():
        series = [_series(length, number) for number in range(count)]
        best = dict.fromkeys(jobs, float("inf"))
        for _ in ticking(range(rounds), f"rounds at n = {length}"):
            for name, job in jobs.items():
                began = time.perf_counter()
                job(series)
                best[name] = min(best[name], time.perf_counter() - began)
        rows += _rows(length, {name: 1e6 * seconds / (count * length) for name, seconds in best.items()})
    return say(rows, args.rows)


def _rows(length: int, cost: dict[str, float]) -> list[Row]:
    made = []
    for name, about in (("lapwing", "one by one"), ("in batches", "in batches")):
        ratios = {peer: cost[peer] / cost[name] for peer in cost if peer not in ("lapwing", "in batches")}
        told = ", ".join(f"{ratio:.1f}x faster than {peer}" for peer, ratio in ratios.items())
        made.append(
            Row(
                question=f"a point at n = {length}, {about}",
                bar=f"≥ {LEAST_RATIO:g}x faster than otava",
                measured=f"{cost[name]:.2f} µs" + (f", {told}" if told else ""),
                passed=ratios["otava"] >= LEAST_RATIO if "otava" in ratios else None,
                peers={peer: f"{cost[peer]:.1f} µs" for peer in ratios},
            )
        )
    return made


def _series(length: int, number: int) -> list[float]:
    draw = random.Random(f"per point {length} {number}")
    noise = noise_of(draw, length)
    logs = noise.left.copy()
    for place in draw.sample(range(20, length - 20), STEPS if number % 2 else 0):
        logs[place:] += 3 * noise.sigma * draw.choice([-1, 1])
    values: list[float] = np.exp(logs).tolist()
    return values


def _one_by_one(detect: Callable[[list[float]], list[int]]) -> Job:
    return lambda series: [detect(values) for values in series]


def _in_batches(series: Sequence[list[float]]) -> object:
    from lapwing.detect.points import ALPHA, points_in

    return points_in([np.array(values) for values in series], alpha=ALPHA, exact=[False] * len(series))


if __name__ == "__main__":
    sys.exit(main())
