"""What was found in series, as a table?"""

from __future__ import annotations

import re
from statistics import median
from typing import TYPE_CHECKING, Final, Protocol

from rich.text import Text

from lapwing.model import Outcome
from lapwing.report import wording
from lapwing.report.chart import chart
from lapwing.report.figures import NOTHING, change
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.rows import SPARK, Row, lay_out
from lapwing.report.shape import factor, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.shapes import Shape
    from lapwing.model import ChangePoint, MetricId
    from lapwing.units import Unit

_HEADS: Final = ("index", "may lie in", "change (95 % interval)", "p", "all values", "state")
_LEAST_P: Final = 1e-4
_ROOM_FOR_LABEL: Final = 24
_MOST: Final = 100
"""Series that are listed one by one; JSON has them all."""

_HASH: Final = re.compile("[0-9a-f]{40}")
_SHAPE_SIGNS: Final = {"transient": "∧", "drift": "/", "variance": "≈", "bimodal": "="}


class Found(Protocol):
    """A series and what was found in it; None is a hole, indices count holes."""

    @property
    def metric(self) -> MetricId:
        """What was measured."""

    @property
    def machine(self) -> str:
        """Where, if the file says."""

    @property
    def unit(self) -> Unit:
        """In what."""

    @property
    def values(self) -> tuple[float | None, ...]:
        """The values, in base units, oldest first."""

    @property
    def points(self) -> tuple[ChangePoint, ...]:
        """The lasting changes."""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """What else it does."""


def render_detection(
    found: Sequence[Found], *, width: int, color: bool, verbosity: int = 0, ascii_only: bool = False
) -> str:
    """Return the table: a row for each change and shape; ``verbosity`` 1 adds a chart and the series without any."""
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    lines = [look.say(headline(found), "bold"), Text("")]
    told = [one for one in found if one.points or one.shapes or verbosity > 0 or len(found) == 1]
    shown = told[:_MOST]
    rows = [row for one in shown for row in _rows(one, look)]
    lines += lay_out(rows, _HEADS, look) if rows else []
    if len(shown) < len(told):
        lines.append(look.say(f"and {len(told) - len(shown):,} more series: --json has them all."))
    elif len(told) < len(found):
        lines.append(look.say(f"{len(found) - len(told):,} of {len(found):,} series have neither: -v lists them."))
    for one in shown if verbosity > 0 else ():
        lines += [Text(""), *look.wrap(look.quote(one.metric.benchmark, "bold") + _about(one, look))]
        lines += chart(one.values, one.unit, look, marks=[point.index for point in one.points])
    return paint(lines, width=width, color=color)


def headline(found: Sequence[Found]) -> str:
    """Say what was found in one line."""
    points = [(point, one.unit) for one in found for point in one.points]
    worse = sum(outcome(point, unit) is Outcome.REGRESSED for point, unit in points)
    values = sum(value is not None for one in found for value in one.values)
    said = f"{len(found):,} series, {wording.count(values, 'value')}: {wording.count(len(points), 'lasting change')}"
    said += f" ({worse:,} worse, {len(points) - worse:,} better)" if points else ""
    shapes = sum(len(one.shapes) for one in found)
    return said + (f", {shapes:,} of another shape." if shapes else ".")


def outcome(point: ChangePoint, unit: Unit) -> Outcome:
    """Return what a change is: regressed or improved."""
    return wording.direction(point.ratio.estimate, unit)


def is_failing(found: Sequence[Found]) -> bool:
    """Tell whether a level became worse and stayed so; a suspect is none, it asks for more values."""
    return any(
        outcome(point, one.unit) is Outcome.REGRESSED and point.state != "suspect"
        for one in found
        for point in one.points
    )


def _rows(one: Found, look: Look) -> list[Row]:
    """Return the rows of one series, by index; one that says there is nothing where there is nothing."""
    known = [(point.index, 0, _point_row(one, point, look)) for point in one.points]
    known += [(shape.first, 1, _shape_row(one, shape, look)) for shape in one.shapes]
    if known:
        return [row for _, _, row in sorted(known, key=lambda item: item[:2])]
    mark = wording.mark(Outcome.UNCHANGED, look)
    return [_row(one, mark, (NOTHING, NOTHING, NOTHING, NOTHING, NOTHING))]


def _row(one: Found, mark: Text, figures: tuple[str, ...], *notes: Text) -> Row:
    tail = [one.metric.name] if one.metric.name not in ("time", "value") else []
    tail += [f"on {one.machine}"] if one.machine else []
    return Row(
        mark=mark,
        name=one.metric.benchmark,
        tail="  ".join(tail),
        figures=figures,
        recent=thinned(one.values, SPARK),
        notes=notes,
    )


def _point_row(one: Found, point: ChangePoint, look: Look) -> Row:
    where = str(point.index)
    span = where if point.earliest == point.latest else f"{point.earliest} … {point.latest}"
    notes = []
    if point.commits is not None and any(point.commits):
        before, first = (look.quote(_short(label), room=_ROOM_FOR_LABEL) for label in point.commits)
        notes.append(look.say("from ", "dim") + first + look.say("; last at the old level ", "dim") + before)
    figures = (where, span, change(point.ratio), p_value(point.p_value), point.state)
    return _row(one, wording.mark(outcome(point, one.unit), look), figures, *notes)


def _short(label: str) -> str:
    """Return ten digits of a full hash, and anything else as it is."""
    return label[:10] if _HASH.fullmatch(label) else label


def _shape_row(one: Found, shape: Shape, look: Look) -> Row:
    sign = "~" if look.ascii_only else _SHAPE_SIGNS[shape.kind]
    size = factor(shape) if shape.kind == "variance" else change(shape.size)
    figures = (str(shape.first), f"{shape.first} … {shape.last}", size, p_value(shape.p_value), NOTHING)
    return _row(one, look.say(f"{sign} {shape.kind}", "cyan"), figures, look.say(sentence(shape), "dim"))


def p_value(p: float) -> str:
    """Write a probability: ``0.0031``, or that it is below what anybody tells apart."""
    return f"< {_LEAST_P:.4f}" if p < _LEAST_P else f"{p:.2g}"


def _about(one: Found, look: Look) -> Text:
    unit = one.unit.symbol or "no unit"
    return look.say(f"  {one.metric.name} in {unit}, {one.unit.better} is better", "dim")


def thinned(values: Sequence[float | None], most: int) -> tuple[float | None, ...]:
    """Return at most ``most`` medians of as many neighbours each, None where all of them are holes."""
    step = -(-len(values) // most)
    parts = [[value for value in values[at : at + step] if value is not None] for at in range(0, len(values), step)]
    return tuple(median(part) if part else None for part in parts)
