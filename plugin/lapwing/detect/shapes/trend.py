"""Do values rise or fall all along, within levels as well as from one to the next? And by how much?

Spearman's rank correlation with the course of a slope, summed over the levels: a staircase of steps leaves no trend
within its levels, a slope does. As strong as Mann and Kendall's test, and its cost grows with n log n (Yue, Pilon and
Cavadias 2002, "Power of the Mann-Kendall and Spearman's rho tests", J. Hydrology 259). The slope is that of Theil and
Sen with the interval of Sen (1968), "Estimates of the regression coefficient based on Kendall's tau". Noise with memory
widens both, as in Yue and Wang (2004), "The Mann-Kendall test modified by effective sample size", Water Resources
Management 18: the memory is that of the values without their slope.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

from lapwing.detect.effect import CONFIDENCE
from lapwing.detect.shapes.row_ranks import row_ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats

_MOST: Final = 300
"""Points of which all slopes between two are taken: 45,000. More are first thinned to medians of neighbours."""

_LEAST: Final = 3


def trend_score(parts: Sequence[Floats], courses: Sequence[Floats]) -> float:
    """Return how far the values of all ``parts`` rise along their ``courses`` (below 0: fall), in sigma.

    The sigma is that of noise without memory. A course is what each point of a part has of the slope looked for: its
    time, or less than all of it where the slope has not begun or has ended, so that flat parts say nothing.
    """
    total = variance = 0.0
    for part, course in zip(parts, courses, strict=True):
        count = part.shape[0]
        if count < _LEAST:
            continue
        ranks = row_ranks(part)
        along = course - course.mean()
        total += float(ranks @ along)
        variance += float(ranks @ ranks) * float(along @ along) / (count - 1)
    return total / math.sqrt(variance) if variance > 0 else 0.0


def slope(values: Floats, widening: float) -> tuple[float, float, float]:
    """Return (low, estimate, high) of the slope of at least two ``values``, by point, with its 95 % interval."""
    values, step = thinned(values, _MOST)
    count = values.shape[0]
    first, second = np.triu_indices(count, 1)
    slopes = np.sort((values[second] - values[first]) / ((second - first) * step))
    spread = math.sqrt(count * (count - 1) * (2 * count + 5) / 18) * widening
    half = float(-ndtri((1 - CONFIDENCE) / 2)) * spread
    low = max(0, math.floor((slopes.shape[0] - half) / 2))
    return float(slopes[low]), float(np.median(slopes)), float(slopes[slopes.shape[0] - 1 - low])


def thinned(values: Floats, most: int) -> tuple[Floats, int]:
    """Return at most ``most`` medians of as many neighbours each, and how many; what is left over at the end is not."""
    step = -(-values.shape[0] // most)
    if step == 1:
        return values, 1
    whole = values.shape[0] // step * step
    medians: Floats = np.median(values[:whole].reshape(-1, step), axis=1)
    return medians, step
