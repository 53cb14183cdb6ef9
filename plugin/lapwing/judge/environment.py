"""What did the machines themselves do, and what are the series without it?

Most benchmarks of one machine that change at one place are one event: of the machine, its image or the toolchain. It is
taken out of every series of that machine, and said once. The code can do the same: a commit that makes *most* of all
files' benchmarks slower looks like a machine that became slower. What tells them apart is a second machine that changed
at the same commits, the same way: then it came with the commits, and nothing is taken out. A second machine that
measured the same commits and did *not* change is a witness that it was the machine. Without either nobody is accused,
and a worsening past the limit is no success either: the verdict is open until somebody compares the two commits.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from lapwing.detect.batches import placed
from lapwing.detect.common_mode import LEAST_SERIES, CommonEvent, Track, common_events, rebased
from lapwing.detect.effect import bounded_exp
from lapwing.detect.noise import robust_scale
from lapwing.detect.online.window import within
from lapwing.detect.scale import additive, on_log_scale
from lapwing.judge.policy import worsening
from lapwing.judge.reasons import environment
from lapwing.judge.relative import is_relative
from lapwing.model import EnvironmentEvent, Interval, MetricId

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.detect.batches import Points
    from lapwing.detect.online.window import Moves
    from lapwing.detect.order import FirstParents
    from lapwing.detect.ranks import Floats, Ints
    from lapwing.detect.series import Series
    from lapwing.judge.case import Case
    from lapwing.judge.policy import Policy
    from lapwing.model import ChangePoint

    class Find(Protocol):
        """Finds change points in series as they were measured, as :class:`~lapwing.detect.batches.Finder` does."""

        def __call__(
            self, rows: Sequence[Floats], exact: Sequence[bool], moves: Sequence[Moves] | None = None
        ) -> list[Points]:
            """Return the points of each row, ``moves`` taken out of it, in its own indices."""
            ...


_OTHERWISE: Final = 5.0
_OTHERWISE_LEAST: Final = 0.05
"""Standard deviations of the steps, and logs, by which a step must be off their median to be named."""

_WITNESSED: Final = 10
"""Commits on either side of an event that another machine must have measured to say that it did not change: of most of
its series a change of 5 sigma is confirmed after 11, and an event needs but the votes of some."""

_APART: Final = 2
"""Places within which an event is the one that was taken out before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One series' own step in an event: a log, between the values before ``place`` and those from it on.

    ``excess`` is how far (a log) it is off the median of all, nought where it is among the rest.
    """

    place: int
    step: float
    excess: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """Series without the steps of their machines, with the change points that are left.

    ``points`` are in each series' own indices, holes counted. ``moves`` are what was taken out, by machine and metric,
    in the places of ``lines``, each machine's commits. ``events`` are oldest first; ``code`` are what looked like
    events and came with the commits, by machine and unit, each as the last place before and the first after it.
    """

    series: tuple[Series, ...]
    points: tuple[Points, ...]
    moves: Mapping[tuple[str, MetricId], tuple[Move, ...]]
    lines: Mapping[str, tuple[str, ...]]
    events: tuple[EnvironmentEvent, ...] = ()
    code: frozenset[tuple[str, str, str]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proposal:
    """An event as one machine's series have it, of the series at ``members``."""

    members: tuple[int, ...]
    common: CommonEvent
    excess: tuple[float, ...]
    said: EnvironmentEvent
    furthest: tuple[tuple[str, float], ...]
    first: int
    last: int


def clear(series: Sequence[Series], find: Find, order: FirstParents) -> Cleared:
    """Return all ``series`` (of any number of machines) without what the machines did, and what that was.

    Exact metrics, ratios to an anchor and series with values that are not positive are left as they are: the first two
    have no machine in them, the last have no ratio.
    """
    current = list(series)
    taken: list[Moves] = [()] * len(current)
    points = points_of(series, find)
    known: list[_Proposal] = []
    code: list[_Proposal] = []
    # One that a larger one beside it had hidden is found in the second round. Each round has a place to itself, so that
    # there is an end to them.
    while True:
        proposed = [one for one in _proposed(current, points, order) if not _is_known(one, [*known, *code])]
        shared = [one for one in proposed if any(_came_with_commits(one, other) for other in [*proposed, *code])]
        fresh = [one for one in proposed if one not in shared]
        code += shared
        known += fresh
        if not fresh:
            break
        for one in fresh:
            for i, step in zip(one.members, one.common.moves, strict=True):
                if step:
                    current[i] = _rebased(current[i], one.common.place, step)
                    taken[i] = (*taken[i], (one.common.place, step))
        points = points_of(series, find, taken)
    return Cleared(
        series=tuple(current),
        points=tuple(points),
        moves=_moves(current, known),
        lines={one.machine: one.commits for one in current},
        events=tuple(
            _said(one, _witnesses(one, [*known, *code], current, order))
            for one in sorted(known, key=lambda one: (one.last, one.said.machine))
        ),
        code=frozenset((one.said.machine, one.said.unit, sha) for one in code for sha in _around(current, one)),
    )


def points_of(series: Sequence[Series], find: Find, taken: Sequence[Moves] | None = None) -> list[Points]:
    """Return the change points of each series since its last boundary, in its own indices, with their commits.

    ``series`` are as they were measured, and the steps ``taken`` out of each are in its own indices too.
    """
    places = [_places(one) for one in series]
    rows = [one.values[place] for one, place in zip(series, places, strict=True)]
    moves = None if taken is None else [_among(place, own) for place, own in zip(places, taken, strict=True)]
    found = find(rows, [one.unit.noise == "exact" for one in series], moves)
    return [
        tuple(_named(point, one, place) for point in placed(points, place.tolist()))
        for one, place, points in zip(series, places, found, strict=True)
    ]


def without_events(case: Case, cleared: Cleared, policy: Policy) -> Case:
    """Return the case with the values that it would have without its machine's events.

    What it did in an open one beyond the rest is kept as its ``excess``: it may be the code's.
    """
    moves = cleared.moves.get((case.machine, case.metric), ())
    if not moves or not on_log_scale(case.values):
        return case
    place = {sha: i for i, sha in enumerate(cleared.lines[case.machine])}
    # Head's run may not be kept yet; nothing of it is before an event.
    places = np.array([place.get(sha, len(place)) for sha in case.commits])
    values = case.values
    excess = 0.0
    for move in moves:
        values = rebased(values, places, move.place, move.step)
        excess += move.excess if int((places >= move.place).sum()) < policy.frozen_after else 0.0
    taken = _among(places, tuple((move.place, move.step) for move in moves))
    return replace(case, values=values, excess=excess, measured=case.values, taken=taken)


def _among(places: Ints, moves: Moves) -> Moves:
    """Return steps at places of a line of commits as at those of the points at ``places``, where any are before."""
    return within(tuple((int(np.searchsorted(places, at)), step) for at, step in moves), 0, places.shape[0])


def _places(one: Series) -> Ints:
    filled = np.flatnonzero(~np.isnan(one.values))
    return filled[filled >= one.current]


def _named(point: ChangePoint, one: Series, places: Ints) -> ChangePoint:
    """Give a change the last commit known at the old level and the first known at the new one; holes are neither."""
    before = int(places[int(np.searchsorted(places, point.index)) - 1])
    return replace(point, commits=(one.commits[before], one.commits[point.index]))


def _proposed(series: Sequence[Series], points: Sequence[Points], order: FirstParents) -> list[_Proposal]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, one in enumerate(series):
        places = _places(one)
        if one.unit.noise == "noisy" and not is_relative(one.metric, one.unit) and on_log_scale(one.values[places]):
            groups[one.machine, one.unit.symbol].append(i)
    found = []
    for members in groups.values():
        tracks = [_track(series[i], points[i]) for i in members]
        line = series[members[0]].commits
        found += [_proposal(series, members, event, line, order) for event in common_events(tracks, len(line))]
    return found


def _track(one: Series, points: Points) -> Track:
    places = _places(one)
    return Track(
        values=additive(one.values[places]),
        places=places,
        splits=tuple((point.index, point.earliest, point.latest) for point in points),
        family=_family(one.metric.benchmark),
    )


def _family(benchmark: str) -> str:
    """Return what makes a benchmark related to others: its file, or, imported from elsewhere, its module."""
    file, sides, _ = benchmark.partition("::")
    return file if sides else benchmark.partition(".")[0]


def _proposal(
    series: Sequence[Series], members: Sequence[int], event: CommonEvent, line: Sequence[str], order: FirstParents
) -> _Proposal:
    commits = (line[event.place - 1], line[event.place])
    steps = np.array([event.moves[i] for i in event.moved])
    low, middle, high = (bounded_exp(float(np.quantile(steps, share))) for share in (0.25, 0.5, 0.75))
    ratio = Interval(low=low, estimate=middle, high=high)
    first = series[members[0]]
    moved = tuple(series[members[i]].metric for i in event.moved)
    place = [order.place(sha) for sha in commits]
    excess = _excess(event, steps)
    far = sorted((i for i, off in enumerate(excess) if off), key=lambda i: -abs(excess[i]))
    furthest = [(series[members[i]].metric.benchmark, bounded_exp(event.moves[i])) for i in far]
    return _Proposal(
        members=tuple(members),
        common=event,
        excess=excess,
        said=EnvironmentEvent(
            machine=first.machine,
            unit=first.unit.symbol,
            commits=commits,
            ratio=ratio,
            moved=moved,
            measured=event.measured,
            reason="",
            better=first.unit.better,
        ),
        furthest=tuple(furthest),
        first=-1 if place[0] is None else place[0],
        last=-1 if place[1] is None else place[1],
    )


def _excess(event: CommonEvent, steps: Floats) -> tuple[float, ...]:
    """Return how far each series' step is off the median of ``steps``, of those that moved; nought unless it is far.

    Whether something of their own happened to them at the same commit, nobody can tell from this machine.
    """
    middle = float(np.median(steps))
    least = max(_OTHERWISE * robust_scale(steps), _OTHERWISE_LEAST)
    has_moved = frozenset(event.moved)
    return tuple(
        move - middle if i in has_moved and abs(move - middle) > least else 0.0 for i, move in enumerate(event.moves)
    )


def _is_known(one: _Proposal, known: Iterable[_Proposal]) -> bool:
    return any(
        (one.said.machine, one.said.unit) == (other.said.machine, other.said.unit)
        and abs(one.common.place - other.common.place) <= _APART
        for other in known
    )


def _came_with_commits(one: _Proposal, other: _Proposal) -> bool:
    """Tell whether two machines changed the same way at places that may be one commit."""
    if one.said.machine == other.said.machine or one.said.unit != other.said.unit or min(one.first, other.first) < 0:
        return False
    same_way = (one.said.ratio.estimate > 1) == (other.said.ratio.estimate > 1)
    return same_way and one.first < other.last and other.first < one.last


def _said(one: _Proposal, witnesses: tuple[str, ...]) -> EnvironmentEvent:
    said = one.said
    reason = environment(said.commits, said.ratio, len(said.moved), said.measured, one.furthest, len(witnesses))
    return replace(said, reason=reason, witnesses=witnesses)


def _witnesses(
    one: _Proposal, events: Sequence[_Proposal], series: Sequence[Series], order: FirstParents
) -> tuple[str, ...]:
    """Return the machines that measured the commits before and after an event with as many series, and had none."""
    if one.first < 0:
        return ()
    moved = {other.said.machine for other in events if other.first < one.last and one.first < other.last}
    sides: dict[str, list[bool]] = defaultdict(list)
    for other in series:
        if (
            other.machine not in moved
            and other.unit.symbol == one.said.unit
            and not is_relative(other.metric, other.unit)
        ):
            places = [place for i in _places(other).tolist() if (place := order.place(other.commits[i])) is not None]
            before, after = sum(at <= one.first for at in places), sum(at >= one.last for at in places)
            sides[other.machine].append(min(before, after) >= _WITNESSED)
    return tuple(sorted(machine for machine, seen in sides.items() if sum(seen) >= LEAST_SERIES))


def leaves_doubt(cleared: Cleared, policy: Policy) -> bool:
    """Tell whether an event is still open that made things worse past the limit and may as well be the code's doing."""
    newest = {machine: frozenset(line[-policy.frozen_after :]) for machine, line in cleared.lines.items()}
    return any(
        event.commits[1] in newest[event.machine]
        and not event.witnesses
        and worsening(event.ratio.estimate, event.better) > math.log1p(policy.limit)
        for event in cleared.events
    )


def _rebased(one: Series, place: int, step: float) -> Series:
    values = rebased(one.values, np.arange(len(one.commits)), place, step)
    values.setflags(write=False)
    return replace(one, values=values)


def _moves(series: Sequence[Series], events: Sequence[_Proposal]) -> dict[tuple[str, MetricId], tuple[Move, ...]]:
    found: dict[tuple[str, MetricId], list[Move]] = defaultdict(list)
    for one in events:
        for i, step, excess in zip(one.members, one.common.moves, one.excess, strict=True):
            if step:
                move = Move(place=one.common.place, step=step, excess=excess)
                found[series[i].machine, series[i].metric].append(move)
    return {key: tuple(moves) for key, moves in found.items()}


def _around(series: Sequence[Series], one: _Proposal) -> tuple[str, ...]:
    """Return the commits at which series that took part in ``one`` may have changed."""
    line = series[one.members[0]].commits
    return line[max(1, one.common.place - _APART) : one.common.place + _APART + 1]
