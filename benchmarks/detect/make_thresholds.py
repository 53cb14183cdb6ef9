"""Make the table of critical scores of the rank scan: ``python benchmarks/detect/make_thresholds.py [--write]``.

Shuffles of 0 .. n-1 are scanned exactly as series are, for each size of a grid, from the fixed seed below, and the
quantiles of the score kept. Without ``--write`` the table is printed and compared with the one in the package.
Five minutes on one core.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

from shipped import write_or_compare

SEED = 20_260_418
# Few points have few scores, so each length has a row as far as that is seen: of 48 to 56 points, p-values read between
# the rows of the first and the last were off by 0.03.
SMALL = range(6, 129)
# From each of these lengths on a series has intervals of one length more (16 points, as round(n / sqrt(2)^k) says), and
# the distribution jumps; between two of them the intervals only stretch with the series.
JUMPS = tuple(math.floor(15.5 * 2 ** (k / 2)) + 1 for k in range(1, 16))
WITHIN = (1.0, 2 ** (1 / 6), 2 ** (1 / 3))
LARGE = tuple(
    sorted({n for jump in JUMPS for n in (jump - 1, *(round(jump * by) for by in WITHIN)) if n >= SMALL.stop})
)
SIZES = (*SMALL, *LARGE)
LEVELS = (0.99, 0.9, 0.75, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001)
MOST = 40_000
LEAST = 5_000
NUMBERS = 10_000_000
"""Points shuffled for one size; bounds the replicates of long series."""

TARGET = Path(__file__).parents[2] / "plugin/lapwing/detect/thresholds_table.py"


def replicates(size: int) -> int:
    return max(LEAST, min(MOST, NUMBERS // size))


def simulate(size: int) -> np.ndarray:
    from lapwing.detect.intervals import intervals
    from lapwing.detect.scan import scan

    rng = np.random.default_rng([SEED, size])
    shuffled = rng.permuted(np.tile(np.arange(float(size)), (replicates(size), 1)), axis=1)
    return np.array([one.score for one in scan(shuffled, intervals(size), -math.inf)])


def critical(scores: np.ndarray, level: float) -> float:
    """Return the least score that at most a share ``level`` reaches.

    Few points have few scores: where even the highest is reached too often (8 points: 2.9 %), the critical one is
    above it, so that it is never reached.
    """
    distinct, counts = np.unique(scores.round(9), return_counts=True)
    reached = np.cumsum(counts[::-1])[::-1] / scores.size
    rare = distinct[reached <= level]
    return float(rare[0]) if rare.size else float(distinct[-1]) + 1e-3


def table() -> str:
    quantiles = []
    for size in SIZES:
        scores = simulate(size)
        quantiles.append([critical(scores, level) for level in LEVELS])
        print(
            f"n={size}: {scores.size} shuffles, 1 % at {quantiles[-1][LEVELS.index(0.01)]:.3f}",
            file=sys.stderr,
            flush=True,
        )
    rising = np.array(quantiles)
    # Strictly rising along the levels, so that a p-value can be read off between any two.
    for j in range(1, rising.shape[1]):
        rising[:, j] = np.maximum(rising[:, j], rising[:, j - 1] + 1e-3)
    rows = "\n".join("    (" + ", ".join(f"{math.floor(v * 1e4) / 1e4:.4f}" for v in row) + ")," for row in rising)
    return f'''"""The critical scores of the rank scan; not edited by hand.

Made by ``benchmarks/detect/make_thresholds.py``.

``CRITICAL[i][j]`` is the score that a quiet series of ``SIZES[i]`` points passes with probability ``LEVELS[j]``.
"""

from __future__ import annotations

from typing import Final

SEED: Final = {SEED:_}
SIZES: Final[tuple[int, ...]] = (
    *range({SMALL.start}, {SMALL.stop}),
{"".join(f"    {size},{chr(10)}" for size in LARGE)})
LEVELS: Final[tuple[float, ...]] = ({", ".join(map(str, LEVELS))})
CRITICAL: Final[tuple[tuple[float, ...], ...]] = (
{rows}
)
'''


if __name__ == "__main__":
    raise SystemExit(write_or_compare(table(), TARGET))
