"""Where does the level slope instead of stepping?

A slope is cut into steps by whatever looks for steps. Two things tell it from a staircase: within the levels the values
go on rising along the slope that fits best, and that slope fits better than all the steps together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.life import FROZEN_AFTER
from lapwing.detect.noise import inflation, middle
from lapwing.detect.shapes.levels import normal_tail
from lapwing.detect.shapes.ramp import beats_steps, best_ramp, single_step, trimmed
from lapwing.detect.shapes.shape import ALPHA
from lapwing.detect.shapes.trend import slope, trend_score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.detect.shapes.levels import Levels

SHORTEST: Final = 30
"""Points of the shortest drift: what reaches its new level in fewer is a step to everybody who looks back at it."""

_TRIM: Final = 2
"""Points on either side of a step that say nothing of a trend within levels: the step's place is off by 0.7 points."""

_IN_PLACE_OF_STEPS: Final = 0.02
"""The probability that the levels between several true steps show a trend. Larger than where no step was found: the
slope is to fit better than all the steps as well. With 0.005 half of the slopes of 3 sigma in 400 points stayed several
steps, with 0.02 three in ten."""

_IN_PLACE_OF_ONE: Final = 0.001
"""The same of one step: it is what is mostly true, and with 0.002 two of 300 made steps were taken for slopes."""

_WORTH: Final = 0.1
"""The probability that levels between steps show a trend in time, above which no slope is fitted: that takes forty
times as long, and of true steps one stretch in five or ten goes on to it. With 0.05 more slopes of a part of a series
stayed steps (17 % for 14)."""

_SHORTEST_OF_STEPS: Final = 2 * FROZEN_AFTER
"""Points of the shortest slope in the place of steps: where none of its levels was ever normal, two steps near each
other are as likely (with 30 two of 180 made cases lost both of theirs)."""

_MOST_PARTS: Final = 200
"""Stretches of one direction that are looked at: a walk of 100,000 points has thousands, and no drift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The level goes from point ``first`` to ``last`` by ``low .. high`` (95 %); ``adds`` is its part in each value.

    ``splits`` are the steps it was cut into.
    """

    first: int
    last: int
    low: float
    estimate: float
    high: float
    p_value: float
    splits: tuple[int, ...]
    adds: Floats


def drifts(levels: Levels) -> tuple[Drift, ...]:
    """Return the drifts, oldest first; points off the level are passed over."""
    places = np.flatnonzero(~levels.off)
    values = levels.values[places]
    splits = tuple(np.searchsorted(places, levels.splits).tolist())
    found: list[_Found] = []
    for low, high, inner in _one_way(values, splits):
        found += _within(values, low, high, inner)
    return tuple(_told(one, levels, places, splits) for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A drift in indices of the values that are on the level."""

    first: int
    last: int
    rise: tuple[float, float, float]
    p_value: float
    splits: tuple[int, ...]


def _one_way(values: Floats, splits: tuple[int, ...]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Return stretches whose steps all go one way, as (low, high, steps); the level they turn at is cut in halves."""
    if not splits:
        return [(0, values.shape[0], ())]
    edges = (0, *splits, values.shape[0])
    middles = [middle(values[low:high]) for low, high in pairwise(edges)]
    up = [after > before for before, after in pairwise(middles)]
    turns = [i for i in range(1, len(splits)) if up[i] != up[i - 1]]
    ends = [0, *((splits[i - 1] + splits[i]) // 2 for i in turns), values.shape[0]]
    ways = [0, *turns, len(splits)]
    return [(ends[i], ends[i + 1], splits[ways[i] : ways[i + 1]]) for i in range(len(ways) - 1)]


def _within(values: Floats, low: int, high: int, inner: tuple[int, ...]) -> list[_Found]:
    """Return the drifts of one stretch; where it is none as a whole, of the parts beside its largest step."""
    found = []
    parts = [(low, high, inner)]
    looked = 0
    while parts and looked < _MOST_PARTS:
        low, high, inner = parts.pop()
        if high - low < SHORTEST:
            continue
        looked += 1
        one = _drift(values[low:high], tuple(split - low for split in inner))
        if one is not None:
            found.append(
                _Found(first=one.first + low, last=one.last + low, rise=one.rise, p_value=one.p_value, splits=inner)
            )
        elif inner:
            at = _largest(values, (low, *inner, high))
            parts += [(inner[at], high, inner[at + 1 :]), (low, inner[at], inner[:at])]
    return found


def _largest(values: Floats, edges: tuple[int, ...]) -> int:
    """Return which of the steps between the levels that ``edges`` end is the largest."""
    middles = [middle(values[low:high]) for low, high in pairwise(edges)]
    sizes = [abs(after - before) for before, after in pairwise(middles)]
    return sizes.index(max(sizes))


def _drift(values: Floats, splits: tuple[int, ...]) -> _Found | None:
    """Return the drift that ``values`` are, if they are one and not steps at ``splits``, or one that nobody saw."""
    alpha = (ALPHA, _IN_PLACE_OF_ONE, _IN_PLACE_OF_STEPS)[min(2, len(splits))]
    levels = trimmed(values, splits, _TRIM)
    times = trimmed(np.arange(float(values.shape[0])), splits, _TRIM)
    if not _may_slope(levels, times, _WORTH if splits else alpha):
        return None
    ramp = best_ramp(values, SHORTEST)
    if splits and ramp.last - ramp.first < _SHORTEST_OF_STEPS:
        return None
    widening = inflation(ramp.left(values), ())
    course = math.copysign(1.0, ramp.rise) * ramp.at(values.shape[0])
    along = trend_score(levels, trimmed(course, splits, _TRIM))
    p = normal_tail(along / widening)
    if along <= 0 or p >= alpha or not beats_steps(values, ramp, splits or (single_step(values),), widening):
        return None
    span = ramp.last - ramp.first
    low, estimate, high = slope(values[ramp.first : ramp.last + 1], widening)
    return _Found(
        first=ramp.first, last=ramp.last, rise=(low * span, estimate * span, high * span), p_value=p, splits=splits
    )


def _may_slope(levels: Sequence[Floats], times: Sequence[Floats], alpha: float) -> bool:
    """Tell whether all levels rise or fall, or those between first and last step: the outer ones may be flat."""
    return any(normal_tail(trend_score(levels[some], times[some])) < alpha for some in (slice(None), slice(1, -1)))


def _told(one: _Found, levels: Levels, places: Ints, splits: tuple[int, ...]) -> Drift:
    """Return a drift in indices of all values."""
    first, last = int(places[one.first]), int(places[one.last])
    low, estimate, high = one.rise
    shares = np.clip((np.arange(levels.values.shape[0]) - first) / (last - first), 0.0, 1.0)
    return Drift(
        first=first,
        last=last,
        low=low,
        estimate=estimate,
        high=high,
        p_value=one.p_value,
        splits=tuple(levels.splits[splits.index(split)] for split in one.splits),
        adds=estimate * shares,
    )
