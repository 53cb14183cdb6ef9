"""How sure is the change of one benchmark after a few pairs? Its spread, drawn towards that of the suite.

Source of the moderated variance: Smyth (2004), "Linear models and empirical Bayes methods for assessing differential
expression", section 3, with the degrees of freedom of the prior fixed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from lapwing.detect.noise import MAD_TO_SIGMA
from lapwing.detect.paired import hodges_lehmann, middles

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

CLASS_SPREAD: Final = 0.015
"""Spread of a pair where nothing else is known: on a shared machine of two cores it was 1.25 to 1.44 %."""

PRIOR_FREEDOM: Final = 6.0
"""The suite's spread counts as much as 7 pairs: between benchmarks the spread differs by a factor of 1.5."""

_FEW: Final = 5
"""A suite of fewer benchmarks is filled up with the class's spread."""

_HL_COST: Final = 1.0233
"""The standard error of the Hodges-Lehmann estimate of normal values is sqrt(pi / 3) times that of their mean."""

_CLIP: Final = 3.0
_LEAST_SPREAD: Final = 1e-4
"""No spread is taken for less than 0.01 %: clocks tick, and four equal values are luck."""

_MEDIAN_OF_SD: Final = 0.8880
"""The median standard deviation of 4 normal values is 0.888 sigma."""


def errors(values: Floats, prior: Floats, centres: Floats | None = None) -> Floats:
    """Return the standard error of the location of each row of ``values`` (S x n); ``prior`` (S) is the suite's spread.

    ``centres`` are the locations where the caller has them. Residuals are drawn in to 3 scales, so that one disturbed
    pair does not make a steady benchmark look noisy.
    """
    count = values.shape[1]
    middle = hodges_lehmann(values) if centres is None else centres
    sizes = np.sort(np.abs(values - middle[:, None]), axis=1)
    scale = np.maximum(prior, MAD_TO_SIGMA * middles(sizes) * count / (count - 0.8))
    clipped = np.minimum(sizes, _CLIP * scale[:, None])
    squares = np.einsum("ij,ij->i", clipped, clipped)
    variance = (PRIOR_FREEDOM * prior * prior + squares) / (PRIOR_FREEDOM + count - 1)
    found: Floats = _HL_COST * np.sqrt(variance / count)
    return found


@lru_cache(maxsize=1024)
def quantile(count: int, level: float) -> float:
    """Return how many standard errors the one-sided ``level`` (0.01) is away after ``count`` pairs (Student t)."""
    return float(stdtrit(PRIOR_FREEDOM + count - 1, 1 - level))


def first_spreads(values: Floats) -> Floats:
    """Return the spread that the first 4 pairs of each row (S x 4) show; its median over rows is sigma's own."""
    found: Floats = values.std(axis=1, ddof=1) / _MEDIAN_OF_SD
    return found


def suite_spreads(first: Floats) -> Floats:
    """Return the suite's spread for each row of ``first`` (G x M, NaN where not known): the median of what is known.

    Fewer than 5 benchmarks are filled up with the class's spread, 1.5 %.
    """
    known = np.sum(~np.isnan(first), axis=1)
    ordered = np.sort(first, axis=1)
    rows = np.arange(first.shape[0])
    below, above = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, first.shape[1] - 1)
    middle = np.where(known > 0, (ordered[rows, below] + ordered[rows, above]) / 2, 0.0)
    missing = np.maximum(_FEW - known, 0)
    pooled: Floats = np.sqrt((known * middle**2 + missing * CLASS_SPREAD**2) / (known + missing))
    return np.maximum(pooled, _LEAST_SPREAD)
