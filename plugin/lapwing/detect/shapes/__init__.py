"""What in a series is no step: an excursion that returns, a slope, a change of variance, two values that alternate?"""

from __future__ import annotations

from lapwing.detect.shapes.reading import read
from lapwing.detect.shapes.shape import Reading, Shape

__all__ = ["Reading", "Shape", "read"]
