"""Are the p-values honest? On permuted real noise, where nothing can have changed, they must be uniform.

    python benchmarks/detect/p_values.py [--series 2000] [--lengths 20]

One p-value for each series: of the most surprising change in it, among all the places and lengths that were looked at.
Once over series of many lengths, each of the noise of one history; and once for each of some lengths drawn by a seed,
of the noise of all histories, where the least of the tests' p-values is held against 1 % by Bonferroni.
Where the table ends, at its most likely level, p-values say only "more than that"; uniformity is asked of those below.
The test is that of Kolmogorov and Smirnov; looking at a part of the range can only make a rejection rarer.
"""

from __future__ import annotations

import random
import sys

import numpy as np

from asked import parser_of, ticking
from cases import all_noise
from rows import Row, say

LEAST = 0.01
SHORTEST, LONGEST = 40, 400
EACH = range(30, 1001)
"""The lengths of which some are looked at one by one."""


def main() -> int:
    """Draw the series, take their p-values, and print the table."""
    from lapwing.detect.surprise import p_value_of_any

    parser = parser_of(__doc__, alpha=False)
    parser.add_argument("--series", type=int, default=2000)
    parser.add_argument("--lengths", type=int, default=20)
    args = parser.parse_args()
    count = args.series // 10 if args.quick else args.series
    draw = random.Random(1)
    pool = all_noise("evaluate")
    values = []
    for number in ticking(range(count), "series"):
        left = pool[number % len(pool)].left.tolist()
        length = min(draw.randint(SHORTEST, LONGEST), len(left))
        values.append(p_value_of_any(np.exp(draw.sample(left, length)).tolist()))
    most, (distance, p) = resolved(), uniform(np.array(values), resolved())
    shares = ", ".join(f"p ≤ {level:g}: {np.mean(np.array(values) <= level):.2%}" for level in (0.001, 0.01, 0.05, 0.1))
    return say(
        [
            Row(
                question=f"p-values uniform on permuted noise, {count} series, Kolmogorov-Smirnov below {most:g}",
                bar=f"p ≥ {LEAST:.0%}",
                measured=f"p = {p:.3f} (distance {distance:.4f}); {shares}",
                passed=p >= LEAST,
            ),
            _one_by_one(count, 2 if args.quick else args.lengths),
        ],
        args.rows,
    )


def _one_by_one(count: int, lengths: int) -> Row:
    from lapwing.detect.surprise import p_values

    pool = np.concatenate([noise.left / noise.sigma for noise in all_noise("evaluate")])
    found = {}
    for length in ticking(sorted(random.Random(2).sample(EACH, lengths)), "lengths"):
        rows = np.random.default_rng([2, length]).choice(pool, (count, length))
        distance, found[length] = uniform(np.array(p_values(list(rows))), resolved())
        print(f"  of {length} points: p = {found[length]:.3f} (distance {distance:.4f})", flush=True)
    worst = min(found, key=lambda length: found[length])
    below = sum(p < LEAST for p in found.values())
    return Row(
        question=f"p-values uniform at each of {lengths} lengths, {count} series of each",
        bar=f"each p ≥ {LEAST:.0%} / {lengths}",
        measured=f"least p = {found[worst]:.4f} ({worst} points); {below} below {LEAST:.0%}",
        passed=found[worst] >= LEAST / lengths,
    )


def resolved() -> float:
    """Return the largest p-value that is told from 1."""
    from lapwing.detect.thresholds_table import LEVELS

    return LEVELS[0]


def uniform(values: np.ndarray, most: float) -> tuple[float, float]:
    """Return the largest distance of the distribution from the uniform one up to ``most``, and its p-value."""
    from scipy.stats import kstwo

    size = values.shape[0]
    ordered = np.sort(values[values < most])
    above = np.arange(1, ordered.shape[0] + 1) / size - ordered
    below = ordered - np.arange(ordered.shape[0]) / size
    at_end = abs(ordered.shape[0] / size - most)
    distance = float(max(above.max(initial=0), below.max(initial=0), at_end))
    return distance, float(kstwo.sf(distance, size))


if __name__ == "__main__":
    sys.exit(main())
