"""What does a shape say, in a plain sentence?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.report.figures import change

if TYPE_CHECKING:
    from lapwing.detect.shapes import Shape


def sentence(shape: Shape) -> str:
    """Say what the shape is, where, how large, and what it takes away."""
    where, size = f"from index {shape.first} to {shape.last}", change(shape.size)
    if shape.kind == "transient":
        said = f"An excursion {where}: the level was off by {size} and returned, so nothing changed for good."
    elif shape.kind == "drift":
        said = f"A slope {where}: the level went by {size} in all, little by little and not in a step."
    elif shape.kind == "variance":
        said = f"The noise changed, not the level: {where} it is {factor(shape)} what it was before."
    else:
        said = f"The noise jumps between two values {where}, the upper {size} above the lower: look for two states."
    if not shape.explains:
        return said
    if len(shape.explains) == 1:
        return f"{said} The change point found in it is no step."
    return f"{said} The change points found in it are no steps."


def factor(shape: Shape) -> str:
    """Write the ratio of two scales of noise as ``×2.1 (×1.8 … ×2.4)``."""
    size = shape.size
    return f"×{size.estimate:.2g} (×{size.low:.2g} … ×{size.high:.2g})"
