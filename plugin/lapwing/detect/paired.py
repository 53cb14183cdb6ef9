"""How large is the change within pairs? The one-sample Hodges-Lehmann estimate with its interval, many rows at once.

Source: Hodges and Lehmann (1963); the interval inverts the exact signed-rank test (Tukey's Walsh averages; Hollander
and Wolfe, "Nonparametric Statistical Methods", 3.3).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.signed_rank import interval_rank

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats, Ints


@lru_cache(maxsize=256)
def _places(count: int) -> tuple[Ints, Ints]:
    return np.triu_indices(count)


def walsh_averages(values: Floats) -> Floats:
    """Return for each row of ``values`` (S x n) the means of all its pairs, a value with itself among them, sorted."""
    first, second = _places(values.shape[1])
    averages = (values[:, first] + values[:, second]) / 2
    averages.sort(axis=1)
    return averages


def middles(ordered: Floats) -> Floats:
    """Return the median of each row of ``ordered`` (S x m, at least the middle in its place)."""
    count = ordered.shape[1]
    middle: Floats = (ordered[:, (count - 1) // 2] + ordered[:, count // 2]) / 2
    return middle


def hodges_lehmann(values: Floats) -> Floats:
    """Return the location of each row of ``values`` (S x n, finite, n >= 1): the median of its Walsh averages.

    Negating a row negates its location, to the bit.
    """
    first, second = _places(values.shape[1])
    averages = (values[:, first] + values[:, second]) / 2
    # Sorted only as far as the median needs: that is 5 times as fast.
    middle = averages.shape[1]
    averages.partition(((middle - 1) // 2, middle // 2), axis=1)
    return middles(averages)


def location(values: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Return (low, estimate, high) of each row of ``values`` (S x n, finite, n >= 1).

    Where there are too few values for an interval of ``confidence`` (below 6 at 95 %), the ends are infinite.
    """
    ordered = walsh_averages(values)
    rank = interval_rank(values.shape[1], confidence)
    if rank < 1:
        endless = np.full(values.shape[0], np.inf)
        return -endless, middles(ordered), endless
    return ordered[:, rank - 1], middles(ordered), ordered[:, -rank]
