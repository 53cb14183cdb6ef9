"""How are the numbers of a verdict written: two values on one scale, a ratio with its interval, a share?"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from lapwing.units import BYTES, format_change, format_value, scale_for

if TYPE_CHECKING:
    from lapwing.model import Interval
    from lapwing.units import Unit

NOTHING: Final = "–"
_WHOLE_BYTES: Final = replace(BYTES, noise="exact")
_FIRST_WHOLE: Final = 0.0995  # from here on a share of percent needs no decimals


def pair(base: float | None, head: float | None, unit: Unit) -> str:
    """Write ``41.2 → 46.3 ms``: both values on one scale, a dash for the one that is not there."""
    known = tuple(value for value in (base, head) if value is not None and math.isfinite(value))
    if not known:
        return NOTHING
    scale = scale_for(known, unit)
    first, second = (_bare(value, unit, scale.symbol, known) for value in (base, head))
    return f"{first} → {second} {scale.symbol}".rstrip()


def _bare(value: float | None, unit: Unit, symbol: str, known: tuple[float, ...]) -> str:
    if value is None or not math.isfinite(value):
        return NOTHING
    return format_value(value, unit, scale_for(known, unit)).removesuffix(symbol).rstrip()


def change(ratio: Interval | None) -> str:
    """Write ``+12.4 % (+10.9 … +13.8 %)``, without the brackets where the interval is a point."""
    if ratio is None:
        return NOTHING
    estimate = format_change(ratio.estimate)
    if ratio.low == ratio.high:
        return estimate
    low, high = format_change(ratio.low), format_change(ratio.high)
    if low.endswith(" %") and high.endswith(" %"):
        low = low.removesuffix(" %")
    return f"{estimate} ({low} … {high})"


def share(value: float | None) -> str:
    """Write a relative size without a sign: 0.018 is ``1.8 %``, 0.05 is ``5 %``."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value >= _FIRST_WHOLE:
        return f"{value * 100:,.0f} %"
    return f"{value * 100:.1f}".removesuffix(".0") + " %"


def size(amount: float) -> str:
    """Write an amount of bytes as ``29.3 KiB``, below one KiB as the whole number it is."""
    return format_value(float(round(amount)), _WHOLE_BYTES)


def day(seconds: float | None) -> str:
    """Write the UTC day of seconds since the epoch as ``2026-11-24``, a dash where it is unknown or no date."""
    return _stamp(seconds, "%Y-%m-%d")


def minute(seconds: float | None) -> str:
    """Write the UTC minute of seconds since the epoch as ``2026-11-24 03:14``."""
    return _stamp(seconds, "%Y-%m-%d %H:%M")


def _stamp(seconds: float | None, form: str) -> str:
    if seconds is None:
        return NOTHING
    try:
        # Not fromtimestamp: that refuses dates before 1970 on Windows.
        return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)).strftime(form)
    except (OverflowError, ValueError):  # an import may hold any number for a date
        return NOTHING
