"""Which shapes has a series, and how are they told: by its commits, and as nobody's regression?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.shapes import read
from lapwing.model import SeriesShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.detect.series import Series
    from lapwing.detect.shapes import Shape
    from lapwing.model import ChangePoint, MetricId


def shapes_of(series: Series, points: Sequence[ChangePoint]) -> tuple[Shape, ...]:
    """Return the shapes of a series with these change points since its last boundary; of an exact metric none."""
    if series.unit.noise == "exact":
        return ()
    current = np.where(np.arange(series.values.shape[0]) < series.current, np.nan, series.values)
    return read(current, points).shapes


def told_shapes(
    shapes: Iterable[Shape], *, metric: MetricId, machine: str, commits: Sequence[str]
) -> tuple[SeriesShape, ...]:
    """Return the shapes of one series by its ``commits``, which their indices are of."""
    return tuple(
        SeriesShape(
            metric=metric,
            machine=machine,
            kind=shape.kind,
            commits=(commits[shape.first], commits[shape.last]),
            size=shape.size,
            p_value=shape.p_value,
            explains=len(shape.explains),
        )
        for shape in shapes
    )
