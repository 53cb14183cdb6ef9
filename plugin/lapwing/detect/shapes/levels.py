"""What is a series between its change points: values on an additive scale, levels, and what is left round them?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.effect import bounded_exp, magnitude
from lapwing.detect.noise import middle
from lapwing.model import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A series without its holes.

    ``values`` are on the scale where noise adds, logarithms where ``logarithmic``. ``splits`` are the first points of
    new levels, ``off`` tells the points that belong to no level (of a transient), ``slope`` is what drifts add to the
    levels at each point.
    """

    values: Floats
    logarithmic: bool
    splits: tuple[int, ...]
    off: NDArray[np.bool_]
    slope: Floats

    @property
    def edges(self) -> tuple[int, ...]:
        """The ends of all levels, from 0 to the number of values."""
        return (0, *self.splits, self.values.shape[0])

    def without(self, splits: Sequence[int]) -> Levels:
        """Return the series with these ``splits`` taken for none."""
        gone = set(splits)
        return replace(self, splits=tuple(split for split in self.splits if split not in gone))

    def masked(self, first: int, end: int) -> Levels:
        """Return the series with the points ``first .. end - 1`` off the level."""
        off = self.off.copy()
        off[first:end] = True
        return replace(self, off=off)

    def residuals(self) -> Floats:
        """Return each value less its level and slope; those off the level too."""
        flat = self.values - self.slope
        if not self.splits and not self.off.any():
            centred: Floats = flat - middle(flat)
            return centred
        parts = []
        for low, high in pairwise(self.edges):
            on = ~self.off[low:high]
            part = flat[low:high]
            parts.append(part - middle(part[on] if on.any() else part))
        return np.concatenate(parts)

    def as_ratio(self, low: float, estimate: float, high: float, around: Floats) -> Interval:
        """Return a shift on the additive scale as a ratio; ``around`` are the values it is relative to."""
        if self.logarithmic:
            return exponential(low, estimate, high)
        size = magnitude(around, around)
        return Interval(low=1 + low / size, estimate=1 + estimate / size, high=1 + high / size)


def exponential(low: float, estimate: float, high: float) -> Interval:
    """Return a shift of logarithms as a ratio."""
    return Interval(low=bounded_exp(low), estimate=bounded_exp(estimate), high=bounded_exp(high))


def normal_tail(z: float) -> float:
    """Return the two-sided probability of a normal value beyond ``z``."""
    return math.erfc(abs(z) / math.sqrt(2))
