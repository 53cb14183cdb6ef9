"""What does the history of one benchmark look like as a picture? Its places are called by their commits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lapwing.detect.shapes import Shape
from lapwing.report.series_picture import draw_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import ChangePoint, Machine, MetricId, SeriesShape
    from lapwing.report.log import ToldSeries
    from lapwing.units import Unit


class ToldHistory(Protocol):
    """A series with what happened to it."""

    @property
    def series(self) -> ToldSeries:
        """Its values, oldest first."""

    @property
    def points(self) -> tuple[ChangePoint, ...]:
        """The lasting changes."""

    @property
    def shapes(self) -> tuple[SeriesShape, ...]:
        """What else it does."""

    @property
    def machine(self) -> Machine:
        """Where it was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What is drawn; holes are None."""

    metric: MetricId
    machine: str
    unit: Unit
    values: tuple[float | None, ...]
    points: tuple[ChangePoint, ...]
    shapes: tuple[Shape, ...]


def draw_history(told: ToldHistory) -> str:
    """Return an SVG document of one series of at least one value; the same history gives the same bytes."""
    series = told.series
    drawn = _Drawn(
        metric=series.metric,
        machine=told.machine.title,
        unit=series.unit,
        values=tuple(None if math.isnan(value) else float(value) for value in series.values),
        points=told.points,
        shapes=_placed(told.shapes, series.commits),
    )
    return draw_series(drawn, [sha[:10] for sha in series.commits])


def _placed(shapes: Sequence[SeriesShape], commits: Sequence[str]) -> tuple[Shape, ...]:
    """Return the shapes by place; their commits are of the series."""
    place = {sha: at for at, sha in enumerate(commits)}
    return tuple(
        Shape(
            kind=one.kind,
            first=place[one.commits[0]],
            last=place[one.commits[1]],
            size=one.size,
            p_value=one.p_value,
        )
        for one in shapes
    )
