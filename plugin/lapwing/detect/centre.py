"""Which one number stands for a sample?

Plain Python without numpy: a store asks it of every sample that it writes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import Sample

_MAD_TO_SIGMA = 1.4826
_MEDIAN_COST = 1.2533
"""The standard error of a median of normal values is sqrt(pi / 2) times that of their mean."""

_SMALL_SAMPLE = {2: 1.197, 3: 1.490, 4: 1.360, 5: 1.217, 6: 1.189, 7: 1.138, 8: 1.127, 9: 1.101}
"""What makes 1.4826 MAD of so few normal values right on average (Croux and Rousseeuw 1992, b_n, rounded)."""


def quantile(values: Sequence[float], share: float) -> float:
    """Return the ``share`` quantile of ``values`` (at least one), linear between order statistics."""
    if len(values) == 1:
        return values[0]
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def process_centres(sample: Sample) -> tuple[float, ...]:
    """Return one number for each judged process, in base units.

    Load on a machine only ever makes code slower, so of a noisy metric the quartile on the better side is taken: under
    overload its spread between processes was 2.5 % where that of the mean was 15.3 %. An exact metric, or one value
    by process, needs none of that: the median.
    """
    share = 0.5 if sample.unit.noise == "exact" else 0.25 if sample.unit.better == "lower" else 0.75
    return tuple(quantile(process, share) for process in sample.values[sample.screened :])


def centre(sample: Sample) -> float:
    """Return the number that stands for ``sample``: the median of its judged processes' centres, in base units."""
    return quantile(process_centres(sample), 0.5)


def relative_error(sample: Sample) -> float:
    """Return the relative standard error of :func:`centre` from the spread between processes; 0.01 is 1 %.

    NaN where one process says nothing of the spread, or where the centre is nought. Robust (MAD), so that one
    disturbed process of five does not make a steady benchmark look noisy.
    """
    return centre_and_error(sample)[1]


def centre_and_error(sample: Sample) -> tuple[float, float]:
    """Return :func:`centre` and :func:`relative_error`, in half the time."""
    centres = process_centres(sample)
    middle = quantile(centres, 0.5)
    return middle, _relative_error(centres, middle)


def _relative_error(centres: Sequence[float], middle: float) -> float:
    count = len(centres)
    if count < 2 or middle == 0:  # noqa: PLR2004 - one process has no spread
        return math.nan
    mad = quantile([abs(value - middle) for value in centres], 0.5)
    factor = _SMALL_SAMPLE.get(count, count / (count - 0.8))
    return _MAD_TO_SIGMA * mad * factor * _MEDIAN_COST / math.sqrt(count) / abs(middle)
