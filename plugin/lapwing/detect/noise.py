"""How noisy is a level? Robust scale, and the memory noise has of itself."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats

MAD_TO_SIGMA: Final = 1.4826
"""The median absolute deviation of normal noise is sigma / 1.4826."""

_CLIP: Final = 3.0
"""Residuals beyond 3 sigma are drawn in before the memory is estimated: one spike would hide it."""

_LEAST_MEMORY: Final = 16
_SORTED: Final = 1000
"""Values below which numpy orders all in less time than it parts them at two places: 300 in 2 µs and not in 4."""

_ROUNDING: Final = 1e-24
"""Mean square of residuals that are nought but for rounding; what rounding leaves is the same along a level."""

_MOST_MEMORY: Final = 0.9
"""A walk is no noise about levels, and has no changes of level worth telling: with 0.6 at most, walks of 300 points
had 4.3 changes each, with 0.9 they have 1.1; real benchmark noise never comes near it."""


def robust_scale(values: Floats) -> float:
    """Return the scale of ``values`` (finite) about their median: 1.4826 MAD, corrected for few points; NaN below two.

    The factor n / (n - 0.8) is that of Croux and Rousseeuw (1992), "Time-efficient algorithms for two highly robust
    estimators of scale", for n > 9; for fewer points it is a little small, which callers make up by a prior.
    """
    count = values.shape[0]
    if count < 2:  # noqa: PLR2004 - one point has no spread
        return math.nan
    return float(MAD_TO_SIGMA * middle(np.abs(values - middle(values))) * count / (count - 0.8))


def middle(values: Floats) -> float:
    """Return the median of ``values``; several times faster than numpy's for short ones."""
    ordered, count = values.copy(), values.shape[0]
    if count < _SORTED:
        ordered.sort()
    else:
        ordered.partition(((count - 1) // 2, count // 2))
    return middle_of(ordered, 0, count)


def middle_of(ordered: Floats, low: int, high: int) -> float:
    """Return the median of ``ordered[low:high]``, which ascend."""
    half = (low + high) // 2
    return ordered.item(half) if (high - low) % 2 else (ordered.item(half - 1) + ordered.item(half)) / 2


def residuals(values: Floats, splits: Sequence[int]) -> Floats:
    """Return ``values`` less the median of the stretch that each is in."""
    parts = (values[low:high] for low, high in pairwise([0, *splits, values.shape[0]]))
    left: Floats = np.concatenate([part - middle(part) for part in parts])
    return left


def inflation(left: Floats, splits: Sequence[int]) -> float:
    """Return :func:`widening` of the residuals ``left`` about the medians between ``splits``, drawn in to 3 sigma.

    Below 16 points there is too little to say, and 1 is returned.
    """
    starts = [0, left.shape[0]]
    return inflations(left, sizes_of(left, starts), [splits], starts)[0] if left.shape[0] else 1.0


def sizes_of(left: Floats, starts: Sequence[int]) -> Floats:
    """Return how large the residuals ``left`` are, ascending in each of the series that begin at ``starts``.

    The last of ``starts`` is the number of points.
    """
    sizes = np.abs(left)
    for low, high in pairwise(starts):
        sizes[low:high].sort()
    return sizes


def inflations(left: Floats, sizes: Floats, splits: Sequence[Sequence[int]], starts: Sequence[int]) -> list[float]:
    """Return :func:`inflation` of each series of ``left``, which lie end to end from ``starts`` on.

    ``sizes`` are those of the residuals (:func:`sizes_of`); ``splits`` are in each series' own indices.
    """
    rows = list(pairwise(starts))
    scales = [MAD_TO_SIGMA * middle_of(sizes, low, high) or float(np.std(left[low:high])) for low, high in rows]
    of_each = [_CLIP * scale for scale in scales]
    most = of_each[0] if len(rows) == 1 else np.repeat(of_each, [high - low for low, high in rows])
    drawn = np.minimum(np.maximum(left, -most), most)
    products = drawn[:-1] * drawn[1:]
    return [
        _widening(drawn[low:high], products[low : high - 1], own) if high - low >= _LEAST_MEMORY else 1.0
        for (low, high), own in zip(rows, splits, strict=True)
    ]


def widening(left: Floats, splits: Sequence[int]) -> float:
    """Return ``sqrt((1 + rho) / (1 - rho))``, by which noise with memory widens a sum of it; at least 1.

    ``rho`` is the lag-1 autocorrelation of the residuals ``left`` (at least two), not counted across a split; raised
    by 1/m against its bias on m pairs, and held within 0 .. 0.9.
    """
    return _widening(left, left[:-1] * left[1:], splits)


def _widening(left: Floats, products: Floats, splits: Sequence[int]) -> float:
    # dot() and not @, which takes three times as long.
    power = float(left.dot(left)) / left.shape[0]
    total, count = float(np.add.reduce(products)), products.shape[0] - len(splits)
    if splits:
        total -= float(np.add.reduce(products.take([split - 1 for split in splits])))
    if power <= _ROUNDING or count <= 0:
        return 1.0
    rho = min(max(total / count / power + 1 / left.shape[0], 0.0), _MOST_MEMORY)
    return math.sqrt((1 + rho) / (1 - rho))
