"""Which excursions of the level return?

Two ways lead to one: a change that the scan found and that is taken back before its level was ever normal, and a run of
points off a level that is too short for the scan, which asks for levels that last.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from lapwing.detect.effect import shift
from lapwing.detect.life import CONFIRMED_AFTER, FROZEN_AFTER
from lapwing.detect.noise import inflation, robust_scale
from lapwing.detect.shapes.levels import normal_tail
from lapwing.detect.shapes.row_ranks import row_ranks
from lapwing.detect.shapes.shape import ALPHA

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats
    from lapwing.detect.shapes.levels import Levels

LONGEST: Final = FROZEN_AFTER - 1
"""Points of the longest transient: a level of 20 points is history, and its end is a change of its own."""

SHORTEST: Final = 4
"""Points of the shortest: on real histories 0.3 to 2 % of points are spikes, and a few in a row are spikes too."""

BACK: Final = CONFIRMED_AFTER
"""Points on the old level that are needed on either side: with fewer it may not be the old level."""

_RETURNED: Final = 0.25
"""How much of the excursion may be left for the level to have returned."""

_SURE: Final = 3.29 / 1.96
"""And it may be no more than noise: within the 99.9 % interval, from the 95 % one."""

_WINDOW: Final = 200
"""Points of either level that are compared, the nearest: all their differences are looked at."""

_WIDTHS: Final = (4, 6, 9, 13, 19)
_MOST: Final = 20
"""Brief excursions that are looked for: a series with more has no level to return to."""

_LEAST_SIZE: Final = 2.0
"""Sigma between a run of points and the level around it: less is the noise's own wander."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """Points ``first .. end - 1`` are ``low .. high`` (95 %) off the level, and ``estimate``; ``splits`` made it."""

    first: int
    end: int
    low: float
    estimate: float
    high: float
    p_value: float
    splits: tuple[int, ...] = ()


def taken_back(levels: Levels, p_values: dict[int, float]) -> tuple[Excursion, ...]:
    """Return the excursions between changes that were found, oldest first; ``p_values`` are those of the splits."""
    found: list[Excursion] = []
    splits, edges = levels.splits, levels.edges
    at = 0
    while at < len(splits):
        reach = bisect_right(splits, splits[at] + LONGEST)
        tried = (
            _returned(levels.values, splits[at : last + 1], edges[at], edges[last + 2], p_values)
            for last in range(reach - 1, at, -1)
        )
        one = next((excursion for excursion in tried if excursion is not None), None)
        found += [one] if one is not None else []
        at += len(one.splits) if one is not None else 1
    return tuple(found)


def _returned(
    values: Floats, splits: tuple[int, ...], low: int, high: int, p_values: dict[int, float]
) -> Excursion | None:
    """Return the excursion from the first to the last of ``splits`` if the level after it is that before."""
    first, end = splits[0], splits[-1]
    before, during, after = values[low:first][-_WINDOW:], values[first:end], values[end:high][:_WINDOW]
    if min(before.shape[0], after.shape[0]) < BACK:
        return None
    least, left, most = shift(before, after)
    down, size, up = shift(np.concatenate([before[-2 * LONGEST :], after[: 2 * LONGEST]]), during)
    if abs(left) > min(_RETURNED * abs(size), _SURE * (most - least) / 2):
        return None
    p = max(p_values[split] for split in splits)
    return Excursion(first=first, end=end, low=down, estimate=size, high=up, p_value=p, splits=splits)


def brief(levels: Levels, left: Floats) -> tuple[Excursion, ...]:
    """Return the runs of 4 to 19 points off their level, oldest first; ``left`` are the residuals.

    The sum of the normal scores of a run's residuals: distribution-free, as ranks are, and a run of four may stand out
    (with plain ranks no four of 300 can). Its p-value pays for every place and width that was looked at.
    """
    charge = left.shape[0] * len(_WIDTHS)
    runs, rest = _standing_out(_normal_scores(left), levels, charge)
    if not runs:
        return ()
    # The memory is that of the noise without what stands out, which would be taken for memory itself.
    widening, scale = inflation(left[~rest.off], ()), robust_scale(left[~rest.off])
    found = []
    for top, begun, ended in sorted(runs, key=lambda run: run[1]):
        p = normal_tail(top / widening) * charge
        first, end = _trimmed(left, begun, ended)
        near = _around(left, rest, first, end)
        if near.shape[0] < BACK:
            continue
        low, size, high = shift(near, left[first:end])
        if p < ALPHA and abs(size) >= _LEAST_SIZE * scale:
            found.append(Excursion(first=first, end=end, low=low, estimate=size, high=high, p_value=p))
    return tuple(found)


def _standing_out(scores: Floats, levels: Levels, charge: int) -> tuple[list[tuple[float, int, int]], Levels]:
    """Return the runs that would stand out of noise without memory, as (sum, first, end), and the series without."""
    scores[levels.off] = 0.0
    runs: list[tuple[float, int, int]] = []
    while len(runs) < _MOST:
        top, first, end = max(_tops(scores, levels))
        if normal_tail(top) * charge >= ALPHA:
            break
        first, end = _fitted(scores, first, end)
        runs.append((top, first, end))
        scores[first:end] = 0.0
        levels = levels.masked(first, end)
    return runs, levels


def _normal_scores(left: Floats) -> Floats:
    """Return normal scores (van der Waerden) of mean square 1, ties sharing the score of their middle."""
    count = left.shape[0]
    places = row_ranks(left)
    table = _half_places(count)
    scores = table[np.rint(2 * places).astype(np.int64) + count - 1]
    power = float(np.mean(scores * scores))
    scaled: Floats = scores / math.sqrt(power) if power > 0 else np.zeros(count)
    return scaled


@lru_cache(maxsize=64)
def _half_places(count: int) -> Floats:
    """Return the normal score of each half place 0, 0.5, 1 .. count - 1."""
    table: Floats = ndtri((np.arange(2 * count - 1) / 2 + 0.5) / count)
    table.setflags(write=False)
    return table


def _tops(scores: Floats, levels: Levels) -> list[tuple[float, int, int]]:
    """Return for each width the highest standardised sum of a run, with its first point and its end."""
    count = scores.shape[0]
    sums = np.concatenate([[0.0], np.cumsum(scores)])
    tops = [(0.0, 0, 0)]
    for width in _WIDTHS:
        if width > count - 2 * BACK:
            break
        runs = np.abs(sums[width:] - sums[:-width])
        # A run reaches over no end and no split, and has the level on both sides.
        runs[:BACK] = runs[count - width - BACK + 1 :] = 0.0
        for split in levels.splits:
            runs[max(0, split - width - BACK + 1) : split + BACK] = 0.0
        first = int(np.argmax(runs))
        tops.append((float(runs[first]) / math.sqrt(width * (1 - width / count)), first, first + width))
    return tops


def _fitted(scores: Floats, first: int, end: int) -> tuple[int, int]:
    """Return the run with the highest standardised sum near the one that was looked at."""
    reach = (end - first) // 2
    best = (0.0, first, end)
    for low in range(max(0, first - reach), first + reach + 1):
        for high in range(max(low + SHORTEST, end - reach), min(scores.shape[0], end + reach, low + LONGEST) + 1):
            total = abs(float(scores[low:high].sum())) / math.sqrt(high - low)
            best = max(best, (total, low, high))
    return best[1], best[2]


def _trimmed(left: Floats, first: int, end: int) -> tuple[int, int]:
    """Return the run without the points at its ends that are nearer to the level than to the run."""
    run = left[first:end]
    off = np.flatnonzero(np.abs(run) >= abs(float(np.median(run))) / 2)
    return first + int(off[0]), first + int(off[-1]) + 1


def _around(left: Floats, levels: Levels, first: int, end: int) -> Floats:
    """Return the residuals on the level next to a run, up to 40 points on either side."""
    low, high = max(0, first - 2 * LONGEST), end + 2 * LONGEST
    return left[low:high][~levels.off[low:high]]
