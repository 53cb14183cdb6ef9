"""How far do the scores before a split stand from those after it? The standardised CUSUM of many intervals at once.

Source: Pettitt (1979), "A non-parametric approach to the change-point problem", standardised at each split.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.intervals import penalty
from lapwing.detect.ranks import centred_ranks, rank_scores

if TYPE_CHECKING:
    from lapwing.detect.intervals import Intervals
    from lapwing.detect.ranks import Floats

_LEAST_SPREAD: Final = 1e-9
"""Mean square of the scores of an interval, below which they are all the same: rounding leaves about 1e-13."""


AT_ONCE: Final = 50_000
"""Splits to score at once: 0.4 MB a table. The memory of larger ones is asked of the system anew each time: a quiet
series of 300 points took 90 µs with 500,000, 59 with this, 92 with 9,000."""


def peaks(scores: Floats, grid: Intervals) -> tuple[Floats, Floats, Floats]:
    """Return of each interval the highest Z (S x I), the weighted sums (S x splits) and the scores' variance (S x I).

    Where in its interval a Z is highest, so is the weighted sum.

    ``Z_k = |sum of the first k scores less their share of the interval's| / sqrt(k (m-k) SS / (m (m-1)))``: mean 0
    and variance 1 under any exchangeable noise. An interval of equal scores has Z = 0.
    """
    count = scores.shape[0]
    # Of the first 0 .. n scores, and below that of their squares.
    total = np.zeros((2 * count, scores.shape[1] + 1))
    # Not cumsum(), which takes four times as long.
    np.add.accumulate(scores, axis=1, out=total[:count, 1:])
    np.add.accumulate(scores * scores, axis=1, out=total[count:, 1:])
    # take() and not an index: two thirds of the time.
    at_start = total.take(grid.starts, axis=1)
    means = total.take(grid.ends, axis=1)
    means -= at_start
    means /= grid.widths
    mean, spread = means[:count], means[count:]
    spread -= mean * mean
    off = total[:count].take(grid.splits, axis=1)
    off -= at_start[:count].repeat(grid.counts, axis=1)
    share = mean.repeat(grid.counts, axis=1)
    share *= grid.before
    off -= share
    np.abs(off, out=off)
    off *= grid.weights
    highest: Floats = np.maximum.reduceat(off, grid.firsts[:-1], axis=1)
    power = spread * grid.unbiased
    power[spread <= _LEAST_SPREAD] = np.inf
    highest /= np.sqrt(power, out=power)
    return highest, off, spread


def tied(spread: Floats, width: Floats | float, length: int) -> Floats:
    """Return what to multiply Z by where ties leave the centred ranks of ``width`` of ``length`` points little spread.

    Without ties the variance is at least ``(width^2 - 1) / (3 length^2)``. Z is corrected for ties down to the half of
    it, and not beyond: one odd value at the end of 99 equal ones would be 10 standard deviations off, and is there by
    chance in one order of 100.
    """
    # Not clip(), which takes longer than the rest.
    found: Floats = np.maximum(spread * (6.0 * length * length) / (width * width - 1.0), 0.0)
    return np.sqrt(np.minimum(found, 1.0))


def rank_cusum(rows: Floats) -> Floats:
    """Return Z (S x n-1) of whole rows (S x n, finite) by Wilcoxon's ranks: ``Z[s, k-1]`` is of the first ``k`` points.

    Corrected for ties in full: where one split is looked at, and not the best of many, that is exact. A constant row is
    all zeros.
    """
    length = rows.shape[1]
    ranks = centred_ranks(rows)
    squares = np.einsum("ij,ij->i", ranks, ranks)
    scale = np.sqrt(np.where(squares > _LEAST_SPREAD, squares, np.inf))
    found: Floats = np.abs(np.cumsum(ranks[:, :-1], axis=1)) * _weights(length) / scale[:, None]
    return found


def rank_peak(values: Floats, family: int, widening: float) -> float:
    """Return the highest score of one stretch by its own ranks: Z divided by ``widening``, less the penalty.

    Looking at nothing shorter than the stretch between two neighbours asks for a level that lasts: an excursion
    that returns loses here (on real noise 1.7 % of quiet series were flagged, against 3.3 % with all intervals).
    """
    return _rank_peak(values.tobytes()) / widening - penalty(family, values.shape[0])


@lru_cache(maxsize=2048)
def _rank_peak(of: bytes) -> float:
    """Return the highest Z of a stretch, of these floats. A third are asked for again, 4 points later: 4 MB at most."""
    values = np.frombuffer(of)
    length = values.shape[0]
    ranks = centred_ranks(values[None, :])[0]
    left = rank_scores(ranks)
    left -= (np.add.reduce(left, axis=1) / length)[:, None]
    off = left[:, :-1].cumsum(axis=1)
    np.abs(off, out=off)
    off *= _weights(length)
    best = 0.0
    for one, high in zip(left, np.maximum.reduce(off, axis=1).tolist(), strict=True):
        square = float(one @ one)
        if square > _LEAST_SPREAD * length:
            best = max(best, high / math.sqrt(square))
    # As :func:`tied`, of one number.
    spread = float(ranks @ ranks) / length
    return best * math.sqrt(min(max(spread * (6.0 * length * length) / (length * length - 1.0), 0.0), 1.0))


@lru_cache(maxsize=1024)
def _weights(length: int) -> Floats:
    """Return by what to multiply the sum of the first 1 .. n - 1 of n centred scores; 0.6 MB for 400 lengths."""
    before = np.arange(1.0, length)
    weights: Floats = np.sqrt(length * (length - 1) / (before * (length - before)))
    weights.setflags(write=False)
    return weights
