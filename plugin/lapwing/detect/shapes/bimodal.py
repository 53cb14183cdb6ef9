"""Does the noise jump between two values?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import bdtr

from lapwing.detect.effect import shift
from lapwing.detect.shapes.shape import ALPHA

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

_LEAST: Final = 30
_MOST: Final = 200
_SHARE: Final = 0.1
"""Of the points that the rarer value must have: below it they are spikes."""

_EXPLAINED: Final = 0.8
"""Of the squares that two values must explain: of normal noise they explain 0.64, of even noise 0.75."""

_RUNS: Final = 0.5
"""Of the turns that chance would make between the two: with fewer they are levels, and take no turns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoValues:
    """The upper value is ``low .. high`` (95 %) above the lower one."""

    low: float
    estimate: float
    high: float
    p_value: float


def two_values(left: Floats) -> TwoValues | None:
    """Return the two values that the residuals ``left`` of one level alternate between, None where there is one.

    One hump of any shape is nowhere lower between two places than at both of them: three windows of equal width, at
    both values and halfway, and the middle one must have fewer points than either by a sign test.
    """
    count = left.shape[0]
    if count < _LEAST:
        return None
    ranked = np.sort(left)
    cut = _best_cut(ranked)
    if cut is None:
        return None
    lower, upper = float(np.median(ranked[:cut])), float(np.median(ranked[cut:]))
    p = _one_hump(ranked, lower, upper)
    is_upper = left >= ranked[cut]
    turns = int(np.count_nonzero(is_upper[1:] != is_upper[:-1]))
    expected = 2 * cut * (count - cut) / count
    if p >= ALPHA or turns < _RUNS * expected:
        return None
    low, estimate, high = shift(_some(ranked[:cut]), _some(ranked[cut:]))
    return TwoValues(low=low, estimate=estimate, high=high, p_value=p)


def _some(ranked: Floats) -> Floats:
    """Return at most 200 of the ranked values, evenly: the interval looks at all their differences."""
    return ranked[:: -(-ranked.shape[0] // _MOST)]


def _best_cut(ranked: Floats) -> int | None:
    """Return how many points the lower value has in the cut into two that explains most; None where that is little."""
    count = ranked.shape[0]
    centred = ranked - ranked.mean()
    total = float(centred @ centred)
    below = np.arange(1, count)
    between = np.cumsum(centred)[:-1] ** 2 * count / (below * (count - below))
    rare = math.ceil(_SHARE * count)
    cut = rare + int(np.argmax(between[rare - 1 : count - rare]))
    one = between[cut - 1] < _EXPLAINED * total or ranked[cut] == ranked[cut - 1]
    return None if one else cut


def _one_hump(ranked: Floats, lower: float, upper: float) -> float:
    """Return the probability of so few points halfway between two places were there one hump over all of them."""
    half = (upper - lower) / 6
    at_lower, halfway, at_upper = (
        int(np.searchsorted(ranked, place + half, "right") - np.searchsorted(ranked, place - half, "left"))
        for place in (lower, (lower + upper) / 2, upper)
    )
    return max(float(bdtr(halfway, halfway + at, 0.5)) for at in (at_lower, at_upper))
