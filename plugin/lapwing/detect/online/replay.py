"""What would have been said of a history, had it been judged after every point? The same as was said, on any day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.effect import ratio
from lapwing.detect.exact import exact_splits
from lapwing.detect.online.append import append
from lapwing.detect.online.state import fleet
from lapwing.detect.points import state_after
from lapwing.model import ChangePoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.online.state import Change, Fleet
    from lapwing.detect.ranks import Floats
    from lapwing.detect.segments import Split

_TOGETHER: Final = 512
"""Series replayed together: their windows stay within a processor's cache."""


def points_as_seen(
    rows: Sequence[Floats], *, alpha: float, exact: Sequence[bool], places: Sequence[Sequence[int]] | None = None
) -> list[tuple[ChangePoint, ...]]:
    """Return the confirmed and frozen changes of many series without holes, as :func:`lapwing.detect.points.points_in`.

    What is returned for a series is what appending its points one at a time came to: more points add changes and move
    those that are not frozen within their range, but take none back. ``alpha`` is the probability of a false change
    in 24 points, not in a whole series. ``places[i][j]`` is the index to give point j of row i.
    """
    noisy = sorted((i for i in range(len(rows)) if not exact[i]), key=lambda i: rows[i].shape[0])
    found: list[tuple[Change | Split, ...]] = [exact_splits(row) if exact[i] else () for i, row in enumerate(rows)]
    for low in range(0, len(noisy), _TOGETHER):
        members = noisy[low : low + _TOGETHER]
        for i, changes in zip(members, replayed([rows[i] for i in members], alpha).changes, strict=True):
            found[i] = changes
    return [
        _points(row, found[i], places[i] if places else range(row.shape[0]), exact=exact[i])
        for i, row in enumerate(rows)
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


def _points(
    values: Floats, changes: tuple[Change | Split, ...], places: Sequence[int], *, exact: bool
) -> tuple[ChangePoint, ...]:
    count = values.shape[0]
    edges = [0, *(change.index for change in changes), count]
    points = []
    for i, change in enumerate(changes):
        old, new = values[edges[i] : edges[i + 1]], values[edges[i + 1] : edges[i + 2]]
        points.append(
            ChangePoint(
                index=places[change.index],
                earliest=places[change.earliest],
                latest=places[change.latest],
                ratio=ratio(old[-1:], new[:1]) if exact else ratio(old, new),
                p_value=change.p_value,
                # A confirmed change stays confirmed, though it may move so near to the end that a new one would not be.
                state="frozen" if state_after(count - change.index) == "frozen" else "confirmed",
            )
        )
    return tuple(points)
