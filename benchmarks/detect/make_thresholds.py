"""Make the table of critical scores of the rank scan: ``python benchmarks/detect/make_thresholds.py [--write]``.

Shuffles of 0 .. n-1 are scanned exactly as series are, for each size of a grid, from the fixed seed below, and the
quantiles of the best score kept, smoothed to be monotone in n (pool adjacent violators: the penalised maximum
grows with n and converges). Without ``--write`` the table is printed and compared with the one in the package.
Two to three minutes on one core.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np

SEED = 20_260_418
SMALL = range(6, 17)
LARGE = (18, 20, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 8192)
SIZES = (*SMALL, *LARGE)
LEVELS = (0.99, 0.9, 0.75, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.003, 0.001)
MOST = 10_000
LEAST = 2_000
NUMBERS = 3_000_000
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


def pool_adjacent(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the non-decreasing sequence nearest to ``values``."""
    blocks: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        blocks.append([float(value), float(weight), 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            right, left = blocks.pop(), blocks.pop()
            total = left[1] + right[1]
            blocks.append([(left[0] * left[1] + right[0] * right[1]) / total, total, left[2] + right[2]])
    return np.concatenate([np.full(int(count), value) for value, _, count in blocks])


def table() -> str:
    quantiles, counts = [], []
    for size in SIZES:
        scores = simulate(size)
        quantiles.append([critical(scores, level) for level in LEVELS])
        counts.append(scores.size)
        print(
            f"n={size}: {scores.size} shuffles, 1 % at {quantiles[-1][LEVELS.index(0.01)]:.3f}",
            file=sys.stderr,
            flush=True,
        )
    smooth = np.column_stack([pool_adjacent(column, np.array(counts)) for column in np.array(quantiles).T])
    # Strictly rising along the levels, so that a p-value can be read off between any two.
    for j in range(1, smooth.shape[1]):
        smooth[:, j] = np.maximum(smooth[:, j], smooth[:, j - 1] + 1e-3)
    rows = "\n".join("    (" + ", ".join(f"{math.floor(v * 1e4) / 1e4:.4f}" for v in row) + ")," for row in smooth)
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


def main() -> int:
    made = table()
    if "--write" in sys.argv:
        TARGET.write_text(made, encoding="utf-8")
        return 0
    print(made)
    same = made == TARGET.read_text(encoding="utf-8")
    print("the same as in the package" if same else "NOT the same as in the package", file=sys.stderr)
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
