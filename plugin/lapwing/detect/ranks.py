"""Where does each value stand among the others? Centred ranks, and the scores that a scan adds up.

Ranks know nothing of the shape of the noise, so one table of thresholds serves every benchmark, spikes and skew
included.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Ints: TypeAlias = "NDArray[np.int64]"


def centred_ranks(rows: Floats) -> Floats:
    """Return the mid-ranks of each row (S x n, finite), centred and scaled into (-1, 1): ties share one rank.

    The place p = 0 .. n-1 becomes ``(2 p - n + 1) / n``. Order and ties are all that is kept.
    """
    length = rows.shape[1]
    # Not stable: which of two equal values comes first says nothing, and of 300 it takes a third of the time.
    order = rows.argsort(axis=1)
    if rows.shape[0] > 1:
        order += np.arange(0, rows.size, length)[:, None]
    ordered = rows.take(order)
    # Which is the first of its kind; and one behind the last.
    flags = np.empty(rows.size + 1, dtype=bool)
    flags[::length] = True
    np.not_equal(ordered[:, 1:], ordered[:, :-1], out=flags[:-1].reshape(rows.shape)[:, 1:])
    ranks = np.empty(rows.shape)
    bounds = flags.nonzero()[0]
    if bounds.shape[0] > rows.size:
        ranks.put(order, _untied(length))
        return ranks
    starts, ends = bounds[:-1], bounds[1:]
    # Places are counted on from row to row; tied ones share the mean of the first and the last.
    places = starts + ends
    places -= (starts // length * 2 + 1) * length if rows.shape[0] > 1 else length
    places = places / length
    ranks.put(order, places.repeat(ends - starts))
    return ranks


@lru_cache(maxsize=64)
def _untied(length: int) -> Floats:
    """Return the ranks of values without ties, ascending."""
    ranks: Floats = np.arange(1 - length, length, 2) / length
    ranks.setflags(write=False)
    return ranks


def rank_scores(ranks: Floats) -> Floats:
    """Return the two scores of centred ranks (any shape) that are scanned: ``v`` and ``v sqrt(1 - v^2)``.

    The first is Wilcoxon's, for noise near normal. The second is the optimal one for Student-t noise with 2 degrees
    of freedom (Hájek and Šidák 1967, "Theory of rank tests", II.4; its quantile is ``v sqrt(2 / (1 - v^2))``) and
    sees a sharp peak move between points scattered far from it: 2-sigma steps found rose from 86.3 to 87.4 %.
    """
    scores = np.empty((2, *ranks.shape))
    scores[0] = ranks
    np.sqrt(1.0 - ranks * ranks, out=scores[1])
    scores[1] *= ranks
    return scores
