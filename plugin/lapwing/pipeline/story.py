"""What happened to a series: which changes are its own, what its machine did, and what of it is no step?

The one answer for whoever shows a history: the log, the site, a check's list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.effect import ratio
from lapwing.detect.scale import additive
from lapwing.detect.suspects import BASE, LONGEST, suspect
from lapwing.judge.environment import clear
from lapwing.judge.shaped import shapes_of, told_shapes
from lapwing.model import ChangePoint, SeriesShape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.batches import Points
    from lapwing.detect.order import FirstParents
    from lapwing.detect.ranks import Floats, Ints
    from lapwing.detect.series import Series
    from lapwing.judge.environment import Cleared, Find
    from lapwing.model import EnvironmentEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened to one series, oldest first, in its own indices, with the commits.

    ``points`` are its own changes, the suspect newest values among them; ``events`` are those of its machine in which
    it moved, each with the first index after it; ``shapes`` are what is no step, and so what no point means.
    """

    points: Points
    events: tuple[tuple[int, EnvironmentEvent], ...]
    shapes: tuple[SeriesShape, ...]


def stories_of(wanted: Sequence[Series], judged: Sequence[Series], find: Find, order: FirstParents) -> list[Story]:
    """Return what happened to each of ``wanted``, where ``judged`` are all series that a check judges.

    They tell what the machines did; one that is not among them is told as it is.
    """
    known = {(one.machine, one.metric): one for one in (*judged, *wanted)}
    cleared = clear(list(known.values()), find, order)
    place = {key: i for i, key in enumerate(known)}
    return [_story(cleared, place[one.machine, one.metric]) for one in wanted]


def _story(cleared: Cleared, at: int) -> Story:
    series, points = cleared.series[at], cleared.points[at]
    places = np.flatnonzero(~np.isnan(series.values))
    places = places[places >= series.current]
    exact = series.unit.noise == "exact"
    return Story(
        points=points if exact else (*points, *_suspect(series, series.values[places], places, points)),
        events=_events(cleared, series),
        shapes=told_shapes(
            shapes_of(series, points), metric=series.metric, machine=series.machine, commits=series.commits
        ),
    )


def _suspect(series: Series, values: Floats, places: Ints, points: Points) -> tuple[ChangePoint, ...]:
    """Return the newest values as a change, where they are suspect and no change was found among them."""
    first = int(np.searchsorted(places, points[-1].index)) if points else 0
    if values.shape[0] - first <= LONGEST:
        return ()
    found = suspect(additive(values[first:]))
    if found is None:
        return ()
    at = values.shape[0] - found.count
    index = int(places[at])
    return (
        ChangePoint(
            index=index,
            earliest=index,
            latest=index,
            ratio=ratio(values[max(first, at - BASE) : at], values[at:]),
            p_value=found.p_value,
            state="suspect",
            commits=(series.commits[int(places[at - 1])], series.commits[index]),
        ),
    )


def _events(cleared: Cleared, series: Series) -> tuple[tuple[int, EnvironmentEvent], ...]:
    at = {sha: place for place, sha in enumerate(series.commits)}
    moves = {move.place for move in cleared.moves.get((series.machine, series.metric), ())}
    return tuple(
        (at[event.commits[1]], event)
        for event in cleared.events
        if (event.machine, event.unit) == (series.machine, series.unit.symbol) and at[event.commits[1]] in moves
    )
