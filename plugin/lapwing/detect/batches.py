"""How are thousands of series looked at: what is cut into parts, and what comes of a part?

A part is plain data and what is done to it a function of a module, so that both travel to a process or a machine; how
they do is the caller's business. Series do not depend on each other, so the parts and their order change no bit of what
is found. Nor does what is remembered: a state is of the values that lead to it, by which it is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from lapwing.detect.online.replay import points_as_seen, seen_of
from lapwing.detect.online.state import NOTHING, Seen
from lapwing.detect.online.window import Moves, window
from lapwing.detect.online.written import key_of, read, written
from lapwing.model import ChangePoint

if TYPE_CHECKING:
    from lapwing.detect.online.advance import Looks
    from lapwing.detect.ranks import Floats
    from lapwing.ports import Memory

MOST_NUMBERS: Final = 200_000
"""Values in one part: 1.6 MB to send, and some tenths of a second of work. What is looked at together costs a fifth
less than in parts of 50,000."""

_BACK: Final = 20
"""Points that a series may have more than when it was remembered. With more it is looked at from its beginning."""

_EACH: Final = 4
"""The same before a step: where each run is judged its last point is remembered."""

Points: TypeAlias = tuple[ChangePoint, ...]
Looked: TypeAlias = "tuple[Seen, Points, Looks]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Series without holes, whether each is exact, and what is known of each, to be looked at with level ``alpha``.

    ``moves`` are what their machines did to them, ``looks`` what scans of them found before that was known.
    """

    rows: tuple[Floats, ...]
    exact: tuple[bool, ...]
    seen: tuple[Seen, ...]
    moves: tuple[Moves, ...]
    looks: tuple[Looks, ...]
    alpha: float


Spread: TypeAlias = Callable[[Callable[[Batch], list[Looked]], Sequence[Batch]], Iterable[list[Looked]]]
"""Runs a function over parts, here or elsewhere, and returns what each gave, in their order."""


def look_at(batch: Batch) -> list[Looked]:
    """Return the state, the change points in its own indices, and the looks at each series of ``batch``."""
    looks = [dict(one) for one in batch.looks]
    seen = seen_of(batch.rows, alpha=batch.alpha, exact=batch.exact, before=batch.seen, moves=batch.moves, looks=looks)
    now = [window(row, moves, 0, row.shape[0]) for row, moves in zip(batch.rows, batch.moves, strict=True)]
    points = points_as_seen(now, alpha=batch.alpha, exact=batch.exact, seen=seen)
    return list(zip(seen, points, looks, strict=True))


def serially(work: Callable[[Batch], list[Looked]], batches: Sequence[Batch]) -> Iterable[list[Looked]]:
    """Run one part after the other, here."""
    return map(work, batches)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One series of a batch, as :class:`Batch` has it."""

    row: Floats
    exact: bool
    seen: Seen = NOTHING
    moves: Moves = ()
    looks: Looks = field(default_factory=dict)


def cut(asked: Sequence[Asked], *, alpha: float) -> list[tuple[Batch, tuple[int, ...]]]:
    """Return the series in parts of about :data:`MOST_NUMBERS` values, each with the places of its series in ``asked``.

    Series of one length stand together, as they are scanned together.
    """
    parts: list[tuple[Batch, tuple[int, ...]]] = []
    part: list[int] = []
    size = 0
    order = sorted(range(len(asked)), key=lambda i: asked[i].row.shape[0])
    for place in [*order, None]:
        if part and (place is None or size + asked[place].row.shape[0] > MOST_NUMBERS):
            parts.append((_batch([asked[i] for i in part], alpha), tuple(part)))
            part, size = [], 0
        if place is not None:
            part.append(place)
            size += asked[place].row.shape[0]
    return parts


def _batch(part: Sequence[Asked], alpha: float) -> Batch:
    return Batch(
        rows=tuple(one.row for one in part),
        exact=tuple(one.exact for one in part),
        seen=tuple(one.seen for one in part),
        moves=tuple(one.moves for one in part),
        looks=tuple(one.looks for one in part),
        alpha=alpha,
    )


class Finder:
    """Finds change points in series as they are seen point by point, the same series never twice."""

    def __init__(self, *, alpha: float, spread: Spread = serially, memory: Memory | None = None) -> None:
        """Begin with nothing known but what ``memory`` has; ``spread`` runs the parts."""
        self._alpha = alpha
        self._spread = spread
        self._memory = memory
        self._known: dict[tuple[bool, bytes, Moves], Points] = {}
        self._looks: dict[bytes, Looks] = {}

    def __call__(
        self, rows: Sequence[Floats], exact: Sequence[bool], moves: Sequence[Moves] | None = None
    ) -> list[Points]:
        """Return the change points of each series of ``rows`` (without holes, as measured), in its own indices.

        ``moves`` are the steps of its machine that are to be taken out of each.
        """
        steps = moves or [()] * len(rows)
        keys = [(sign, row.tobytes(), own) for row, sign, own in zip(rows, exact, steps, strict=True)]
        fresh = {key: i for i, key in reversed(list(enumerate(keys))) if key not in self._known}
        wanted = sorted(fresh.values())
        names, asked = [], []
        for i in wanted:
            name, seen = ("", NOTHING) if exact[i] else self._recalled(rows[i], steps[i])
            looks = self._looks.get(keys[i][1], {})
            names.append(name)
            asked.append(Asked(row=rows[i], exact=exact[i], seen=seen, moves=steps[i], looks=looks))
        parts = cut(asked, alpha=self._alpha)
        for (_, places), found in zip(parts, self._spread(look_at, [batch for batch, _ in parts]), strict=True):
            for place, (seen, points, looks) in zip(places, found, strict=True):
                key = keys[wanted[place]]
                self._known[key] = points
                self._looks[key[1]] = looks
                if self._memory is not None and names[place]:
                    self._memory.keep(names[place], written(seen))
        return [self._known[key] for key in keys]

    def _recalled(self, row: Floats, moves: Moves) -> tuple[str, Seen]:
        """Return the key of what comes of ``row``, and what is remembered of the longest of its :func:`_beginnings`."""
        if self._memory is None:
            return "", NOTHING
        name = key_of(row, self._alpha, moves)
        for count in _beginnings(row.shape[0], moves):
            key = name if count == row.shape[0] else key_of(row[:count], self._alpha, moves)
            seen = read(self._memory.recall(key), count)
            if seen is not None:
                return name, seen
        return name, NOTHING


def _beginnings(points: int, moves: Moves) -> Iterator[int]:
    """Give how many of a series' ``points`` may be remembered: at most 20 fewer, or those up to a step, from the last.

    How large a step is changes with each of the next 50 points; what lies before it does not.
    """
    yield from range(points, max(0, points - _BACK - 1), -1)
    for place in sorted({place for place, _ in moves if place < points - _BACK}, reverse=True):
        yield from range(place, max(0, place - _EACH), -1)


def placed(points: Points, places: Sequence[int]) -> Points:
    """Return ``points`` in the indices that ``places`` gives to those of the series."""
    return tuple(
        replace(point, index=places[point.index], earliest=places[point.earliest], latest=places[point.latest])
        for point in points
    )
