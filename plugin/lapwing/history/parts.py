"""How many values does one statement take?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MANY: Final = 500
"""Bound parameters in one statement; SQLite before 3.32 takes 999."""

T = TypeVar("T")


def parts(several: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield as many at a time as one statement takes."""
    for start in range(0, len(several), _MANY):
        yield several[start : start + _MANY]
