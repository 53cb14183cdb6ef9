"""Is a level worth a scan: does it hold a change that the memory of its noise does not explain?

One rank CUSUM over a level costs some microseconds where a scan costs a millisecond, and in a quiet history nearly
every level is told so.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.life import CONFIRMED_AFTER
from lapwing.detect.online.memory import widenings
from lapwing.detect.ranks import centred_ranks
from lapwing.detect.scale import additive

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats, Ints

STIRRED: Final = 3.6
"""Highest Z of a level over its splits from which its memory is asked for. From 3.0 on nothing more was confirmed in
400 cases with known steps, by a third more scans."""

BEYOND_MEMORY: Final = 3.0
"""And divided by what its memory widens it by. Of 18,925 quiet points of the numpy histories that are tuned on 22 are
confirmed, with 2.5 26, by a third more scans, and F1 of 1000 cases with known steps is the same (.885)."""

RISEN: Final = 0.5
"""By how much the highest Z must be above what it was when the level was last found to hold nothing, or has been since:
a level that wanders is stirred all the time, and half of all scans found nothing, again. With it a third of the scans
of numpy's history is saved, and F1 and what is confirmed in quiet stretches stay as they are."""

LENGTHS: Final = (12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 200)
"""Points of a level that are looked at: the newest, as many of these as there are. Few lengths, so that levels of many
series are looked at together."""

_CHUNK: Final = 512
"""Levels looked at together: what is worked on then stays within a processor's cache."""


def looked_at(points: int) -> int:
    """Return how many of a level's ``points`` are looked at; 0 where they are too few to hold a change."""
    at = bisect_right(LENGTHS, points)
    return LENGTHS[at - 1] if at else 0


def stirred(levels: Floats, calm: Floats) -> tuple[Ints, Floats]:
    """Return which of ``levels`` (S x m, finite; m of :data:`LENGTHS`) are worth a scan, and how calm each is then.

    ``calm`` is the highest Z of each when it was last found to hold nothing, or the lowest since, and is returned as
    that is if those that are worth a scan hold nothing either.
    """
    found, left = [], []
    for low in range(0, levels.shape[0], _CHUNK):
        part = levels[low : low + _CHUNK]
        splits, highest = _highest(part)
        before = calm[low : low + _CHUNK]
        asked = np.flatnonzero(highest >= np.maximum(STIRRED, before + RISEN))
        if asked.size:
            scaled = np.stack([additive(part[row]) for row in asked.tolist()])
            asked = asked[highest[asked] >= BEYOND_MEMORY * np.array(widenings(scaled, splits[asked].tolist()))]
        found.append(low + asked)
        lower = np.minimum(before, highest)
        lower[asked] = highest[asked]
        left.append(lower)
    return (np.concatenate(found), np.concatenate(left)) if found else (np.empty(0, dtype=np.int64), calm)


def _highest(levels: Floats) -> tuple[Ints, Floats]:
    """Return for each level the number of points before the split with the highest Z, and that Z.

    In whole numbers up to the last step, so that no bit depends on which levels are looked at together.
    """
    count = levels.shape[1]
    ranks = np.rint(centred_ranks(levels) * count).astype(np.int64)
    sums = np.cumsum(ranks, axis=1)[:, CONFIRMED_AFTER - 1 : count - CONFIRMED_AFTER]
    before = np.arange(CONFIRMED_AFTER, count - CONFIRMED_AFTER + 1)
    power = (ranks * ranks).sum(axis=1)
    squares = sums * sums * (count * (count - 1) / (before * (count - before)))
    best = squares.argmax(axis=1)
    top = np.take_along_axis(squares, best[:, None], axis=1)[:, 0]
    return before[best], np.sqrt(top / np.where(power > 0, power, np.inf))
