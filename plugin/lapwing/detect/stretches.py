"""What lies between the splits of a series: how many points, and about which median?

``edges`` are the first points of the stretches, 0 the first of them, and the number of points. Many series are worked
on end to end, as if they were one: on 400 points numpy's calls take longer than their work.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretches:
    """The stretches of many series that lie end to end.

    Stretch i is of the points ``edges[i] .. edges[i + 1]``, ``counts[i]`` of them. Series j is of the stretches
    ``firsts[j] .. firsts[j + 1]`` and of the points ``starts[j] .. starts[j + 1]``.
    """

    edges: list[int]
    counts: list[int]
    firsts: list[int]
    starts: list[int]


def end_to_end(cuts: Sequence[Sequence[int]]) -> Stretches:
    """Return the stretches of series that have the edges ``cuts``."""
    points = [count for edges in cuts for count in counts(edges)]
    return Stretches(
        edges=list(accumulate(points, initial=0)),
        counts=points,
        firsts=list(accumulate((len(edges) - 1 for edges in cuts), initial=0)),
        starts=list(accumulate((edges[-1] for edges in cuts), initial=0)),
    )


def counts(edges: Sequence[int]) -> list[int]:
    """Return how many points each stretch has."""
    return [high - low for low, high in pairwise(edges)]


def medians(values: Floats, edges: Sequence[int]) -> Floats:
    """Return the median of each stretch of ``values``."""
    ordered = values.copy()
    for low, high in pairwise(edges):
        # A whole sort: numpy takes longer to be told of two places than to sort a stretch.
        ordered[low:high].sort()
    ends = np.array(edges)
    twice = ends[:-1] + ends[1:]
    upper = ordered[twice // 2]
    found: Floats = np.where(np.diff(ends) % 2 == 1, upper, (ordered[(twice - 1) // 2] + upper) / 2)
    return found
