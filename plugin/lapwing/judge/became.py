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

TAILS: Final = (5, 8, 12, 20)
"""How many of the newest values may show that a level is back: with noise of 2 % five do within a limit of 5 %, with
more it takes more of them. No change point is waited for: an excursion that returned after a dozen commits has none at
its end, and most regressions are mended sooner than that."""

_HOPE: Final = 2
"""Values from which it looks so."""

LONGEST_AWAY: Final = 100
"""Commits without a value on any machine after which nobody waits for one: twenty of its own are a policy's, and a
machine of a pool may be drawn every tenth time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """Where a series stands against its level before a change.

    ``ratio`` is the level now over the one before, ``before`` and ``now`` both in base units; None where nobody can
    tell. ``place`` is where its newest value stands in the history, ``since`` where the level of now begins;
    ``hopeful`` says that the newest values look as if it were back, too few yet to say so; ``again`` that they are as
    bad as the change was and no other change of the level is known since: what was back once has come back.
    """

    kind: Literal["worse", "back", "gone"]
    ratio: Interval | None = None
    before: float | None = None
    now: float | None = None
    place: int = -1
    since: int = -1
    hopeful: bool = False
    again: bool = False


GONE: Final = Became(kind="gone")


def became(  # noqa: PLR0913, PLR0917 - the series and its changes, which of them, and how it is judged
    series: Series, points: Points, first: int, order: FirstParents, limit: float, policy: Policy
) -> Became:
    """Return what became of the change that began at the place ``first`` of the history.

    It is back where the interval of the newest values over the level before lies within the limit and the estimate
    within half of it, the bad way; a level that is better than before is back too. A change of a clone without those
    commits, across a boundary, or of what is no longer measured has nothing to be said of.
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
    start = max((one for one in sure if one > began), default=began)
    level = _Level(before=before, limit=limit, better=series.unit.better, exact=series.unit.noise == "exact")
    now = series.values[new[new >= start]]
    back = level.back(now)
    shown = now if back is None else now[-back:]
    since = new.size - _returned(before, series.values[new]) if back is not None else new.size - now.size
    return Became(
        kind="worse" if back is None else "back",
        ratio=level.ratio(shown),
        before=level.value(before),
        now=level.value(shown),
        place=places[last],
        since=places[int(new[since])],
        again=start == began and now.size >= TAILS[0] and level.is_worse(level.ratio(now[-TAILS[0] :])),
        hopeful=back is None and now.size >= _HOPE and level.is_near(level.ratio(now[-_HOPE:])),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """A level before a change, and how far from it is back at it."""

    before: Floats
    limit: float
    better: Better
    exact: bool

    def ratio(self, now: Floats) -> Interval:
        """Return the level of ``now`` over the one before."""
        return effect.ratio(self.before[-1:], now[-1:]) if self.exact else effect.ratio(self.before, now)

    def value(self, values: Floats) -> float:
        """Return the level of values in base units."""
        return float(values[-1] if self.exact else np.median(values))

    def back(self, now: Floats) -> int | None:
        """Return how many of the newest values show that the level is back, None where none do."""
        tails = (1,) if self.exact else TAILS
        return next((count for count in tails if count <= now.size and self._is_back(self.ratio(now[-count:]))), None)

    def is_near(self, ratio: Interval) -> bool:
        """Tell whether the estimate is within half of the limit, the bad way."""
        return worsening(ratio.estimate, self.better) <= NULL_MARGIN * math.log1p(self.limit)

    def is_worse(self, ratio: Interval) -> bool:
        """Tell whether the estimate is past the limit, the bad way, and the near end past half of it."""
        least = min(worsening(ratio.low, self.better), worsening(ratio.high, self.better))
        band = math.log1p(self.limit)
        return worsening(ratio.estimate, self.better) > band and least > NULL_MARGIN * band

    def _is_back(self, ratio: Interval) -> bool:
        worst = max(worsening(ratio.low, self.better), worsening(ratio.high, self.better))
        return self.is_near(ratio) and worst <= math.log1p(self.limit)


def _returned(before: Floats, after: Floats) -> int:
    """Return how many of the newest values after a change lie nearer to the level before it than to the one after."""
    old, high = float(np.median(before)), float(np.median(after[: TAILS[0]]))
    far = np.flatnonzero(np.abs(after - old) > np.abs(after - high))
    return max(1, after.size - 1 - int(far[-1]) if far.size else after.size)


def _began(points: Points, index: int) -> int:
    """Return the index at which the change begins that may lie at ``index``: that of the nearest point that may."""
    near = [point.index for point in points if point.earliest <= index <= point.latest]
    return min(near, key=lambda one: abs(one - index), default=index)
