"""How far has the level crept, in steps that are each too small to be told?

The history lane asks whether a commit changed the level past the limit; ten commits of 1 % pass it. This lane asks for
the newest level against two others: that at the last release, and the best one that was kept for 20 values since that
release and since the last rise that the history lane told (what was told and left is the new normal). It has a limit of
its own, twice that of a single change: two rises just below the limit reach it, and the levels of 20 values differ by
less than a third of it on noise of 3 % (a standard deviation of 1.2).

Against the release every rise counts, the told ones too: a release says what its users will meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from lapwing.detect import effect
from lapwing.detect.cusum import rank_cusum
from lapwing.detect.noise import inflation, residuals
from lapwing.detect.scale import additive
from lapwing.judge.policy import worsening
from lapwing.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.judge.case import Case
    from lapwing.judge.policy import Policy
    from lapwing.model import ChangePoint, Interval

KEPT: Final = 20
"""Values for which a level must have been kept to be what others are held against."""

LEAST: Final = 10
"""Values that establish the newest level, and that at a release: ten against ten reach p = 8e-5, five against five
5e-3, which among 40 benchmarks is chance."""


_NEAR: Final = 5
"""Values on either side of a change that must be apart for it to be a step: a creep of 20 % in 85 commits rises by 1 %
over them, and the stairs that it is cut into are 5 to 7 % apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Creep:
    """The newest level over an older one, past the creep limit by its estimate.

    ``since`` is the commit of the older level, ``at_release`` whether it is the last release's. ``base`` and ``head``
    are the levels in base units, ``points`` how many values the newest rests on; ``limit`` what it was held against.
    ``told`` are the changes past the single limit between the two. ``p_value`` is one-sided, against the limit.
    """

    ratio: Interval
    p_value: float
    base: float
    head: float
    since: str
    at_release: bool
    points: int
    limit: float
    told: tuple[ChangePoint, ...]

    def outcome(self, case: Case, *, significant: bool) -> Outcome:
        """Return ``regressed`` where the whole interval is past the limit and the evidence significant, else doubt."""
        surely = significant and _at_least(self.ratio, case) > math.log1p(self.limit)
        return Outcome.REGRESSED if surely else Outcome.INCONCLUSIVE


def find_creep(case: Case, points: Sequence[ChangePoint], policy: Policy) -> Creep | None:
    """Return the creep of a case whose own changes are ``points``; None where it is within the limit or unknown.

    Of the two older levels one that the newest is surely past the limit of, of both the release's, which people know;
    the p-value pays for the choice.
    """
    count = case.values.shape[0]
    if not case.logarithmic or count < 2 * LEAST:
        return None
    newest = _newest(points, count)
    told = [one for one in points if _is_told(case, one)]
    release, since = _release(case, points, newest), _since(case, told, newest)
    asked = (release is not None) + (since is not None)
    best = _best(case, since, newest) if since is not None and _may_be_near(case, since, newest, policy) else None
    found = [
        _measured(case, look, newest, told, policy)
        for look in (release, best)
        if look is not None and _is_near(case, look.place, newest, policy)
    ]
    past = [one for one in found if worsening(one.ratio.estimate, case.unit.better) > math.log1p(one.limit)]
    if not past:
        return None
    worst = max(past, key=lambda one: (_at_least(one.ratio, case) > math.log1p(one.limit), one.at_release))
    return replace(worst, p_value=min(1.0, worst.p_value * asked))


def _at_least(ratio: Interval, case: Case) -> float:
    """Return by how much (a log) it is worse at the nearer end of the interval."""
    return min(worsening(ratio.low, case.unit.better), worsening(ratio.high, case.unit.better))


def _limit(case: Case, policy: Policy) -> float:
    return max(policy.creep_limit, case.limit)


def _is_near(case: Case, place: slice, newest: int, policy: Policy) -> bool:
    """Tell whether the medians alone are half a limit apart: what is not need not be measured."""
    return _is_half_a_limit(float(np.median(case.values[newest:]) / np.median(case.values[place])), case, policy)


def _is_half_a_limit(ratio: float, case: Case, policy: Policy) -> bool:
    return worsening(ratio, case.unit.better) > math.log1p(_limit(case, policy)) / 2


def _newest(points: Sequence[ChangePoint], count: int) -> int:
    """Return where the newest level begins: its last 20 values at most, and its last 10 at least.

    Where it has changed within the last 10, the old level's values among them widen the interval until the new one is
    established.
    """
    last = points[-1].index if points else 0
    return min(max(count - KEPT, last), count - LEAST)


def _is_told(case: Case, point: ChangePoint) -> bool:
    """Tell whether a change is a rise past the limit at its place, and no stair that a slope was cut into."""
    near = case.values[max(0, point.index - _NEAR) : point.index], case.values[point.index : point.index + _NEAR]
    step = float(np.median(near[1]) / np.median(near[0]))
    return worsening(step, case.unit.better) > math.log1p(case.limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """An older level: its values, whether it is the release's, and of how many levels apart it was picked."""

    place: slice
    at_release: bool
    picked_of: int


def _release(case: Case, points: Sequence[ChangePoint], newest: int) -> _Look | None:
    """Return the level at the release: its last 20 values up to it, and if they are few the first after it."""
    at = case.release or 0
    low = max((one.index for one in points if one.index < at), default=0)
    high = min((one.index for one in points if one.index >= at), default=newest)
    start = max(low, at - KEPT)
    end = min(max(at, start + LEAST), high, newest)
    # Two values have a level too, and a p-value that says how little that is.
    return _Look(place=slice(start, end), at_release=True, picked_of=1) if at and end - start > 1 else None


def _since(case: Case, told: Sequence[ChangePoint], newest: int) -> int | None:
    """Return from where the best level is looked for: the release, or the last rise that was told; None without one."""
    start = max([case.release or 0, *(one.index for one in told)])
    return start if newest - start >= KEPT else None


def _may_be_near(case: Case, start: int, newest: int, policy: Policy) -> bool:
    """Tell whether the best level may be half a limit away, by a bound that is had in a seventh of the time.

    Of 20 values in a row the median is no less than the mean of the 10th and 11th least of any more that hold them.
    """
    values = case.values[start:newest]
    if values.shape[0] < 2 * KEPT:
        return True
    signed = values if case.unit.better == "lower" else -values
    wide = np.lib.stride_tricks.sliding_window_view(signed, 2 * KEPT - 1)[::KEPT]
    # What is left at the end is in the last one.
    wide = np.concatenate([wide, signed[None, 1 - 2 * KEPT :]])
    middle = KEPT // 2
    least = np.partition(wide, (middle - 1, middle), axis=1)[:, middle - 1 : middle + 1]
    bound = abs(float(least.mean(axis=1).min()))
    return _is_half_a_limit(float(np.median(case.values[newest:]) / bound), case, policy)


def _best(case: Case, start: int, newest: int) -> _Look:
    """Return the 20 values in a row whose median is best, of those from ``start`` on."""
    windows = np.lib.stride_tricks.sliding_window_view(case.values[start:newest], KEPT)
    medians = np.median(windows, axis=1)
    best = start + int(np.argmin(medians) if case.unit.better == "lower" else np.argmax(medians))
    return _Look(place=slice(best, best + KEPT), at_release=False, picked_of=(newest - start) // KEPT)


def _measured(case: Case, look: _Look, newest: int, told: Sequence[ChangePoint], policy: Policy) -> Creep:
    old, new = case.values[look.place], case.values[newest:]
    limit = _limit(case, policy)
    points = new.shape[0]
    if case.exact:
        old, new = old[-1:], new[-1:]
    # What was picked for being good pays for as many as there were.
    p_value = 0.0 if case.exact else _p_value(additive(old), additive(new), math.log1p(limit), case) * look.picked_of
    return Creep(
        ratio=effect.ratio(old, new),
        p_value=min(1.0, p_value),
        base=float(np.median(old)),
        head=float(np.median(new)),
        since=case.commits[look.place.stop - 1],
        at_release=look.at_release,
        points=points,
        limit=limit,
        told=tuple(one for one in told if one.index >= look.place.stop),
    )


def _p_value(old: Floats, new: Floats, margin: float, case: Case) -> float:
    """Return the one-sided rank-sum p-value of new being worse than old by more than ``margin`` (logs)."""
    sign = 1.0 if case.unit.better == "lower" else -1.0
    both = np.concatenate([sign * old + margin, sign * new])
    if float(np.median(both[old.shape[0] :])) <= float(np.median(both[: old.shape[0]])):
        return 1.0
    # The slope of a creep is no memory of its noise.
    level = np.concatenate([_without_slope(old), _without_slope(new)])
    memory = inflation(residuals(level, (old.shape[0],)), (old.shape[0],))
    score = float(rank_cusum(both[None, :])[0, old.shape[0] - 1]) / memory
    return float(ndtr(-score))


def _without_slope(values: Floats) -> Floats:
    """Return ``values`` (at least two) less their least-squares line."""
    steps = np.arange(values.shape[0]) - (values.shape[0] - 1) / 2
    flat: Floats = values - values.mean() - steps * (float(steps @ values) / float(steps @ steps))
    return flat
