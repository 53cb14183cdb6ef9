"""On which scale does the noise of values add?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats


def additive(values: Floats) -> Floats:
    """Return ``values`` on a scale where noise adds: logarithms where all are positive, else within -1 .. 1."""
    return np.log(values) if on_log_scale(values) else np.ldexp(values, -exponent_of(values))


def on_log_scale(*parts: Floats) -> bool:
    """Tell whether all the values are positive, so that effects are ratios."""
    return all(part.size == 0 or bool(part.min() > 0) for part in parts)


def exponent_of(*parts: Floats) -> int:
    """Return the power of 2 by which to divide values, exactly, so that no difference or square of them overflows."""
    return int(np.frexp(max((float(np.abs(part).max()) for part in parts if part.size), default=0.0))[1])
