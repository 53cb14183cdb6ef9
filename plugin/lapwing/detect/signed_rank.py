"""Do the differences within pairs lie above nought? The exact signed-rank test, for many rows at once.

Source: Wilcoxon (1945), "Individual comparisons by ranking methods"; zeros as in Pratt (1959). It needs no shape of the
noise but symmetry, which base and head changing places in random order make true on unchanged code. scipy's
``wilcoxon`` tests one row at a time in 0.4 ms, which is 0.2 s for 500 benchmarks and hours for the rehearsals of a
protocol.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

MOST_EXACT: Final = 100
"""Pairs up to which the null distribution is exact; at 100 the normal approximation is good to 1 % down to p = 1e-4."""


def upper_p(values: Floats) -> Floats:
    """Return for each row of ``values`` (S x n, finite, n >= 1) the one-sided p-value of "above nought".

    Of values of one size those above nought get the smaller ranks, and a nought keeps its rank and counts as not above:
    both can only make the p-value larger than breaking ties by lot, which is exact. (Mean ranks with this table made
    p-values of tied values too small, by up to a third.)
    """
    count = values.shape[1]
    order = np.lexsort((values <= 0, np.abs(values)), axis=1)
    sums = (np.take_along_axis(values, order, axis=1) > 0) @ np.arange(1, count + 1)
    if count > MOST_EXACT:
        spread = np.sqrt(count * (count + 1) * (2 * count + 1) / 24)
        approximate: Floats = ndtr(-(sums - 0.5 - count * (count + 1) / 4) / spread)
        return approximate
    exact: Floats = upper_tail(count)[sums]
    return exact


@lru_cache(maxsize=MOST_EXACT + 1)
def upper_tail(count: int) -> Floats:
    """Return P(W >= w) for w = 0 .. n (n + 1) / 2, where each rank is above nought by the toss of a coin."""
    chances = np.ones(1)
    for rank in range(1, count + 1):
        longer = np.zeros(chances.shape[0] + rank)
        longer[: chances.shape[0]] += chances / 2
        longer[rank:] += chances / 2
        chances = longer
    tail = np.minimum(np.cumsum(chances[::-1])[::-1], 1.0)
    tail.setflags(write=False)
    return tail


@lru_cache(maxsize=4096)
def interval_rank(count: int, confidence: float) -> int:
    """Return which of the ordered Walsh averages bounds the interval of ``confidence``, counted from 1; 0 for none."""
    tail = (1 - confidence) / 2
    if count > MOST_EXACT:
        # P(W <= w) by the normal approximation, as above.

        spread = float(np.sqrt(count * (count + 1) * (2 * count + 1) / 24))
        return int(count * (count + 1) / 4 + float(ndtri(tail)) * spread + 0.5)
    # P(W >= w) with w = total - k + 1 is P(W <= k - 1): the largest k with at most `tail` beyond it.
    beyond = upper_tail(count)[::-1]
    return int(np.searchsorted(beyond, tail, side="right"))
