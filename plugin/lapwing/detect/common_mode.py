"""At which places did most series of one machine change together, and by how much each?

A step that most unrelated benchmarks make at the same run is the machine's, its image's or the toolchain's. It is found
by a vote: each series has its own changes of level, and where those of many series fall together, more than their own
rates explain, the place is looked at in *all* series, by the rank sum of the values on either side. Only a majority of
the series, in a majority of their families (the files that they are of), makes a common event: ten benchmarks of forty
that one commit made slower are no event, nor are all thirty of one file.

Nothing is divided by a reference: where an event is proven, each series loses its own step there, whatever its size and
way, and no other. What remains is free of the event, and a change of a benchmark's own elsewhere stays in it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.cusum import rank_cusum
from lapwing.detect.effect import bounded_exp
from lapwing.detect.noise import inflation, residuals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats, Ints

LEAST_SERIES: Final = 5
"""Series of which all must have moved; from :data:`LEAST_FOR_MAJORITY` on a majority is enough."""

LEAST_FOR_MAJORITY: Final = 8

MAJORITY: Final = 0.5
"""Share of the series, and of their families, that must be passed."""

_ALPHA: Final = 0.01
"""Chance of taking changes that fall together by accident for an event, over all the places of one machine."""

_REACH: Final = 2
"""Points that a series' own change may be off an event's place; of steps of 2 sigma 9 in 10 are placed as well."""

_WIDTH: Final = 4 * _REACH + 1
"""Places that one change can vote for."""

_UNSEEN: Final = 0.5
"""Changes that each series is taken to have beside those seen, for its rate: nobody's code never changes."""

_MOVED: Final = 2.576
"""Rank sum, in its standard deviations, from which a series has moved at a place that others chose: p = 1 %."""

_SURE_SLOPE: Final = 4.0
"""Standard deviations of Kendall's S: noise with memory .3 passes 3 in 3 % of all cases."""

_LEAST_SIDE: Final = 3
_WINDOW: Final = 50
"""Values looked at on either side: a step of one sigma is seen by 5 standard deviations."""


_TINY: Final = float(np.finfo(np.float64).tiny)
_HUGE: Final = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One series: ``values`` on the scale where noise adds, and their ``places`` on the machine's line of commits.

    ``splits`` are the places at which its own level changed, each with the range it may lie in. ``family`` is what
    makes it related to others.
    """

    values: Floats
    places: Ints
    splits: tuple[tuple[int, int, int], ...]
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonEvent:
    """Most series changed at ``place``, the first of the new level.

    ``moves[s]`` is series s's own step there, to be taken out of it; nought where it has too few values on one side.
    ``moved`` are the series that moved beyond noise, of the ``measured`` that could have been seen to.
    """

    place: int
    moves: tuple[float, ...]
    moved: tuple[int, ...]
    measured: int


def common_events(tracks: Sequence[Track], length: int) -> tuple[CommonEvent, ...]:
    """Return the events that ``tracks`` share, oldest first; they lie on a line of ``length`` commits.

    Deterministic, and the same whatever the order of the tracks but for the order of ``moves``.
    """
    if len(tracks) < LEAST_SERIES:
        return ()
    proven: list[tuple[int, tuple[int, ...], int]] = []
    for place, voters in _candidates(tracks, length):
        if _chance(tracks, voters, length) > _ALPHA:
            continue
        rivals = [other for other, _, _ in proven]
        sides = {i: side for i, track in enumerate(tracks) if (side := _sides(track, place, rivals)) is not None}
        seen = tuple(sides)
        moved = tuple(i for i, side in sides.items() if _has_moved(side))
        if _is_common(tracks, seen, moved):
            proven.append((place, moved, len(seen)))
    places = [place for place, _, _ in proven]
    return tuple(
        CommonEvent(
            place=place,
            moves=tuple(_move(_sides(track, place, [one for one in places if one != place])) for track in tracks),
            moved=moved,
            measured=measured,
        )
        for place, moved, measured in sorted(proven)
    )


def _candidates(tracks: Sequence[Track], length: int) -> list[tuple[int, tuple[int, ...]]]:
    """Return the places where changes of several series may be one, those with the most votes first; each votes once.

    A series votes for all places within reach of one of its changes' range, and where it has voted for a place that
    stands, that change has no second vote.
    """
    votes = np.zeros(length, dtype=np.int64)
    exact = np.zeros(length, dtype=np.int64)
    left: dict[tuple[int, int], tuple[int, int, int]] = {}
    for i, track in enumerate(tracks):
        for j, (at, low, high) in enumerate(track.splits):
            left[i, j] = at, max(1, low - _REACH, at - 2 * _REACH), min(length - 1, high + _REACH, at + 2 * _REACH)
            _vote(votes, exact, left[i, j], 1)
    found = []
    # What votes there must be by accident prove nothing, and in a fleet's noise there are thousands of such places.
    least = max(1.0, math.fsum(_rate(track, length, voted=True) for track in tracks))
    while int(votes.max()) > least:
        # The place most series name exactly, of those that the most can agree on.
        place = int(np.lexsort((-np.arange(length), exact, votes))[-1])
        taken = [key for key, (_, low, high) in left.items() if low <= place <= high]
        found.append((place, tuple(sorted({i for i, _ in taken}))))
        for key in taken:
            _vote(votes, exact, left.pop(key), -1)
    return found


def _vote(votes: Ints, exact: Ints, change: tuple[int, int, int], weight: int) -> None:
    at, low, high = change
    votes[low : high + 1] += weight
    exact[at] += weight


def _chance(tracks: Sequence[Track], voters: Sequence[int], length: int) -> float:
    """Return the chance that so many series change together somewhere, each at its own rate (Chernoff's bound).

    Hoeffding (1963), theorem 1, for independent votes of unequal chances: exp(x - mu - x log(x / mu)).
    """
    chosen = frozenset(voters)
    mean = math.fsum(_rate(track, length, voted=i in chosen) for i, track in enumerate(tracks))
    count = max(mean, len(voters))
    return min(1.0, math.exp(count - mean - count * math.log(count / mean)) * max(1.0, length / _WIDTH))


def _rate(track: Track, length: int, *, voted: bool) -> float:
    """Return the chance that a series votes for a given place, by its changes but the one it ``voted`` with there."""
    changes = max(0, len(track.splits) - voted) + _UNSEEN
    return min(1.0, changes * _WIDTH / max(length, _WIDTH))


def _is_common(tracks: Sequence[Track], seen: Sequence[int], moved: Sequence[int]) -> bool:
    """Tell whether those that moved are most of those that could, and are so in most of their families."""
    if len(seen) < LEAST_FOR_MAJORITY:
        return len(seen) >= LEAST_SERIES and len(moved) == len(seen)
    families: dict[str, list[bool]] = defaultdict(list)
    has_moved = frozenset(moved)
    for i in seen:
        families[tracks[i].family].append(i in has_moved)
    most = [sum(one) > MAJORITY * len(one) for one in families.values()]
    return len(moved) > MAJORITY * len(seen) and sum(most) > MAJORITY * len(most)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """The values next to a place, ``before`` of them on its near side, with how far from the place each is."""

    values: Floats
    away: Ints
    before: int


def _sides(track: Track, place: int, rivals: Sequence[int]) -> _Sides | None:
    """Return the values before and after ``place``, as far as the series' next other change or event.

    None where one side has fewer than 3.
    """
    others = [at for at, _, _ in track.splits if abs(at - place) > 2 * _REACH] + list(rivals)
    low = max((at for at in others if at <= place), default=0)
    high = min((at for at in others if at > place), default=int(track.places[-1]) + 1)
    first, cut, last = np.searchsorted(track.places, (low, place, high)).tolist()
    first, last = max(first, cut - _WINDOW), min(last, cut + _WINDOW)
    if min(cut - first, last - cut) < _LEAST_SIDE:
        return None
    return _Sides(values=track.values[first:last], away=track.places[first:last] - place, before=cut - first)


def _has_moved(sides: _Sides) -> bool:
    """Tell whether the two sides differ beyond noise, with what memory the noise has."""
    score = float(rank_cusum(sides.values[None, :])[0, sides.before - 1])
    return score / inflation(residuals(sides.values, (sides.before,)), (sides.before,)) >= _MOVED


def _move(sides: _Sides | None) -> float:
    """Return the step between the sides; where both slope one way beyond doubt, that of the slope's two lines.

    A benchmark that creeps keeps its creep: between medians 25 values apart on either side, an event would take half of
    it along.
    """
    if sides is None:
        return 0.0
    level = sides.values - _slope(sides) * sides.away
    return float(np.median(level[sides.before :]) - np.median(level[: sides.before]))


def _slope(sides: _Sides) -> float:
    """Return the slope within the sides, nought unless it is beyond doubt.

    The median of the slopes between two values of one side (Theil 1950; Sen 1968), tested by how many rise less how
    many fall (Kendall's S, of two stretches together; Mann 1945).
    """
    slopes = []
    variance = 0.0
    for part in (slice(0, sides.before), slice(sides.before, None)):
        values, away = sides.values[part], sides.away[part]
        count = values.shape[0]
        first, second = np.triu_indices(count, 1)
        slopes.append((values[second] - values[first]) / (away[second] - away[first]))
        variance += count * (count - 1) * (2 * count + 5) / 18
    both = np.concatenate(slopes)
    surely = abs(float(np.sign(both).sum())) >= _SURE_SLOPE * math.sqrt(variance)
    return float(np.median(both)) if surely else 0.0


def rebased(values: Floats, places: Ints, place: int, move: float) -> Floats:
    """Return positive ``values`` at ``places`` as if the step of ``move`` (a log) at ``place`` had not been.

    The past moves to the present: what is newest stays as it was measured, and levels are those of the machine as it
    is now. What no float could hold stays at the last one.
    """
    with np.errstate(over="ignore", under="ignore"):
        moved = np.clip(values * bounded_exp(move), _TINY, _HUGE)
    found: Floats = np.where(places < place, moved, values)
    return found
