"""What became of a change that was told: is the level still worse than before it, is it back, or can nobody tell?"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from lapwing.detect import effect
from lapwing.judge.policy import NULL_MARGIN, worsening

if TYPE_CHECKING:
    from lapwing.detect.batches import Points
    from lapwing.detect.order import FirstParents
    from lapwing.detect.ranks import Floats
    from lapwing.detect.series import Series
    from lapwing.judge.policy import Policy
    from lapwing.model import Interval
    from lapwing.units import Better

LEAST_BACK: Final = 3
"""Values at a level before it counts as back: one is a stray, and two have no interval of their own."""

LONGEST_AWAY: Final = 100
"""Commits without a value on any machine after which nobody waits for one: twenty of its own are a policy's, and a
machine of a pool may be drawn every tenth time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """Where a series stands against its level before a change.

    ``ratio`` is the level now over the one before, ``before`` and ``now`` both in base units; None where nobody can
    tell. ``place`` is where its newest value stands in the history, ``since`` where the level of now begins;
    ``hopeful`` says that the newest values look as if it were back, too few yet to say so.
    """

    kind: Literal["worse", "back", "gone"]
    ratio: Interval | None = None
    before: float | None = None
    now: float | None = None
    place: int = -1
    since: int = -1
    hopeful: bool = False


GONE: Final = Became(kind="gone")


def became(  # noqa: PLR0913, PLR0917 - the series and its changes, which of them, and how it is judged
    series: Series, points: Points, first: int, order: FirstParents, limit: float, policy: Policy
) -> Became:
    """Return what became of the change that began at the place ``first`` of the history.

    It is back where the interval of the level now over the one before lies within the limit and the estimate within
    half of it, the bad way; a level that is better than before is back too. A change of a clone without those commits,
    across a boundary, or of what is no longer measured has nothing to be said of.
    """
    places = [-1 if (place := order.place(sha)) is None else place for sha in series.commits]
    filled = np.flatnonzero(~np.isnan(series.values))
    filled = filled[filled >= series.current]
    began = _began(points, bisect_left(places, first))
    old, new = filled[filled < began], filled[filled >= began]
    if not (old.size and new.size) or places[int(old[0])] < 0:
        return GONE
    last = int(new[-1])
    if len(series.commits) - last > policy.frozen_after or len(order.shas) - places[last] > LONGEST_AWAY:
        return GONE
    sure = [point.index for point in points if point.state != "suspect"]
    before = series.values[old[old >= max((one for one in sure if one < began), default=0)]]
    since = max((one for one in sure if one > began), default=began)
    now = series.values[new[new >= since]]
    exact = series.unit.noise == "exact"
    ratio = effect.ratio(before[-1:], now[-1:]) if exact else effect.ratio(before, now)
    better = series.unit.better
    enough = exact or now.size >= LEAST_BACK
    hopes = [point.index for point in points if point.state == "suspect" and point.index > since]
    return Became(
        kind="back" if enough and _is_back(ratio, limit, better) else "worse",
        ratio=ratio,
        before=float(before[-1] if exact else np.median(before)),
        now=float(now[-1] if exact else np.median(now)),
        place=places[last],
        since=places[int(new[new >= since][0])],
        hopeful=bool(hopes) and _estimate_is_back(before, series.values[new[new >= hopes[-1]]], limit, better),
    )


def _began(points: Points, index: int) -> int:
    """Return the index at which the change begins that may lie at ``index``: that of the nearest point that may."""
    near = [point.index for point in points if point.earliest <= index <= point.latest]
    return min(near, key=lambda one: abs(one - index), default=index)


def _is_back(ratio: Interval, limit: float, better: Better) -> bool:
    worst = max(worsening(ratio.low, better), worsening(ratio.high, better))
    return worsening(ratio.estimate, better) <= NULL_MARGIN * math.log1p(limit) and worst <= math.log1p(limit)


def _estimate_is_back(old: Floats, new: Floats, limit: float, better: Better) -> bool:
    return worsening(effect.ratio(old, new).estimate, better) <= NULL_MARGIN * math.log1p(limit)
