"""What is a shape, and what is left of the change points once the shapes of a series are known?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lapwing.model import ChangePoint, Interval, ShapeKind

ALPHA: Final = 0.002
"""The probability of naming one kind of shape where there is none. Five times below the 1 % of a change point: a shape
takes change points away, and each series is asked for four kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a series does that is no lasting change of level.

    ``first .. last`` (inclusive) are indices of the input: of a ``transient`` the points off the level, of a ``drift``
    the slope, of a ``variance`` the points with the new noise, of a ``bimodal`` the level whose noise it is. ``size``
    is a ratio with its 95 % interval: the transient's level over the one around it, the end of a drift over its
    beginning, the new scale of the noise over the old one, the upper of two values over the lower. ``p_value`` is that
    of the test that named it. ``explains`` are the indices of the change points that are no steps because of it.
    """

    kind: ShapeKind
    first: int
    last: int
    size: Interval
    p_value: float
    explains: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A series read: the change points that are steps, and the shapes, both oldest first."""

    points: tuple[ChangePoint, ...]
    shapes: tuple[Shape, ...]
