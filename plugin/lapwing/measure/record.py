"""What may be recorded? Any finite number with a name, as ``perf.record`` takes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import RecordError, UsageError
from lapwing.units import base_unit

if TYPE_CHECKING:
    from lapwing.units import Better, Noise, Unit

__tracebackhide__ = True  # a failing test shows its own lines, not ours
RESERVED: Final = ("time", "cpu_time")
_MAX_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A recorded number, in base units."""

    name: str
    value: float
    unit: Unit


def make_record(name: Any, value: Any, *, unit: str | None, better: Better | None, exact: bool) -> Record:
    """Check a number and its name; ``unit`` defaults to what the name says (``rows/s``), as its own base.

    Raises:
        RecordError: no number, NaN, infinity, or a name that is none (slugs ``not-a-number``, ``not-finite``,
            ``bad-record-name``).
        RecordError: a unit or a direction that is none (``bad-unit``, ``bad-direction``).
    """
    if not isinstance(name, str) or not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
        raise RecordError(
            "bad-record-name",
            f"perf.record is given the name {repr(name)[:60]}.",
            remedy=f"give it a printable name of at most {_MAX_NAME} characters.",
        )
    if name in RESERVED:
        raise RecordError(
            "bad-record-name", f"{name!r} is what Lapwing measures itself.", remedy="give the number another name."
        )
    number = _number(name, value)
    symbol, noise = unit if unit is not None else name[-32:], _noise(exact=exact)
    try:
        chosen, factor = base_unit(symbol, better=better, noise=noise)
    except UsageError as error:
        raise RecordError(error.slug, error.message, remedy=error.remedy) from None
    return Record(name=name, value=number * factor, unit=chosen)


def _noise(*, exact: bool) -> Noise | None:
    return "exact" if exact else None


def _number(name: str, value: Any) -> float:
    # numpy's scalars and Decimal have __float__; a text is no number, and a truth value no amount.
    given: Any = None if isinstance(value, (bool, str, bytes)) else value
    try:
        number = float(given)
    except (TypeError, ValueError, OverflowError):
        raise RecordError(
            "not-a-number", f"perf.record({name!r}) is given {repr(value)[:60]}.", remedy="record a number."
        ) from None
    if not math.isfinite(number):
        raise RecordError(
            "not-finite",
            f"perf.record({name!r}) is given {number}.",
            remedy="record finite numbers only; leave the call out where there is no number.",
        )
    return number
