"""Which moment did the user mean by a date or an age?"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from typing import Final

from lapwing.errors import UsageError

_AGE: Final = re.compile(r"(\d{1,5})\s*(d|w|mo|y)[a-z]*", re.ASCII)
_DAYS: Final = {"d": 1.0, "w": 7.0, "mo": 365.25 / 12, "y": 365.25}
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment(text: str, *, now: float, end: bool = False) -> float:
    """Return seconds since the epoch: of ``2026-11-24`` or ``2026-11-24T12:00`` (UTC), or of ``90d`` before ``now``.

    Of a day alone its beginning, or with ``end`` the moment it is over.

    Raises:
        UsageError: ``bad-date``.
    """
    given = text.strip()
    if age := _AGE.fullmatch(given.lower()):
        return now - float(age[1]) * _DAYS[age[2]] * _DAY.total_seconds()
    try:
        found = datetime.fromisoformat(given)
        found = found if found.tzinfo else found.replace(tzinfo=timezone.utc)
        if end and len(given) == len("2026-11-24"):
            found += _DAY
        seconds = (found - _EPOCH).total_seconds()
    except (ValueError, OverflowError):
        seconds = math.nan
    if math.isnan(seconds):
        raise UsageError(
            "bad-date",
            f"{text[:60]!r} is no date and no age.",
            remedy="give a day such as 2026-11-24, or an age such as 90d, 12w, 6mo or 2y.",
        )
    return seconds
