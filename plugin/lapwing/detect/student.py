"""Which Student-t distribution is the noise of a series, and how well does a level explain points under it?

Real noise is anything from nearly normal to a sharp peak with half of the points scattered far from it, so the degrees
of freedom are fitted to each series, not assumed.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.detect.stretches import Stretches

_INNER: Final = 0.4
_OUTER: Final = 0.9
"""Shares of the points that are to lie within the fitted noise: the core alone, for spikes must not widen it."""

_FREEDOMS: Final = (30.0, 10.0, 6.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5)
_INNERS: Final[list[float]] = stdtrit(_FREEDOMS, (1 + _INNER) / 2).tolist()
_RATIOS: Final[list[float]] = (stdtrit(_FREEDOMS, (1 + _OUTER) / 2) / _INNERS).tolist()
"""How much further from the level the outer share of points reaches than the inner: 3.2 (30 degrees) to 41 (0.5)."""

_FLAT: Final = 50.0
"""The inner share of residuals counts as at least the outer one's 50th part."""

_TIED: Final = 3.0
"""Where the inner share is nought, values are of few kinds, and the noise is taken to be normal and as wide as the
outer share: counted as the 50th part, steps between coin flips were put 80 points off, or not found. Of 3,000 real
series none is so."""

_LEAST_SCALE: Final = 1e-50


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """Student-t noise about a level: degrees of freedom, and scale in the unit of the values."""

    freedom: float
    scale: float

    def losses(self, residuals: Floats) -> Floats:
        """Return the negative log likelihood of each residual, up to a constant."""
        return each([self], ()).losses(residuals)

    def pulls(self, residuals: Floats) -> Floats:
        """Return how hard each residual pulls at its level: the derivative of its loss, in units of the scale."""
        return each([self], ()).pulls(residuals)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noises:
    """The noise of each of many points, of which some have one and others another; as :class:`Student`.

    ``wide`` is ``freedom scale^2``. Where all have the same, numbers.
    """

    freedom: Floats | float
    scale: Floats | float
    wide: Floats | float

    def losses(self, residuals: Floats) -> Floats:
        """Return the negative log likelihood of each residual (any shape, the last axis points), up to a constant."""
        losses: Floats = residuals / self.scale
        losses *= losses
        losses /= self.freedom
        np.log1p(losses, out=losses)
        losses *= (self.freedom + 1) / 2
        return losses

    def pulls(self, residuals: Floats) -> Floats:
        """Return how hard each residual pulls at its level: the derivative of its loss, in units of the scale."""
        scaled = residuals / self.scale
        pulls: Floats = (self.freedom + 1) * scaled / (self.freedom + scaled * scaled)
        return pulls


def each(noises: Sequence[Student], points: Sequence[int]) -> Noises:
    """Return the noise of each point, where ``points[i]`` points in a row have the noise ``noises[i]``."""
    # The square by Python, of each noise: a power of an array may round otherwise.
    if len(noises) == 1:
        (one,) = noises
        return Noises(freedom=one.freedom, scale=one.scale, wide=one.freedom * one.scale**2)
    of_each = np.array([(one.freedom, one.scale, one.freedom * one.scale**2) for one in noises])
    freedom, scale, wide = of_each.T.repeat(points, axis=1)
    return Noises(freedom=freedom, scale=scale, wide=wide)


def fitted(sizes: Floats, otherwise: float) -> Student:
    """Return the noise of which residuals of these ``sizes`` (at least one, ascending) are: 40 and 90 % reach how far?

    Where all are nought, the scale is ``otherwise``, which is positive; it is never less than its 1e-50th part, so that
    no square of a residual overflows.
    """
    count = sizes.shape[0]
    inner, outer = sizes.item(int(_INNER * count)), sizes.item(int(_OUTER * count))
    inner = max(inner, outer / _FLAT) if inner > 0 else outer / _TIED or sizes.item(-1) / _FLAT
    if inner <= 0:
        return Student(freedom=_FREEDOMS[0], scale=otherwise)
    ratio = max(outer, inner) / inner
    scale = inner / _at(ratio, _INNERS)
    return Student(freedom=_at(ratio, _FREEDOMS), scale=max(scale, otherwise * _LEAST_SCALE))


def _at(ratio: float, known: Sequence[float]) -> float:
    """Return what is ``known`` of the ratios for one between them; numpy's ``interp`` of one number takes 4 times."""
    after = bisect_right(_RATIOS, ratio)
    if not 0 < after < len(_RATIOS):
        return known[max(0, after - 1)]
    low, high = _RATIOS[after - 1 : after + 1]
    slope = (known[after] - known[after - 1]) / (high - low)
    return slope * (ratio - low) + known[after - 1]


def levels(values: Floats, stretches: Stretches, start: Floats, noise: Noises, *, rounds: int = 1) -> Floats:
    """Return the likeliest level of each of the ``stretches`` of ``values``.

    By ``rounds`` steps of reweighting from the levels ``start``, which are near. One is enough where a place is sought:
    with two, F1 was .913 instead of .915.
    """
    lows, points = stretches.lows, stretches.counts
    found = start
    for _ in range(rounds):
        weights = values - found.repeat(points)
        weights *= weights
        weights += noise.wide
        np.reciprocal(weights, out=weights)
        found = np.reciprocal(np.add.reduceat(weights, lows))
        weights *= values
        found *= np.add.reduceat(weights, lows)
    return found
