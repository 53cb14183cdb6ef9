"""Which changes of level stand? Candidates re-located, tested between their neighbours, and pruned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.noise import inflation
from lapwing.detect.place import locate
from lapwing.detect.ranks import dense_ranks
from lapwing.detect.scan import candidates, split_score
from lapwing.detect.thresholds import critical_value, p_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """One change that stands: ``index`` is the first point of the new level, which may lie in ``earliest .. latest``.

    ``p_value`` is family-wise over the series.
    """

    index: int
    earliest: int
    latest: int
    p_value: float


def find_splits(rows: Sequence[Floats], alpha: float) -> list[tuple[Split, ...]]:
    """Return for each series (finite values on a scale where noise is additive) the changes of level that stand.

    Series are independent of each other: the result for many is that for each by itself.
    """
    return [
        _standing(row, splits, alpha) if splits else ()
        for row, splits in zip(rows, candidates(rows, alpha), strict=True)
    ]


def _standing(values: Floats, splits: tuple[int, ...], alpha: float) -> tuple[Split, ...]:
    """Re-locate the candidates and drop the weakest, one at a time, until all of them stand."""
    family = values.shape[0]
    least = critical_value(family, alpha)
    ranks = dense_ranks(values[None, :])[0]
    widening = inflation(values, splits)
    current = list(splits)
    while current:
        current = _relocated(values, current)
        edges = [0, *current, family]
        scores = [split_score(ranks[edges[i] : edges[i + 2]], family, widening) for i in range(len(current))]
        weakest = min(range(len(scores)), key=scores.__getitem__)
        if scores[weakest] >= least:
            return tuple(_split(values, edges[i : i + 3], p_value(family, score)) for i, score in enumerate(scores))
        del current[weakest]
    return ()


def _relocated(values: Floats, splits: list[int]) -> list[int]:
    """Return the splits, each moved to its best place between its neighbours."""
    edges = [0, *splits, values.shape[0]]
    for i in range(1, len(edges) - 1):
        low, high = edges[i - 1], edges[i + 1]
        edges[i] = low + locate(values[low:high], edges[i] - low).index
    return edges[1:-1]


def _split(values: Floats, edges: list[int], p: float) -> Split:
    low, at, high = edges
    place = locate(values[low:high], at - low)
    return Split(index=at, earliest=min(at, low + place.earliest), latest=max(at, low + place.latest), p_value=p)
