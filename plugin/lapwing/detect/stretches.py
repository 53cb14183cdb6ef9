"""What lies between the splits of a series: how many points, and about which median?

``edges`` are the first points of the stretches, 0 the first of them, and the number of points. Many series are worked
on end to end, as if they were one: on 400 points numpy's calls take longer than their work.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.noise import middle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretches:
    """The stretches of many series that lie end to end.

    Stretch i is of the points ``edges[i] .. edges[i + 1]``, begins at ``lows[i]`` and has ``counts[i]`` points. Series
    j is of the stretches ``firsts[j] .. firsts[j + 1]`` and of the points ``starts[j] .. starts[j + 1]``.
    """

    edges: Sequence[int]
    lows: Ints
    counts: Ints
    firsts: Sequence[int]
    starts: Sequence[int]


def end_to_end(cuts: Sequence[Sequence[int]]) -> Stretches:
    """Return the stretches of series that have the edges ``cuts``."""
    if len(cuts) == 1:
        return _of_one(tuple(cuts[0]))
    points = [high - low for own in cuts for low, high in pairwise(own)]
    edges = list(accumulate(points, initial=0))
    ends = np.array(edges)
    return Stretches(
        edges=edges,
        lows=ends[:-1],
        counts=np.array(points),
        firsts=list(accumulate((len(own) - 1 for own in cuts), initial=0)),
        starts=list(accumulate((own[-1] for own in cuts), initial=0)),
    )


@lru_cache(maxsize=256)
def _of_one(edges: tuple[int, ...]) -> Stretches:
    """Return the stretches of one series: half of the time they are asked for again at once."""
    ends = np.array(edges)
    lows, counts = ends[:-1], ends[1:] - ends[:-1]
    for kept in (lows, counts):
        kept.setflags(write=False)
    return Stretches(edges=edges, lows=lows, counts=counts, firsts=(0, len(edges) - 1), starts=(0, edges[-1]))


def medians(values: Floats, edges: Sequence[int]) -> list[float]:
    """Return the median of each stretch of ``values``."""
    return [middle(values[low:high]) for low, high in pairwise(edges)]
