"""How are thousands of series looked at, in parts that any executor can run?

A part is plain data and :func:`found_in` a function of a module, so that both travel to a process or a machine; how
they do is the caller's business. Series do not depend on each other, so the parts and their order change no bit of what
is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from lapwing.detect.points import points_in
from lapwing.model import ChangePoint

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

MOST_NUMBERS: Final = 50_000
"""Values in one part: 0.4 MB to send, and tens of milliseconds of work at least, beside 1 ms that sending takes."""

Points: TypeAlias = tuple[ChangePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Series without holes, and whether each is exact, to be looked at with the family-wise level ``alpha``."""

    rows: tuple[Floats, ...]
    exact: tuple[bool, ...]
    alpha: float


Spread: TypeAlias = Callable[[Callable[[Batch], list[Points]], Sequence[Batch]], Iterable[list[Points]]]
"""Runs a function over parts, here or elsewhere, and returns what each gave, in their order."""


def found_in(batch: Batch) -> list[Points]:
    """Return the change points of each series of ``batch``, in its own indices."""
    return points_in(batch.rows, alpha=batch.alpha, exact=batch.exact)


def serially(work: Callable[[Batch], list[Points]], batches: Sequence[Batch]) -> Iterable[list[Points]]:
    """Run one part after the other, here."""
    return map(work, batches)


def cut(rows: Sequence[Floats], exact: Sequence[bool], *, alpha: float) -> list[tuple[Batch, tuple[int, ...]]]:
    """Return the series in parts of about :data:`MOST_NUMBERS` values, each with the places of its series in ``rows``.

    Series of one length stand together, as they are scanned together.
    """
    parts: list[tuple[Batch, tuple[int, ...]]] = []
    part: list[int] = []
    size = 0
    order = sorted(range(len(rows)), key=lambda i: rows[i].shape[0])
    for place in [*order, None]:
        if part and (place is None or size + rows[place].shape[0] > MOST_NUMBERS):
            batch = Batch(rows=tuple(rows[i] for i in part), exact=tuple(exact[i] for i in part), alpha=alpha)
            parts.append((batch, tuple(part)))
            part, size = [], 0
        if place is not None:
            part.append(place)
            size += rows[place].shape[0]
    return parts


class Finder:
    """Finds change points in series, the same series never twice."""

    def __init__(self, *, alpha: float, spread: Spread = serially) -> None:
        """Begin with nothing known; ``spread`` runs the parts."""
        self._alpha = alpha
        self._spread = spread
        self._known: dict[tuple[bool, bytes], Points] = {}

    def __call__(self, rows: Sequence[Floats], exact: Sequence[bool]) -> list[Points]:
        """Return the change points of each series of ``rows`` (without holes), in its own indices."""
        keys = [(sign, row.tobytes()) for row, sign in zip(rows, exact, strict=True)]
        fresh = {key: i for i, key in reversed(list(enumerate(keys))) if key not in self._known}
        wanted = sorted(fresh.values())
        parts = cut([rows[i] for i in wanted], [exact[i] for i in wanted], alpha=self._alpha)
        found = self._spread(found_in, [batch for batch, _ in parts])
        for (_, places), points in zip(parts, found, strict=True):
            self._known |= {keys[wanted[place]]: one for place, one in zip(places, points, strict=True)}
        return [self._known[key] for key in keys]


def placed(points: Points, places: Sequence[int]) -> Points:
    """Return ``points`` in the indices that ``places`` gives to those of the series."""
    return tuple(
        replace(point, index=places[point.index], earliest=places[point.earliest], latest=places[point.latest])
        for point in points
    )
