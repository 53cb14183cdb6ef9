"""How surprising is a score on a series where nothing changed? Family-wise p-values from a table.

Ranks make the null distribution depend on the number of points alone. The table is made by
``benchmarks/detect/make_thresholds.py`` from a fixed seed; nothing is simulated when judging.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from typing import Final

from lapwing.detect.thresholds_table import CRITICAL, LEVELS, SIZES

_LOGITS: Final = tuple(math.log(level / (1 - level)) for level in LEVELS)
"""The scale on which scores are linear between two levels: against logarithms, to which these come near in the tail,
p-values between 0.9 and 0.99 were 0.02 too small."""

_LEAST_P: Final = 1e-12
"""Beyond this the extrapolated tail says nothing."""

_MOST_LOGIT: Final = 700.0
"""Of which a float holds the exponential."""


@lru_cache(maxsize=4096)
def _row(size: int) -> tuple[float, ...]:
    """Return the critical scores for ``size`` points, linear in log size between the table's rows.

    The penalised maximum converges as series grow (Dümbgen and Spokoiny 2001), so beyond the last row it is kept;
    below the first row the first serves: its scores cannot be reached there.
    """
    if size <= SIZES[0]:
        return CRITICAL[0]
    if size >= SIZES[-1]:
        return CRITICAL[-1]
    upper = bisect_right(SIZES, size)
    low, high = SIZES[upper - 1], SIZES[upper]
    share = math.log(size / low) / math.log(high / low)
    return tuple(
        before + share * (after - before) for before, after in zip(CRITICAL[upper - 1], CRITICAL[upper], strict=True)
    )


def critical_value(size: int, alpha: float) -> float:
    """Return the score that a quiet series of ``size`` points passes with probability ``alpha``."""
    row = _row(size)
    target = math.log(alpha / (1 - alpha))
    if target >= _LOGITS[0]:
        return row[0]
    upper = next((i for i, level in enumerate(_LOGITS) if level <= target), len(row) - 1)
    share = (target - _LOGITS[upper - 1]) / (_LOGITS[upper] - _LOGITS[upper - 1])
    return row[upper - 1] + share * (row[upper] - row[upper - 1])


def p_value(size: int, score: float) -> float:
    """Return the family-wise probability of ``score`` or more on a quiet series of ``size`` points.

    Linear between levels on the scale of logits. Beyond the last level the line is drawn on: the true tail falls
    faster, as a normal's does, so this errs towards doubt. Never increases with ``score``.
    """
    row = _row(size)
    if score <= row[0]:
        return 1.0
    upper = min(bisect_right(row, score), len(row) - 1)
    share = (score - row[upper - 1]) / (row[upper] - row[upper - 1])
    logit = _LOGITS[upper - 1] + share * (_LOGITS[upper] - _LOGITS[upper - 1])
    return max(_LEAST_P, 1 / (1 + math.exp(min(-logit, _MOST_LOGIT))))
