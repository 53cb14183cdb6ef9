"""How are numbers handed to a page? JSON has no infinity, and none of what is no number."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.model import Interval


def number(value: float | None) -> float | None:
    """Return a number that JSON can hold."""
    return value if value is not None and math.isfinite(value) else None


def interval(ratio: Interval | None) -> list[float | None] | None:
    """Return the low end, the estimate and the high end."""
    return None if ratio is None else [number(ratio.low), number(ratio.estimate), number(ratio.high)]
