"""What would have been said of a history, had it been judged after every point? The same as was said, on any day."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.effect import ratio
from lapwing.detect.exact import exact_splits
from lapwing.detect.online.append import append
from lapwing.detect.online.state import fleet
from lapwing.detect.online.suspects import BASE, TINY
from lapwing.detect.points import state_after
from lapwing.detect.tail import LONGEST, chance
from lapwing.model import ChangePoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.online.state import Change, Fleet
    from lapwing.detect.online.suspects import Tails
    from lapwing.detect.ranks import Floats
    from lapwing.detect.segments import Split

_TOGETHER: Final = 512
"""Series replayed together: their windows stay within a processor's cache."""


def points_as_seen(
    rows: Sequence[Floats],
    *,
    alpha: float,
    exact: Sequence[bool],
    places: Sequence[Sequence[int]] | None = None,
    suspects: bool = False,
) -> list[tuple[ChangePoint, ...]]:
    """Return the changes of many series without holes, confirmed and frozen, as does ``points_in``.

    What is returned for a series is what appending its points one at a time came to: more points add changes and move
    those that are not frozen within their range, but take none back. ``alpha`` is the probability of a false change
    in 24 points, not in a whole series. ``places[i][j]`` is the index to give point j of row i. With ``suspects``, the
    tail that is suspect now comes last, its p-value that of :func:`lapwing.detect.tail.chance`.
    """
    noisy = sorted((i for i in range(len(rows)) if not exact[i]), key=lambda i: rows[i].shape[0])
    found: list[tuple[ChangePoint, ...]] = [()] * len(rows)
    for low in range(0, len(noisy), _TOGETHER):
        members = noisy[low : low + _TOGETHER]
        state = replayed([rows[i] for i in members], alpha)
        for at, i in enumerate(members):
            found[i] = _points(rows[i], state.changes[at])
            if suspects and state.tails.since[at] >= 0:
                first = state.changes[at][-1].index if state.changes[at] else 0
                found[i] += (_suspect(rows[i], first, state.tails, at),)
    for i in np.flatnonzero(exact).tolist():
        found[i] = _points(rows[i], exact_splits(rows[i]), exact=True)
    return [
        tuple(_placed(point, places[i]) for point in points) if places else points for i, points in enumerate(found)
    ]


def replayed(rows: Sequence[Floats], alpha: float) -> Fleet:
    """Return the state of noisy series without holes after all their points."""
    state = fleet([False] * len(rows), alpha=alpha)
    longest = max((row.shape[0] for row in rows), default=0)
    # One line for each position, so that what is appended lies together; ended series have holes.
    lines = np.full((longest, len(rows)), np.nan)
    for i, row in enumerate(rows):
        lines[: row.shape[0], i] = row
    for line in lines:
        state = append(state, line).fleet
    return state


def _points(values: Floats, changes: Sequence[Change | Split], *, exact: bool = False) -> tuple[ChangePoint, ...]:
    count = values.shape[0]
    edges = [0, *(change.index for change in changes), count]
    points = []
    for i, change in enumerate(changes):
        old, new = values[edges[i] : edges[i + 1]], values[edges[i + 1] : edges[i + 2]]
        points.append(
            ChangePoint(
                index=change.index,
                earliest=change.earliest,
                latest=change.latest,
                ratio=ratio(old[-1:], new[:1]) if exact else ratio(old, new),
                p_value=change.p_value,
                # A confirmed change stays confirmed, though it may move so near to the end that a new one would not be.
                state="frozen" if state_after(count - change.index) == "frozen" else "confirmed",
            )
        )
    return tuple(points)


def _suspect(values: Floats, first: int, tails: Tails, row: int) -> ChangePoint:
    """Return the suspect tail of a series whose level begins at ``first``, judged by its point nearest to that."""
    since, count = int(tails.since[row]), values.shape[0]
    newest = values[since:]
    off = (np.log(np.maximum(newest, TINY)) if tails.logged[row] else newest) - tails.centre[row]
    nearest = float(np.abs(off).min() / tails.scale[row])
    return ChangePoint(
        index=since,
        earliest=since,
        latest=since,
        ratio=ratio(values[max(first, since - BASE) : since], newest),
        p_value=chance(min(count - since, LONGEST), nearest),
        state="suspect",
    )


def _placed(point: ChangePoint, places: Sequence[int]) -> ChangePoint:
    return replace(point, index=places[point.index], earliest=places[point.earliest], latest=places[point.latest])
