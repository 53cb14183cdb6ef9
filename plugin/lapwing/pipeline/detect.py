"""What changed in series that no history holds, and what in them is no step?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.changes import points_in
from lapwing.detect.points import change_points
from lapwing.detect.shapes import Reading, Shape, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.detect.series import Series
    from lapwing.model import ChangePoint, MetricId
    from lapwing.units import Unit

_AT_ONCE: Final = 128
"""Series scanned together: enough for numpy, few enough for a bar that moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """A series (its values oldest first, None for holes, in base units) with its change points and shapes.

    ``labels`` are what the commits or dates of the values are called, empty where nobody named any.
    """

    metric: MetricId
    machine: str
    unit: Unit
    values: tuple[float | None, ...]
    labels: tuple[str, ...]
    points: tuple[ChangePoint, ...]
    shapes: tuple[Shape, ...]


def detect(
    series: Sequence[Series], *, alpha: float, progress: Callable[[int, int, str], None]
) -> tuple[Detected, ...]:
    """Return what is found in each series; indices count all values, holes too. An exact metric has no shapes.

    Raises:
        UsageError: ``alpha`` is no probability (``bad-alpha``).
    """
    change_points((), alpha=alpha)  # refuses an alpha that is none
    found: list[Detected] = []
    for low in range(0, len(series), _AT_ONCE):
        progress(low, len(series), "series judged")
        found += _detected(series[low : low + _AT_ONCE], alpha)
    progress(len(series), len(series), "series judged")
    return tuple(found)


def _detected(series: Sequence[Series], alpha: float) -> list[Detected]:
    places = [np.flatnonzero(~np.isnan(one.values)) for one in series]
    exact = [one.unit.noise == "exact" for one in series]
    points = points_in(
        [one.values[place] for one, place in zip(series, places, strict=True)],
        alpha=alpha,
        exact=exact,
        places=[place.tolist() for place in places],
    )
    return [
        _told(one, Reading(points=found, shapes=()) if sure else read(one.values, found))
        for one, found, sure in zip(series, points, exact, strict=True)
    ]


def _told(series: Series, reading: Reading) -> Detected:
    return Detected(
        metric=series.metric,
        machine=series.machine,
        unit=series.unit,
        values=tuple(None if math.isnan(value) else float(value) for value in series.values),
        labels=series.commits,
        points=tuple(_named(point, series) for point in reading.points),
        shapes=reading.shapes,
    )


def _named(point: ChangePoint, series: Series) -> ChangePoint:
    """Give a change what the last value of the old level and the first of the new one are called."""
    if not series.commits:
        return point
    before = int(np.flatnonzero(~np.isnan(series.values[: point.index]))[-1])
    return replace(point, commits=(series.commits[before], series.commits[point.index]))
