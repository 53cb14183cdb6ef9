"""How surprising is a series in all, whether or not a change is found in it?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.given import as_numbers
from lapwing.detect.intervals import intervals
from lapwing.detect.lengths import by_length, stacked
from lapwing.detect.scale import additive
from lapwing.detect.scan import scan
from lapwing.detect.thresholds import p_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats


def p_value_of_any(values: Sequence[float | None]) -> float:
    """Return the probability that as much as ``values`` show comes of noise alone; None and NaN are holes.

    Family-wise over all places and lengths, known whether or not anything is found, and uniform on noise whose order
    says nothing: where it is above ``alpha``, :func:`lapwing.change_points` finds nothing. 1 for fewer than 2 values.

    Raises:
        UsageError: as :func:`lapwing.detect.given.as_numbers`.
    """
    numbers = as_numbers(values)
    return p_values([additive(numbers[~np.isnan(numbers)])])[0]


def p_values(rows: Sequence[Floats]) -> list[float]:
    """Return for each series the p-value of there being any change in it; 1 for fewer than two points."""
    found = [1.0] * len(rows)
    for length, members in by_length(rows):
        for index, scanned in zip(members, scan(stacked(rows, members), intervals(length), -math.inf), strict=True):
            found[index] = p_value(length, scanned.score) if scanned else 1.0
    return found
