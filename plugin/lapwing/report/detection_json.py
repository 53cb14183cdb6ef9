"""How is what was found in series written for programs?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.report.detection import outcome
from lapwing.report.json import interval_document, number, write
from lapwing.report.shape import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.shapes import Shape
    from lapwing.model import ChangePoint
    from lapwing.report.detection import Found
    from lapwing.units import Unit

# History of the format of `detect --json`:
#   1  the first one
SCHEMA: Final = 1


def detection_to_json(found: Sequence[Found], *, alpha: float) -> str:
    """Return what was found as JSON text: ``{"schema": 1, "alpha": ..., "series": [...]}``, one object a series."""
    return write({"schema": SCHEMA, "alpha": alpha, "series": [_series(one) for one in found]})


def _series(one: Found) -> dict[str, object]:
    return {
        "series": one.metric.benchmark,
        "metric": one.metric.name,
        "machine": one.machine,
        "unit": one.unit.symbol,
        "better": one.unit.better,
        "values": sum(value is not None for value in one.values),
        "holes": sum(value is None for value in one.values),
        "changes": [_point(point, one.unit) for point in one.points],
        "shapes": [_shape(shape) for shape in one.shapes],
    }


def _point(point: ChangePoint, unit: Unit) -> dict[str, object]:
    return {
        "index": point.index,
        "earliest": point.earliest,
        "latest": point.latest,
        "label": point.commits[1] if point.commits else None,
        "label_before": point.commits[0] if point.commits else None,
        "outcome": outcome(point, unit).value,
        "ratio": interval_document(point.ratio),
        "p_value": number(point.p_value),
        "state": point.state,
    }


def _shape(shape: Shape) -> dict[str, object]:
    return {
        "kind": shape.kind,
        "first": shape.first,
        "last": shape.last,
        "size": interval_document(shape.size),
        "p_value": number(shape.p_value),
        "explains": list(shape.explains),
        "sentence": sentence(shape),
    }
