"""Which Student-t distribution is the noise of a series, and how well does a level explain points under it?

Real noise is anything from nearly normal to a sharp peak with half of the points scattered far from it, so the degrees
of freedom are fitted to each series, not assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats

_INNER: Final = 0.4
_OUTER: Final = 0.8
"""Shares of the points that are to lie within the fitted noise: the core alone, for spikes must not widen it."""

_FREEDOMS: Final = np.array([30.0, 10.0, 6.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5])
_INNERS: Final = stdtrit(_FREEDOMS, (1 + _INNER) / 2)
_RATIOS: Final = stdtrit(_FREEDOMS, (1 + _OUTER) / 2) / _INNERS
"""How much further from the level the outer share of points reaches than the inner: 2.5 (30 degrees) to 8 (0.5)."""

_FLAT: Final = 50.0
"""Where the inner share of residuals is nought (ties), they count as at most the outer ones' 50th part."""

_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """Student-t noise about a level: degrees of freedom, and scale in the unit of the values."""

    freedom: float
    scale: float

    def losses(self, residuals: Floats) -> Floats:
        """Return the negative log likelihood of each residual, up to a constant."""
        scaled = residuals / self.scale
        losses: Floats = (self.freedom + 1) / 2 * np.log1p(scaled * scaled / self.freedom)
        return losses

    def pulls(self, residuals: Floats) -> Floats:
        """Return how hard each residual pulls at its level: the derivative of its loss, in units of the scale."""
        scaled = residuals / self.scale
        pulls: Floats = (self.freedom + 1) * scaled / (self.freedom + scaled * scaled)
        return pulls


def fitted(residuals: Floats, otherwise: float) -> Student:
    """Return the noise of which ``residuals`` (at least one) are, from how far 40 and 80 % of them reach.

    Where all are nought, the scale is ``otherwise``.
    """
    count = residuals.shape[0]
    size = np.abs(residuals)
    size.partition((int(_INNER * count), int(_OUTER * count)))
    inner, outer = float(size[int(_INNER * count)]), float(size[int(_OUTER * count)])
    inner = max(inner, outer / _FLAT) or float(size.max()) / _FLAT
    if inner <= 0:
        return Student(freedom=float(_FREEDOMS[0]), scale=otherwise)
    ratio = max(outer, inner) / inner
    freedom = float(np.interp(ratio, _RATIOS, _FREEDOMS))
    return Student(freedom=freedom, scale=inner / float(np.interp(ratio, _RATIOS, _INNERS)))


def levels(values: Floats, edges: Sequence[int], noise: Student) -> Floats:
    """Return the likeliest level of each stretch ``edges[i] .. edges[i + 1]`` of ``values``; the edges cover them all.

    Three steps of reweighting from the median: a fourth moved no found point.
    """
    counts = np.diff(edges)
    starts = list(edges[:-1])
    found = np.array([middle(values[low:high]) for low, high in zip(edges, edges[1:], strict=False)])
    for _ in range(_ROUNDS):
        off = (values - np.repeat(found, counts)) / noise.scale
        weights = 1.0 / (noise.freedom + off * off)
        found = np.add.reduceat(weights * values, starts) / np.add.reduceat(weights, starts)
    return found


def middle(values: Floats) -> float:
    """Return the median of ``values``; several times faster than numpy's for short ones."""
    half = values.shape[0] // 2
    if values.shape[0] % 2:
        return float(np.partition(values, half)[half])
    low, high = np.partition(values, (half - 1, half))[half - 1 : half + 1].tolist()
    return float(low + high) / 2
