"""Do the newest 2 to 8 points lie off the level before, more than unchanged code does? The minimum rule.

No rank test can be sure of so few. The point *nearest* to the level decides: means are ruined by one spike (on
unchanged code the 99.9 % quantile for two points is 27 sigma of the mean, 4.3 of the minimum). What tells beforehand
how often unchanged code has such a tail is how far out the tenth of the level's own points lies: on numpy's history 2,
2, 3, 8, 22 and 87 in 1000 places had two points beyond 4 sigma, from the steadiest fifth to the wildest twentieth
(memory parts them by 4 to 64, relative noise not at all).

It is a reason to measure again, and never accuses.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.noise import robust_scale

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

# LEAST is chosen by benchmarks/detect/calibrate_suspects.py on the quiet stretches of the histories to tune on: where
# one suspect fewer in 1000 points would cost 5 % of the steps of 6 sigma, seen after 4 points. Of numpy's, pandas' and
# OpenTelemetry's there are 4.3, 0.3 and 0.0 suspects in 1000 points, and 87, 95 and 92 % of the steps are seen.
NOISE_CLASSES: Final = (2.0, 3.5)
"""Steady below, restless between, wild above: the 90 % quantile of a level's distances from its median, in sigma of its
MAD (normal noise: 1.645)."""

LEAST: Final = (2.5, 3.0, 3.75)
"""Sigma that the nearest of 4 points must be off, by class."""

BY_COUNT: Final = (2.0, 1.3, 1.0, 0.92, 0.85, 0.8, 0.75)
"""The same for 2 .. 8 points, relative to that for 4."""

SHORT: Final = 16
"""A level of b points is known so badly that ``1 + SHORT / b`` times as much is asked for (of 40 points: as above)."""

BASE: Final = 40
"""Points of the level that its centre and scale are taken from, at most; a multiple of 8."""

LONGEST: Final = 8
LEAST_BASE: Final = 8
"""Points of the level that are needed to know its scale."""

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
class Suspect:
    """The newest ``count`` points lie off the level, the nearest of them by ``nearest`` sigma (signed)."""

    count: int
    nearest: float

    @property
    def p_value(self) -> float:
        """How often unchanged code has as many points as far off."""
        return chance(self.count, abs(self.nearest))


def suspect(values: Floats) -> Suspect | None:
    """Return the longest tail of ``values`` (one level, on the scale where noise adds) that is suspect; None without.

    The level is that of at most 40 points before the newest 8. None where those are fewer than 8, or have no scale.
    """
    count = min((values.shape[0] - LONGEST) // LEAST_BASE * LEAST_BASE, BASE)
    if count < LEAST_BASE:
        return None
    base = values[-LONGEST - count : -LONGEST]
    middle, sigma = float(np.median(base)), robust_scale(base)
    if sigma <= _FLOOR * max(1.0, abs(middle)):
        return None
    spread = float(np.quantile(np.abs(base - middle), 0.9)) / sigma
    least = LEAST[bisect_right(NOISE_CLASSES, spread)] * (1 + SHORT / count) / (1 + SHORT / BASE)
    off = (values[-LONGEST:] - middle) / sigma
    found = None
    for points, share in enumerate(BY_COUNT, start=2):
        last = off[-points:]
        nearest = max(float(last.min()), -float(last.max()))
        if nearest >= least * share:
            found = Suspect(count=points, nearest=nearest if last[-1] > 0 else -nearest)
    return found


def chance(count: int, nearest: float) -> float:
    """Return the share of unchanged places where the nearest of ``count`` points is ``nearest`` sigma off or more."""
    if nearest <= 0:
        return 1.0
    share: float = _SIDES * _AT_THREE / count**_BY_COUNT * (3.0 / nearest) ** _BY_SIZE
    return min(1.0, share)
