"""What can be said of the newest 1 to 8 points against the level before? The minimum rule.

No rank test can be sure of so few. The point *nearest* to the level decides: means are ruined by one spike (on
unchanged code the 99.9 % quantile for two points is 27 sigma of the mean, 4.3 of the minimum).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.noise import robust_scale

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

LONGEST: Final = 8
LEAST_BASE: Final = 8
"""Points of the level that are needed to know its scale."""

_WINDOW: Final = 20
_FLOOR: Final = 1e-9

# Share of unchanged places at which the nearest of k newest points is beyond 3 sigma on one given side, counted on
# numpy's, pandas', OpenTelemetry's and sandmark's histories (42,000 places, level of 20 points; the noisiest source
# of the four counts): k = 1: .053 .. .078, 2: .011, 4: .0033. 0.06 / k^2.2 draws a line through these. Beyond z = 3
# the shares fall as z^-1.5 there (k = 2: .0045 at 6, .0018 at 12), far slower than any normal tail.
_AT_THREE: Final = 0.06
_BY_COUNT: Final = 2.2
_BY_SIZE: Final = 1.5
_SIDES: Final = 1.5
"""Both sides together: downward excursions are a third to a half as frequent as upward ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The newest ``count`` points stand off the level, the nearest by ``nearest`` sigma (signed), to ``p_value``."""

    count: int
    nearest: float
    p_value: float


def tail(base: Floats, newest: Floats) -> Tail | None:
    """Return the most telling tail of ``newest`` (1 .. 8 points, the last is the newest) against ``base``.

    Both on the scale where noise adds. None where ``base`` has fewer than 8 points, is constant in its middle half,
    or nothing stands off. The p-value pays for the choice of the count. It is a reason to measure again, never an
    alarm: on real histories it cannot get below about 1e-4.
    """
    if base.shape[0] < LEAST_BASE:
        return None
    level, scale = float(np.median(base[-_WINDOW:])), robust_scale(base[-_WINDOW:])
    if scale <= _FLOOR * max(1.0, abs(level)):
        return None
    off = (newest[-LONGEST:] - level) / scale
    found = [_at(off, count) for count in range(1, off.shape[0] + 1)]
    best = min((one for one in found if one.nearest), key=lambda one: one.p_value, default=None)
    if best is None:
        return None
    return Tail(count=best.count, nearest=best.nearest, p_value=min(1.0, best.p_value * math.log2(2 * off.shape[0])))


def _at(off: Floats, count: int) -> Tail:
    """Return the tail of the last ``count`` points; nearest 0 where they are on both sides."""
    last = off[-count:]
    nearest = float(last[np.argmin(np.abs(last))])
    if not (bool((last > 0).all()) or bool((last < 0).all())):
        return Tail(count=count, nearest=0.0, p_value=1.0)
    return Tail(count=count, nearest=nearest, p_value=chance(count, abs(nearest)))


def chance(count: int, nearest: float) -> float:
    """Return the share of unchanged places where the nearest of ``count`` points is ``nearest`` sigma off or more."""
    if nearest <= 0:
        return 1.0
    share: float = _SIDES * _AT_THREE / count**_BY_COUNT * (3.0 / nearest) ** _BY_SIZE
    return min(1.0, share)
