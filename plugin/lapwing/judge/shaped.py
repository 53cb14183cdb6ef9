"""How is a shape of a series told: by its commits, and as nobody's regression?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.model import SeriesShape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.detect.shapes import Shape
    from lapwing.model import MetricId


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
