"""How far do the ranks before a split stand from those after it? The rank CUSUM of many intervals at once.

Ranks know nothing of the shape of the noise, so one table of thresholds serves every benchmark, spikes and skew
included. Source: Pettitt (1979), "A non-parametric approach to the change-point problem", standardised at each split.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Ints: TypeAlias = "NDArray[np.int64]"


def dense_ranks(values: Floats) -> NDArray[np.int32]:
    """Return for each row of ``values`` (S x n, finite) the place of each value among the row's distinct values.

    Order and ties are all that ranks see, and small integers sort several times faster than floats.
    """
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    fresh = np.zeros(values.shape, dtype=np.int32)
    fresh[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    ranks = np.empty(values.shape, dtype=np.int32)
    np.put_along_axis(ranks, order, np.cumsum(fresh, axis=1, dtype=np.int32), axis=1)
    return ranks


def centred_ranks(rows: NDArray[np.int32]) -> Floats:
    """Return the mid-ranks of each row (S x m) less their mean: ties share the mean of their places."""
    length = rows.shape[1]
    order = np.argsort(rows, axis=1, kind="stable")
    ordered = np.take_along_axis(rows, order, axis=1)
    places = np.broadcast_to(np.arange(length, dtype=np.float64) - (length - 1) / 2, rows.shape)
    tied = ordered[:, 1:] == ordered[:, :-1]
    if tied.any():
        places = _mid_places(tied, length)
    ranks = np.empty(rows.shape, dtype=np.float64)
    np.put_along_axis(ranks, order, places, axis=1)
    return ranks


def _mid_places(tied: NDArray[np.bool_], length: int) -> Floats:
    """Return the centred place of each ordered value, tied neighbours sharing the mean of first and last."""
    index = np.arange(length)
    edge = np.ones((tied.shape[0], 1), dtype=bool)
    starts = np.where(np.concatenate([edge, ~tied], axis=1), index, 0)
    ends = np.where(np.concatenate([~tied, edge], axis=1), index, length)
    first = np.maximum.accumulate(starts, axis=1)
    last = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    mids: Floats = (first + last) / 2 - (length - 1) / 2
    return mids


def rank_cusum(rows: NDArray[np.int32]) -> Floats:
    """Return Z (S x m-1): ``Z[s, k-1]`` compares the first ``k`` points of row ``s`` with the rest, tie-corrected.

    ``Z_k = |sum of centred ranks of the first k| / sqrt(k (m-k) SS / (m (m-1)))``: mean 0 and variance 1 under any
    exchangeable noise. A constant row is all zeros.
    """
    length = rows.shape[1]
    ranks = centred_ranks(rows)
    squares = np.einsum("ij,ij->i", ranks, ranks)
    sums = np.abs(np.cumsum(ranks[:, :-1], axis=1))
    before = np.arange(1, length, dtype=np.float64)
    weight = np.sqrt(length * (length - 1) / (before * (length - before)))
    scale = np.sqrt(np.where(squares > 0, squares, np.inf))
    cusum: Floats = sums * weight / scale[:, None]
    return cusum
