"""What lies between the splits of a series: how many points, and about which median?

``edges`` are the first points of the stretches, 0 the first of them, and the number of points.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.noise import middle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats


def counts(edges: Sequence[int]) -> list[int]:
    """Return how many points each stretch has."""
    return [high - low for low, high in pairwise(edges)]


def medians(values: Floats, edges: Sequence[int]) -> Floats:
    """Return the median of each stretch of ``values``."""
    return np.array([middle(values[low:high]) for low, high in pairwise(edges)])
