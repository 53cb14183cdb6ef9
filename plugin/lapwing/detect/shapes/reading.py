"""Which of the change points are steps, and what else does the series do?"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.scale import additive, on_log_scale
from lapwing.detect.shapes.bimodal import two_values
from lapwing.detect.shapes.drift import drifts
from lapwing.detect.shapes.levels import Levels, exponential
from lapwing.detect.shapes.shape import Reading, Shape
from lapwing.detect.shapes.spread import spreads
from lapwing.detect.shapes.transient import brief, taken_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.detect.shapes.transient import Excursion
    from lapwing.model import ChangePoint

_LEAST: Final = 20
"""Points below which nothing is said of shapes."""


def read(values: Floats, points: Sequence[ChangePoint]) -> Reading:
    """Return what a noisy series is: the ``points`` that are steps, and its shapes.

    ``values`` may have NaN for holes and nothing infinite; ``points`` are its change points, by its own indices. An
    excursion that returns and a slope take the points away that they were cut into; a change of the noise and noise of
    two values take none. Each kind of shape is named in at most 0.2 % of series of even noise where there is none. An
    exact metric has no shapes: do not ask.
    """
    places = np.flatnonzero(~np.isnan(values))
    if places.shape[0] < _LEAST:
        return Reading(points=tuple(points), shapes=())
    levels = _levels_of(values[places], places, points)
    shapes, levels = _transients(levels, taken_back(levels, _p_values(points, places)), places)
    for drift in drifts(levels):
        levels = replace(levels.without(drift.splits), slope=levels.slope + drift.adds)
        shapes.append(
            Shape(
                kind="drift",
                first=int(places[drift.first]),
                last=int(places[drift.last]),
                size=levels.as_ratio(drift.low, drift.estimate, drift.high, levels.values[: drift.first + 1]),
                p_value=drift.p_value,
                explains=tuple(places[list(drift.splits)].tolist()),
            )
        )
    left = levels.residuals()
    more, levels = _transients(levels, brief(levels, left), places)
    shapes += [*more, *_noise(levels, levels.residuals() if more else left, places)]
    explained = {index for shape in shapes for index in shape.explains}
    return Reading(
        points=tuple(point for point in points if point.index not in explained),
        shapes=tuple(sorted(shapes, key=lambda shape: (shape.first, shape.last, shape.kind))),
    )


def _levels_of(filled: Floats, places: Ints, points: Sequence[ChangePoint]) -> Levels:
    return Levels(
        values=additive(filled),
        logarithmic=on_log_scale(filled),
        splits=tuple(np.searchsorted(places, [point.index for point in points]).tolist()),
        off=np.zeros(filled.shape[0], dtype=bool),
        slope=np.zeros(filled.shape[0]),
    )


def _p_values(points: Sequence[ChangePoint], places: Ints) -> dict[int, float]:
    return {int(np.searchsorted(places, point.index)): point.p_value for point in points}


def _transients(levels: Levels, found: Sequence[Excursion], places: Ints) -> tuple[list[Shape], Levels]:
    """Return the excursions as shapes, and the series without them."""
    shapes = []
    for one in found:
        levels = levels.without(one.splits).masked(one.first, one.end)
        around = levels.values[max(0, one.first - 20) : one.first]
        shapes.append(
            Shape(
                kind="transient",
                first=int(places[one.first]),
                last=int(places[one.end - 1]),
                size=levels.as_ratio(one.low, one.estimate, one.high, around),
                p_value=one.p_value,
                explains=tuple(places[list(one.splits)].tolist()),
            )
        )
    return shapes, levels


def _noise(levels: Levels, left: Floats, places: Ints) -> list[Shape]:
    """Return the shapes of the noise ``left`` about the levels."""
    kept = np.flatnonzero(~levels.off)
    shapes = [
        Shape(
            kind="variance",
            first=int(places[kept[one.first]]),
            last=int(places[kept[one.end - 1]]),
            size=exponential(one.low, one.estimate, one.high),
            p_value=one.p_value,
        )
        for one in spreads(left[kept])
    ]
    low, high = max(pairwise(levels.edges), key=lambda pair: pair[1] - pair[0])
    longest = kept[(kept >= low) & (kept < high)]
    two = two_values(left[longest])
    if two is not None:
        shapes.append(
            Shape(
                kind="bimodal",
                first=int(places[longest[0]]),
                last=int(places[longest[-1]]),
                size=levels.as_ratio(two.low, two.estimate, two.high, levels.values[longest]),
                p_value=two.p_value,
            )
        )
    return shapes
