"""What does a shape say, in a plain sentence?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from lapwing.report.figures import change

if TYPE_CHECKING:
    from lapwing.detect.shapes import Shape
    from lapwing.model import Interval, SeriesShape, ShapeKind

_SHORT: Final = 10


class Sized(Protocol):
    """A shape, wherever it is."""

    @property
    def kind(self) -> ShapeKind:
        """Which of the four."""

    @property
    def size(self) -> Interval:
        """How large, as a ratio."""


def sentence(shape: Shape) -> str:
    """Say what the shape is, where by the indices of its values, how large, and what it takes away."""
    return _said(shape, f"from index {shape.first} to {shape.last}", len(shape.explains))


def sentence_by_commits(shape: SeriesShape) -> str:
    """Say the same by the commits of its values."""
    first, last = shape.commits
    return _said(shape, f"from {first[:_SHORT]} to {last[:_SHORT]}", shape.explains)


def _said(shape: Sized, where: str, explains: int) -> str:
    size = change(shape.size)
    if shape.kind == "transient":
        said = f"An excursion {where}: the level was off by {size} and returned, so nothing changed for good."
    elif shape.kind == "drift":
        said = f"A slope {where}: the level went by {size} in all, little by little and not in a step."
    elif shape.kind == "variance":
        said = f"The noise changed, not the level: {where} it is {factor(shape)} what it was before."
    else:
        said = f"The noise jumps between two values {where}, the upper {size} above the lower: look for two states."
    if not explains:
        return said
    if explains == 1:
        return f"{said} The change point found in it is no step."
    return f"{said} The change points found in it are no steps."


def factor(shape: Sized) -> str:
    """Write the ratio of two scales of noise as ``×2.1 (×1.8 … ×2.4)``."""
    size = shape.size
    return f"×{size.estimate:.2g} (×{size.low:.2g} … ×{size.high:.2g})"
