"""How large is the change between two levels? The Hodges-Lehmann ratio with its rank interval.

Source: Hodges and Lehmann (1963), "Estimates of location based on rank tests"; the interval inverts the Wilcoxon
rank-sum test, exactly where both levels have few points (Hollander and Wolfe, "Nonparametric Statistical
Methods", 4.3).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri, stdtrit

from lapwing.detect.noise import robust_scale
from lapwing.detect.scale import exponent_of, on_log_scale
from lapwing.model import Interval

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

CONFIDENCE: Final = 0.95
_WINDOW: Final = 100
"""Points of each level that are looked at, the nearest to the change: bounds the work at 10,000 differences (0.1 ms
where 40,000 take 0.5), and a shift between levels of 100 commits is known to 15 % of their noise."""

_EXACT_PRODUCT: Final = 400
"""Up to this product of both counts the interval is exact; the normal approximation is good to 1 % of it above."""


def ratio(old: Floats, new: Floats) -> Interval:
    """Return new level over old with its 95 % interval; both have at least one finite value.

    Where all values are positive the shift is taken on the log scale. Else there is no ratio in the strict sense, and
    what is returned is ``1 + (new - old) / |old|``, the difference relative to the old level's magnitude (or, where
    that is nought, to the largest value there is).
    """
    old, new = old[-_WINDOW:], new[:_WINDOW]
    if on_log_scale(old, new):
        return ratio_of_logs(np.log(old), np.log(new))
    exponent = exponent_of(old, new)
    old, new = np.ldexp(old, -exponent), np.ldexp(new, -exponent)
    low, estimate, high = shift(old, new)
    size = magnitude(old, new)
    return Interval(low=1 + low / size, estimate=1 + estimate / size, high=1 + high / size)


def ratio_of_logs(old: Floats, new: Floats) -> Interval:
    """Return :func:`ratio` of values of which these are the logarithms."""
    low, estimate, high = shift(old[-_WINDOW:], new[:_WINDOW])
    return Interval(low=bounded_exp(low), estimate=bounded_exp(estimate), high=bounded_exp(high))


def bounded_exp(value: float) -> float:
    """Return e to the ``value``, within what a float holds."""
    return math.exp(min(max(value, -700.0), 700.0))


def magnitude(old: Floats, new: Floats) -> float:
    """Return what a difference is relative to where values are not all positive; never nought."""
    level = abs(float(np.median(old)))
    return level or float(max(np.abs(old).max(), np.abs(new).max())) or 1.0


def shift(old: Floats, new: Floats) -> tuple[float, float, float]:
    """Return (low, estimate, high) of new less old: the median of all differences, and its rank interval.

    Swapping old and new negates all three. Where there are too few points for a rank interval at 95 % (2 against 2,
    say), the interval is the Student-t one on the robust scale of both; with one point each it has no width to give
    and is the point itself.
    """
    # Ordered: partitioned in two thirds of the time.
    after, before = new.copy(), old.copy()
    after.sort()
    before.sort()
    differences = (after[:, None] - before).ravel()
    size, count = differences.shape[0], _rank(old.shape[0], new.shape[0])
    outer = max(1, count) - 1
    differences.partition(sorted({outer, (size - 1) // 2, size // 2, size - 1 - outer}))
    estimate = float(differences[(size - 1) // 2] + differences[size // 2]) / 2
    if count >= 1:
        return float(differences[outer]), estimate, float(differences[size - 1 - outer])
    half = _half_width(old, new)
    return estimate - half, estimate, estimate + half


def _half_width(old: Floats, new: Floats) -> float:
    freedom = old.shape[0] + new.shape[0] - 2
    if freedom < 1:
        return 0.0
    both = np.concatenate([old - np.median(old), new - np.median(new)])
    # The standard deviation and not the MAD: of so few points the MAD is often nought.
    scale = max(float(np.sqrt((both * both).sum() / freedom)), robust_scale(both))
    quantile = float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
    return quantile * scale * math.sqrt(1 / old.shape[0] + 1 / new.shape[0])


@lru_cache(maxsize=4096)
def _rank(first: int, second: int) -> int:
    """Return which of the ordered differences bounds the interval, counted from 1; 0 where none can."""
    tail = (1 - CONFIDENCE) / 2
    if first * second > _EXACT_PRODUCT:
        spread = math.sqrt(first * second * (first + second + 1) / 12)
        return max(1, math.floor(first * second / 2 + float(ndtri(tail)) * spread))
    cumulative = np.cumsum(_rank_sum_counts(first, second)) / math.comb(first + second, first)
    return int(np.searchsorted(cumulative, tail, side="right"))


def _rank_sum_counts(first: int, second: int) -> Floats:
    """Return how many arrangements give each value 0 .. first*second of the Mann-Whitney statistic.

    The counts are the coefficients of the Gaussian binomial, built one factor at a time.
    """
    counts = np.zeros(first * second + 1)
    counts[0] = 1.0
    for i in range(1, first + 1):
        up = second + i
        counts[up:] -= counts[:-up].copy() if up <= first * second else 0
        for j in range(i, first * second + 1):
            counts[j] += counts[j - i]
    return counts
