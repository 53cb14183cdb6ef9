"""What does a look at some points of a series see, where its machine took steps that are not the series' own?

The past as it would have been on the machine of the newest point that is looked at. So a look at points that all lie on
one side of a step sees what it saw before anybody knew of the step, to the bit, and need not be taken again: of numpy's
histories, with three events, the looks at a quarter of all points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lapwing.detect.common_mode import rebased

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

Moves: TypeAlias = tuple[tuple[int, float], ...]
"""What a machine did to a series of positive values: (the first point after it, the step as a log), each."""


def window(values: Floats, moves: Moves, low: int, high: int) -> Floats:
    """Return the points ``low .. high`` of ``values`` without the steps that lie within them."""
    seen = values[low:high]
    for place, step in within(moves, low, high):
        seen = rebased(seen, np.arange(low, high), place, step)
    return seen


def within(moves: Moves, low: int, high: int) -> Moves:
    """Return the steps that have points of ``low .. high`` on either side."""
    return tuple((place, step) for place, step in moves if low < place < high) if moves else ()
