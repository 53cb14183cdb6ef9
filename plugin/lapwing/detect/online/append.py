"""What does one more point of each series change?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.online.confirm import confirmed, look_again
from lapwing.detect.online.rates import p_value
from lapwing.detect.online.state import Change, Fleet, Open
from lapwing.detect.online.suspects import Tails, follow
from lapwing.detect.online.window import WINDOW, Windows, begin_anew, best_splits, extend, seal
from lapwing.detect.points import FROZEN_AFTER
from lapwing.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats, Ints

GRID: Final = 4
"""Positions, counted from the first point of a series, at whose multiples is looked again at what was refused and at
what may still move. At every position replaying series with memory (AR(1) 0.3) would take several times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """The state after one more point of each series, and what came of it.

    The others are the series, ascending, in which a suspect was raised or a change confirmed, moved or frozen.
    """

    fleet: Fleet
    suspected: tuple[int, ...]
    confirmed: tuple[int, ...]
    moved: tuple[int, ...]
    frozen: tuple[int, ...]


def append(fleet: Fleet, newest: Floats) -> Appended:
    """Return the state of ``fleet`` after ``newest``: one value for each series, NaN for a hole.

    The arrays of ``fleet`` are not touched. A hole leaves its series exactly as it was.

    Raises:
        UsageError: ``newest`` has not one value for each series (``wrong-count``) or has an infinite one
            (``infinite-value``).
    """
    _check(fleet, newest)
    given = ~np.isnan(newest)
    seen = fleet.seen + given
    on_grid = given & (seen % GRID == 0)
    differs = given & (fleet.seen > 0) & (newest != fleet.windows.values[:, -1])
    draft = _Draft(fleet, extend(fleet.windows, newest), seen)
    for one in fleet.open:
        if given[one.series]:
            draft.look_again(one, on_grid=bool(on_grid[one.series]))
    resting = fleet.resting & ~on_grid
    splits, rises = best_splits(draft.windows)
    candidates = given & ~fleet.exact & ~resting & (rises >= fleet.least)
    for row in np.flatnonzero(candidates).tolist():
        resting[row] = not draft.confirm(row, int(splits[row]), float(rises[row]))
    for row in np.flatnonzero(differs & fleet.exact).tolist():
        draft.note_exact(row)
    tails = follow(fleet.tails, draft.windows, seen, given & ~fleet.exact, np.array(draft.restarted, dtype=np.int64))
    return draft.appended(resting, tails)


def _check(fleet: Fleet, newest: Floats) -> None:
    if newest.shape != fleet.seen.shape:
        raise UsageError(
            "wrong-count",
            f"{fleet.seen.shape[0]} series were given values of shape {newest.shape}.",
            remedy="give one value for each series, NaN where there is none.",
        )
    infinite = np.flatnonzero(np.isinf(newest))
    if infinite.size:
        raise UsageError(
            "infinite-value",
            f"The value of series {infinite[0]} is infinite.",
            remedy="leave it out, or give None for a hole.",
        )


class _Draft:
    """The next state while it is made; what needs more than numpy happens here, for the few series that need it."""

    def __init__(self, fleet: Fleet, windows: Windows, seen: Ints) -> None:
        self.fleet, self.windows, self.seen = fleet, windows, seen
        self.changes = list(fleet.changes)
        self.open = {one.series: one for one in fleet.open}
        self.restarted: list[int] = []
        self.confirmed: list[int] = []
        self.moved: list[int] = []
        self.frozen: list[int] = []

    def look_again(self, one: Open, *, on_grid: bool) -> None:
        """Move an open change to its best place within its range, and freeze it where it is old enough."""
        row, seen = one.series, int(self.seen[one.series])
        change = self.changes[row][-1]
        if not on_grid and seen - change.index < FROZEN_AFTER:
            return
        both = np.concatenate([one.before, self.windows.level(row)])
        first = seen - both.shape[0]
        found = look_again(both, change.index - first)
        at = min(max(first + found.place.index, change.earliest), change.latest)
        score = max(change.score, found.score)
        change = replace(change, index=at, score=score, p_value=p_value(seen, score))
        if at != self.changes[row][-1].index:
            self.begin(row, both[at - first :])
            self.open[row] = Open(series=row, before=_kept(both[: at - first]))
            self.moved.append(row)
        self.changes[row] = (*self.changes[row][:-1], change)
        if seen - at >= FROZEN_AFTER:
            del self.open[row]
            self.frozen.append(row)

    def confirm(self, row: int, split: int, rise: float) -> bool:
        """Confirm a change at the best split of the present level, if it stands; tell whether it did."""
        level, seen = self.windows.level(row), int(self.seen[row])
        found = confirmed(level, split, rise, self.fleet.least)
        if found is None:
            return False
        first, place = seen - level.shape[0], found.place
        change = Change(
            index=first + place.index,
            earliest=first + place.earliest,
            latest=first + place.latest,
            score=found.score,
            p_value=p_value(seen, found.score),
        )
        self.changes[row] += (change,)
        self.confirmed.append(row)
        before = _kept(level[: place.index])
        self.begin(row, level[place.index :])
        if seen - change.index < FROZEN_AFTER:
            self.open[row] = Open(series=row, before=before)
        else:
            self.open.pop(row, None)
            self.frozen.append(row)
        return True

    def note_exact(self, row: int) -> None:
        """Note that an exact metric changed with the newest point: certain, and in that place."""
        at = int(self.seen[row]) - 1
        self.changes[row] += (Change(index=at, earliest=at, latest=at, score=math.inf, p_value=0.0),)
        self.confirmed.append(row)

    def begin(self, row: int, level: Floats) -> None:
        """Begin the window of a series anew, with the points of its new level."""
        begin_anew(self.windows, row, level)
        self.restarted.append(row)

    def appended(self, resting: NDArray[np.bool_], tails: Tails) -> Appended:
        """Return what came of it."""
        for array in (self.seen, resting):
            array.setflags(write=False)
        fleet = replace(
            self.fleet,
            seen=self.seen,
            windows=seal(self.windows),
            resting=resting,
            changes=tuple(self.changes),
            open=tuple(self.open[row] for row in sorted(self.open)),
            tails=tails,
        )
        return Appended(
            fleet=fleet,
            suspected=tuple(np.flatnonzero((tails.since >= 0) & (self.fleet.tails.since < 0)).tolist()),
            confirmed=tuple(sorted(self.confirmed)),
            moved=tuple(sorted(self.moved)),
            frozen=tuple(sorted(self.frozen)),
        )


def _kept(values: Floats) -> Floats:
    kept: Floats = values[-WINDOW:].copy()
    kept.setflags(write=False)
    return kept
