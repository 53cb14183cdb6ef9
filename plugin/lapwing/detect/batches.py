"""How are thousands of series looked at: what is cut into parts, and what comes of a part?

A part is plain data and what is done to it a function of a module, so that both travel to a process or a machine; how
they do is the caller's business. Series do not depend on each other, so the parts and their order change no bit of what
is found. Nor does what is remembered: a state is of the values that lead to it, by which it is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from lapwing.detect.online.replay import points_as_seen, seen_of
from lapwing.detect.online.state import NOTHING, Seen
from lapwing.detect.online.written import key_of, read, written
from lapwing.model import ChangePoint

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats
    from lapwing.ports import Memory

MOST_NUMBERS: Final = 50_000
"""Values in one part: 0.4 MB to send, and tens of milliseconds of work at least, beside 1 ms that sending takes."""

_BACK: Final = 20
"""Points that a series may have more than when it was remembered. With more it is looked at from its beginning."""

Points: TypeAlias = tuple[ChangePoint, ...]
Looked: TypeAlias = tuple[Seen, Points]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Series without holes, whether each is exact, and what is known of each, to be looked at with level ``alpha``."""

    rows: tuple[Floats, ...]
    exact: tuple[bool, ...]
    seen: tuple[Seen, ...]
    alpha: float


Spread: TypeAlias = Callable[[Callable[[Batch], list[Looked]], Sequence[Batch]], Iterable[list[Looked]]]
"""Runs a function over parts, here or elsewhere, and returns what each gave, in their order."""


def look_at(batch: Batch) -> list[Looked]:
    """Return the state and the change points of each series of ``batch``, in its own indices."""
    seen = seen_of(batch.rows, alpha=batch.alpha, exact=batch.exact, before=batch.seen)
    return list(zip(seen, points_as_seen(batch.rows, alpha=batch.alpha, exact=batch.exact, seen=seen), strict=True))


def serially(work: Callable[[Batch], list[Looked]], batches: Sequence[Batch]) -> Iterable[list[Looked]]:
    """Run one part after the other, here."""
    return map(work, batches)


def cut(
    rows: Sequence[Floats], exact: Sequence[bool], seen: Sequence[Seen], *, alpha: float
) -> list[tuple[Batch, tuple[int, ...]]]:
    """Return the series in parts of about :data:`MOST_NUMBERS` values, each with the places of its series in ``rows``.

    Series of one length stand together, as they are scanned together.
    """
    parts: list[tuple[Batch, tuple[int, ...]]] = []
    part: list[int] = []
    size = 0
    order = sorted(range(len(rows)), key=lambda i: rows[i].shape[0])
    for place in [*order, None]:
        if part and (place is None or size + rows[place].shape[0] > MOST_NUMBERS):
            batch = Batch(
                rows=tuple(rows[i] for i in part),
                exact=tuple(exact[i] for i in part),
                seen=tuple(seen[i] for i in part),
                alpha=alpha,
            )
            parts.append((batch, tuple(part)))
            part, size = [], 0
        if place is not None:
            part.append(place)
            size += rows[place].shape[0]
    return parts


class Finder:
    """Finds change points in series as they are seen point by point, the same series never twice."""

    def __init__(self, *, alpha: float, spread: Spread = serially, memory: Memory | None = None) -> None:
        """Begin with nothing known but what ``memory`` has; ``spread`` runs the parts."""
        self._alpha = alpha
        self._spread = spread
        self._memory = memory
        self._known: dict[tuple[bool, bytes], Points] = {}

    def __call__(self, rows: Sequence[Floats], exact: Sequence[bool]) -> list[Points]:
        """Return the change points of each series of ``rows`` (without holes), in its own indices."""
        keys = [(sign, row.tobytes()) for row, sign in zip(rows, exact, strict=True)]
        fresh = {key: i for i, key in reversed(list(enumerate(keys))) if key not in self._known}
        wanted = sorted(fresh.values())
        asked, signs = [rows[i] for i in wanted], [exact[i] for i in wanted]
        before = [NOTHING if sign else self._recalled(row) for row, sign in zip(asked, signs, strict=True)]
        parts = cut(asked, signs, before, alpha=self._alpha)
        for (_, places), found in zip(parts, self._spread(look_at, [batch for batch, _ in parts]), strict=True):
            for place, (seen, points) in zip(places, found, strict=True):
                self._known[keys[wanted[place]]] = points
                if self._memory is not None and not signs[place]:
                    self._memory.keep(key_of(asked[place], self._alpha), written(seen))
        return [self._known[key] for key in keys]

    def _recalled(self, row: Floats) -> Seen:
        """Return what is remembered of the longest beginning of ``row``, of those at most 20 points shorter."""
        if self._memory is None:
            return NOTHING
        for count in range(row.shape[0], max(0, row.shape[0] - _BACK - 1), -1):
            seen = read(self._memory.recall(key_of(row[:count], self._alpha)), count)
            if seen is not None:
                return seen
        return NOTHING


def placed(points: Points, places: Sequence[int]) -> Points:
    """Return ``points`` in the indices that ``places`` gives to those of the series."""
    return tuple(
        replace(point, index=places[point.index], earliest=places[point.earliest], latest=places[point.latest])
        for point in points
    )
