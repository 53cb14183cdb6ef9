"""Which slope between two levels fits best, and does it fit better than steps?

Student-t noise with 4 degrees of freedom. Slopes of all beginnings and ends on a grid are fitted at once, by weights
that are set anew (Holland and Welsch 1977, "Robust regression using iteratively reweighted least-squares").
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.cusum import rank_cusum
from lapwing.detect.fit import placed
from lapwing.detect.noise import inflation, residuals, robust_scale
from lapwing.detect.shapes.trend import thinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats, Ints

FREEDOM: Final = 4.0
"""Degrees of freedom of the noise: a spike counts for little."""

_GRID: Final = 13
_FINE: Final = 5
_ROUNDS: Final = 5
_MOST: Final = 400
"""Points that slopes are fitted to; more are first thinned to medians of neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """The old level up to the point ``first``, the new one, ``rise`` higher, from the point ``last`` on."""

    first: int
    last: int
    level: float
    rise: float

    def at(self, count: int) -> Floats:
        """Return the share of the rise that each of ``count`` points has."""
        shares: Floats = np.clip((np.arange(count) - self.first) / (self.last - self.first), 0.0, 1.0)
        return shares

    def left(self, values: Floats) -> Floats:
        """Return what the slope leaves over of ``values``."""
        left: Floats = values - self.level - self.rise * self.at(values.shape[0])
        return left


def best_ramp(values: Floats, least: int) -> Ramp:
    """Return the best slope of ``least`` points or more in at least as many ``values`` (2 or more)."""
    thin, step = thinned(values, _MOST)
    count, shortest = thin.shape[0], max(1, (least - 1) // step)
    scale = robust_scale(np.diff(thin)) or float(np.ptp(thin)) or 1.0
    places = np.unique(np.linspace(0, count - 1, _GRID).round().astype(np.int64))
    first, last, level, rise = _fitted(thin, places, places, shortest, scale)
    near = max(1, round((count - 1) / (_GRID - 1)))
    around = np.unique(np.linspace(-near, near, 2 * _FINE + 1).round().astype(np.int64))
    firsts, lasts = (np.unique(np.clip(around + place, 0, count - 1)) for place in (first, last))
    first, last, level, rise = _fitted(thin, firsts, lasts, shortest, scale)
    # A thinned point stands for the middle of those it is the median of; the ends of the series stay its ends.
    start = 0 if first == 0 else first * step + step // 2
    end = values.shape[0] - 1 if last == count - 1 else last * step + step // 2
    return Ramp(first=start, last=end, level=level, rise=rise)


def _fitted(values: Floats, firsts: Ints, lasts: Ints, shortest: int, scale: float) -> tuple[int, int, float, float]:
    """Return (first, last, level, rise) of the best of all slopes from ``firsts`` to ``lasts`` of enough points."""
    starts, ends = (found.ravel() for found in np.meshgrid(firsts, lasts, indexing="ij"))
    fits = ends - starts >= shortest
    starts, ends = starts[fits, None], ends[fits, None]
    shares = np.clip((np.arange(values.shape[0]) - starts) / (ends - starts), 0.0, 1.0)
    weights = np.ones_like(shares)
    for _ in range(_ROUNDS):
        total = weights.sum(axis=1, keepdims=True)
        middle = (weights * shares).sum(axis=1, keepdims=True) / total
        level = (weights * values).sum(axis=1, keepdims=True) / total
        off = shares - middle
        rise = (weights * off * values).sum(axis=1, keepdims=True) / (weights * off * off).sum(axis=1, keepdims=True)
        left = (values - level - rise * off) / scale
        weights = (FREEDOM + 1) / (FREEDOM + left * left)
    losses = np.log1p(left * left / FREEDOM).sum(axis=1)
    best = int(np.argmin(losses))
    return int(starts[best, 0]), int(ends[best, 0]), float((level - rise * middle)[best, 0]), float(rise[best, 0])


def single_step(values: Floats) -> int:
    """Return where one step in ``values`` (two or more) would be."""
    rough = int(np.argmax(rank_cusum(values[None, :])[0])) + 1
    return placed([values], [[rough]])[0].places[0].index


def beats_steps(values: Floats, ramp: Ramp, splits: Sequence[int], widening: float) -> bool:
    """Tell whether ``ramp`` fits ``values`` better than levels between ``splits`` do, by Schwarz (1978).

    A slope has four numbers to choose, k steps have 2 k + 1. Noise with memory makes points count for less, by
    ``widening`` squared: that of what the slope leaves over, or of what the steps do where that has less, for what
    does not fit leaves memory too (of ten steps a slope once took all).
    """
    count = values.shape[0]
    as_ramp = ramp.left(values)
    as_steps = residuals(values, splits)
    scale = min(robust_scale(as_ramp), robust_scale(as_steps)) or float(np.ptp(values)) / 1000 or 1.0
    widening = min(widening, inflation(as_steps, splits))
    gain = (_loss(as_steps, scale) - _loss(as_ramp, scale)) / widening**2
    return gain > (4 - (2 * len(splits) + 1)) / 2 * math.log(count)


def _loss(left: Floats, scale: float) -> float:
    return (FREEDOM + 1) / 2 * float(np.log1p((left / scale) ** 2 / FREEDOM).sum())


def trimmed(values: Floats, splits: Sequence[int], trim: int) -> list[Floats]:
    """Return the levels between ``splits`` without ``trim`` points next to each: its place is that unsure."""
    edges = [(-trim), *splits, values.shape[0] + trim]
    return [values[low + trim : max(low + trim, high - trim)] for low, high in pairwise(edges)]
