"""Which numbers does a field of a parsed file hold? Finite ones; anything else is an error that says so."""

from __future__ import annotations

import math
from typing import Any, Final

_MOST_LOOPS: Final = 2**53


def finite(what: str, value: Any) -> float:
    """Return a finite number. Raises :class:`ValueError`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{what} is {value!r:.60}, which is no number")  # noqa: TRY004 - one error for a bad field
    try:
        found = float(value)
    except OverflowError:
        raise ValueError(f"{what} is an integer that no number can hold") from None
    if not math.isfinite(found):
        raise ValueError(f"{what} is {found}")
    return found


def all_finite(what: str, values: Any) -> tuple[float, ...]:
    """Return the numbers of a list. Raises :class:`ValueError`."""
    if not isinstance(values, list):
        raise ValueError(f"{what} is no list")  # noqa: TRY004 - as above
    return tuple(finite(what, value) for value in values)


def loops_of(value: Any) -> int:
    """Return how many calls are behind a value, 1 where that is not a number of calls."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 1
    return int(value) if 1 <= value <= _MOST_LOOPS else 1
