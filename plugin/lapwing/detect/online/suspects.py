"""Which of many series are suspect: do their newest 2 to 8 points lie off the level, more than unchanged code does?

The minimum rule of :mod:`lapwing.detect.tail` over many series at once, with a least size for each class of noise. What
tells beforehand how often unchanged code has such a tail is how far out the tenth of the level's own points lies: on
numpy's history 2, 2, 3, 8, 22 and 87 in 1000 places had two points beyond 4 sigma, from the steadiest fifth to the
wildest twentieth (memory parts them by 4 to 64, relative noise not at all).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.noise import MAD_TO_SIGMA
from lapwing.detect.points import FROZEN_AFTER
from lapwing.detect.tail import LEAST_BASE, LONGEST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lapwing.detect.online.window import Windows
    from lapwing.detect.ranks import Floats, Ints

# LEAST is chosen by benchmarks/detect/calibrate_tail.py on the quiet stretches of numpy's and pandas' histories and on
# quiet cases with the noise of these and OpenTelemetry's: where one suspect fewer in 1000 points would cost 2 % of the
# steps of 6 sigma, seen after 4 points. 0.5 to 4.2 suspects are raised in 1000 points so, and 84 to 98 % seen.
NOISE_CLASSES: Final = (2.0, 3.5)
"""Steady below, restless between, wild above: the 90 % quantile of a level's distances from its median, in sigma of its
MAD (normal noise: 1.645)."""

LEAST: Final = (2.5, 2.75, 3.25)
"""Sigma that the nearest of 4 points must be off, by class."""

BY_COUNT: Final = (2.0, 1.3, 1.0, 0.92, 0.85, 0.8, 0.75)
"""The same for 2 .. 8 points, relative to that for 4."""

SHORT: Final = 16
"""A level of b points is known so badly that ``1 + SHORT / b`` times as much is asked for (of 40 points: as above)."""

BASE: Final = 40
"""Points of the level that its centre and scale are taken from, at most; a multiple of 8."""

GRID: Final = 8
"""Positions at whose multiples a level is measured anew, from the points before the longest tail."""

STAY: Final = 0.5
"""Share of the least size that keeps a suspect: the newest point must be off by as much, the same way."""

_FLOOR: Final = 1e-9
TINY: Final = 5e-324
"""What stands for a value that is not above nought beside a level of ratios."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tails:
    """What the newest points of S series are held against, and which are suspect.

    ``centre`` and ``scale`` of the level are on the log scale where ``logged``; ``least`` is the size that the nearest
    of 4 points must have, infinite where too little is known. ``since`` is the position of the first point of a
    suspect tail, -1 where there is none, ``side`` the way it went (1 or -1). The arrays are read-only.
    """

    centre: Floats
    scale: Floats
    least: Floats
    logged: NDArray[np.bool_]
    since: Ints
    side: Ints


def no_tails(series: int) -> Tails:
    """Return the tails of so many series without a point."""
    return _sealed(
        np.zeros(series),
        np.ones(series),
        np.full(series, np.inf),
        np.zeros(series, dtype=bool),
        np.full(series, -1, dtype=np.int64),
        np.ones(series, dtype=np.int64),
    )


def follow(tails: Tails, windows: Windows, seen: Ints, given: NDArray[np.bool_], restarted: Ints) -> Tails:
    """Return the tails after one more point of the series ``given``; the levels of ``restarted`` began anew."""
    since, side = tails.since.copy(), tails.side.copy()
    centre, scale, least, logged = (
        tails.centre.copy(),
        tails.scale.copy(),
        tails.least.copy(),
        tails.logged.copy(),
    )
    least[restarted], since[restarted] = np.inf, -1
    off = _off(windows.values[:, -LONGEST:], centre, scale, logged)
    newest = off[:, -1] * side
    held = (since >= 0) & (newest >= STAY * least) & (seen - since <= FROZEN_AFTER)
    since = np.where(given & ~held, -1, since)
    anew = np.flatnonzero(given & (since < 0) & (seen % GRID == 0))
    _measure(windows, anew, centre, scale, least, logged)
    off[anew] = _off(windows.values[anew, -LONGEST:], centre[anew], scale[anew], logged[anew])
    count, way = _standing_off(off, least)
    raised = given & (since < 0) & (count > 0)
    since = np.where(raised, seen - count, since)
    side = np.where(raised, way, side)
    return _sealed(centre, scale, least, logged, since, side)


def _off(newest: Floats, centre: Floats, scale: Floats, logged: NDArray[np.bool_]) -> Floats:
    """Return how far the newest points are off the level, in sigma; NaN before the first point."""
    off: Floats = newest.copy()
    off[logged] = np.log(np.maximum(newest[logged], TINY))
    off -= centre[:, None]
    off /= scale[:, None]
    return off


def _standing_off(off: Floats, least: Floats) -> tuple[Ints, Ints]:
    """Return for each series the largest count of newest points that make it suspect (0 for none), and their side."""
    back = off[:, ::-1]
    nearest = np.fmax(np.minimum.accumulate(back, axis=1), -np.maximum.accumulate(back, axis=1))[:, 1:]
    beyond = nearest >= least[:, None] * np.array(BY_COUNT)
    count = np.where(beyond.any(axis=1), LONGEST - beyond[:, ::-1].argmax(axis=1), 0)
    return count, np.where(off[:, -1] < 0, -1, 1)


def _measure(  # noqa: PLR0913, PLR0917 - the parts of the tails, written in place
    windows: Windows, rows: Ints, centre: Floats, scale: Floats, least: Floats, logged: NDArray[np.bool_]
) -> None:
    """Measure the levels of ``rows``, up to the longest tail, from a multiple of 8 points."""
    usable = np.clip((windows.counts[rows] - LONGEST) // GRID * GRID, 0, BASE)
    least[rows] = np.inf
    for count in range(LEAST_BASE, BASE + 1, GRID):
        members = rows[usable == count]
        if not members.size:
            continue
        base = windows.values[members, -LONGEST - count : -LONGEST]
        positive = base.min(axis=1) > 0
        base = np.where(positive[:, None], np.log(np.where(positive[:, None], base, 1)), base)
        middle = np.median(base, axis=1)
        away = np.abs(base - middle[:, None])
        # As lapwing.detect.noise.robust_scale, for many levels at once.
        sigma = MAD_TO_SIGMA * np.median(away, axis=1) * count / (count - 0.8)
        known = sigma > _FLOOR * np.maximum(1, np.abs(middle))
        spread = np.quantile(away, 0.9, axis=1) / np.where(known, sigma, 1)
        asked = np.array(LEAST)[np.digitize(spread, NOISE_CLASSES)] * (1 + SHORT / count) / (1 + SHORT / BASE)
        centre[members], scale[members] = middle, np.where(known, sigma, 1)
        least[members], logged[members] = np.where(known, asked, np.inf), positive


def _sealed(  # noqa: PLR0913, PLR0917 - one argument for each array
    centre: Floats, scale: Floats, least: Floats, logged: NDArray[np.bool_], since: Ints, side: Ints
) -> Tails:
    for array in (centre, scale, least, logged, since, side):
        array.setflags(write=False)
    return Tails(centre=centre, scale=scale, least=least, logged=logged, since=since, side=side)
