"""What do more points of each series change? Many series side by side, as each would be by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from lapwing.detect.life import FROZEN_AFTER
from lapwing.detect.online.looked import looked
from lapwing.detect.online.stirred import LENGTHS, looked_at, stirred
from lapwing.detect.online.window import window, within
from lapwing.detect.scale import additive
from lapwing.detect.segments import Split, find_splits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lapwing.detect.online.state import Seen
    from lapwing.detect.online.window import Moves
    from lapwing.detect.ranks import Floats

Looks: TypeAlias = dict[int, tuple[Split, ...]]
"""What scans of one series found, by how many points there were: those that saw it as it was measured."""

GRID: Final = 4
"""Positions, counted from the first point of a series, at whose multiples every level is looked at."""

CONTEXT: Final = 256
"""Points that a scan is given, the newest: what their memory is, and what else changed. In 45 of numpy's histories 182
changes are confirmed, 158 of them where a scan of the whole finds one, with 400 points 176 and 159, by a quarter more
work; in quiet stretches, and of known steps, it is the same."""

YOUNG: Final = 16
"""Points from a suspect change on up to which it is looked at after each: then each tells much. 5-sigma steps are
confirmed a point earlier so; with no bound, by twice as many scans, no earlier."""


def advanced(
    rows: Sequence[Floats],
    seen: Sequence[Seen],
    alpha: float,
    *,
    moves: Sequence[Moves] | None = None,
    looks: Sequence[Looks] | None = None,
) -> list[Seen]:
    """Return the states of noisy series (without holes) after all points of ``rows``, from states of fewer points.

    ``rows`` are as they were measured, ``moves`` what their machines did to them. ``looks`` are what is known of
    scans of them; what is found out is added there.
    """
    fleet = _Fleet(rows, seen, alpha, moves or [()] * len(rows), looks or [{} for _ in rows])
    first = min((one.count for one in seen), default=0) + 1
    for at in range(first, max((row.shape[0] for row in rows), default=0) + 1):
        if at % GRID == 0:
            open_ones = fleet.open_at(at)
            fleet.look(at, open_ones | fleet.stirred_at(at, open_ones))
        elif fleet.suspects:
            fleet.look(at, fleet.young_at(at))
    return fleet.states()


class _Fleet:
    """The series while they advance; ``suspects`` are those with one, ``unfrozen`` those whose newest change is."""

    def __init__(
        self, rows: Sequence[Floats], seen: Sequence[Seen], alpha: float, moves: Sequence[Moves], looks: Sequence[Looks]
    ) -> None:
        self._rows, self._alpha = rows, alpha
        self._moves, self._looks = moves, looks
        self.seen = list(seen)
        self._known = np.array([one.count for one in seen], dtype=np.int64)
        self._lengths = np.array([row.shape[0] for row in rows], dtype=np.int64)
        self._starts = np.array([one.start for one in seen], dtype=np.int64)
        self.suspects = {i for i, one in enumerate(seen) if one.suspected}
        self.unfrozen = {i for i, one in enumerate(seen) if one.confirmed}
        self._calm = np.array([one.calm for one in seen])

    def states(self) -> list[Seen]:
        """Return the states after all points."""
        return [
            replace(one, count=row.shape[0], calm=calm)
            for one, row, calm in zip(self.seen, self._rows, self._calm.tolist(), strict=True)
        ]

    def _reaches(self, i: int, at: int) -> bool:
        return bool(self._known[i] < at <= self._lengths[i])

    def open_at(self, at: int) -> set[int]:
        """Return the series in which something may still be confirmed, dropped or become surer."""
        self.unfrozen = {i for i in self.unfrozen if at - self._starts[i] < FROZEN_AFTER}
        return {i for i in self.suspects | self.unfrozen if self._reaches(i, at)}

    def young_at(self, at: int) -> set[int]:
        """Return the series whose newest suspect is young."""
        return {i for i in self.suspects if self._reaches(i, at) and at - self.seen[i].suspected[-1].index < YOUNG}

    def stirred_at(self, at: int, known: Collection[int]) -> set[int]:
        """Return the series, of all but those ``known`` to be looked at, whose present level is stirred."""
        asked = (self._known < at) & (at <= self._lengths)
        asked[list(known)] = False
        live = np.flatnonzero(asked)
        widths = _WIDTHS[np.minimum(at - self._starts[live], LENGTHS[-1])]
        found: set[int] = set()
        for width in np.unique(widths[widths > 0]).tolist():
            members = live[widths == width]
            levels = np.stack([window(self._rows[i], self._moves[i], at - width, at) for i in members.tolist()])
            chosen, self._calm[members] = stirred(levels, self._calm[members])
            found.update(members[chosen].tolist())
        return found

    def look(self, at: int, chosen: Iterable[int]) -> None:
        """Scan the ``chosen`` series at ``at`` points, and note what comes of it."""
        members, low = sorted(chosen), max(0, at - CONTEXT)
        scanned = self._scanned(at, low, members)
        for i in members:
            one = looked(self.seen[i], at, scanned[i], self._alpha)
            if len(one.confirmed) > len(self.seen[i].confirmed):
                self._starts[i], self._calm[i] = one.start, one.calm
                self.unfrozen.add(i)
            (self.suspects.add if one.suspected else self.suspects.discard)(i)
            self.seen[i] = one

    def _scanned(self, at: int, low: int, members: Sequence[int]) -> dict[int, tuple[Split, ...]]:
        """Return what scans of the points ``low .. at`` of each of ``members`` find, by what is known of them."""
        plain = {i for i in members if not within(self._moves[i], low, at)}
        found = {i: self._looks[i][at] for i in plain if at in self._looks[i]}
        asked = [i for i in members if i not in found]
        seen = [additive(window(self._rows[i], self._moves[i], low, at)) for i in asked]
        for i, splits in zip(asked, find_splits(seen, self._alpha), strict=True):
            found[i] = tuple(_moved(split, low) for split in splits)
            if i in plain:
                self._looks[i][at] = found[i]
        return found


def _moved(split: Split, by: int) -> Split:
    return replace(split, index=split.index + by, earliest=split.earliest + by, latest=split.latest + by)


_WIDTHS: Final = np.array([looked_at(points) for points in range(LENGTHS[-1] + 1)])
