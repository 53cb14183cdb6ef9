"""What does a JSONL file say: a series on each line, or a point on each line?

A series has ``series``, ``value`` (a list, null is a hole), ``commit`` and ``time`` (lists as long, or null), and may
have ``unit``, ``better``, ``metric``, ``machine``, ``benchmark`` and ``commit_time``. A point has ``benchmark``,
``value`` and ``commit`` or ``date``, and may have ``metric``, ``unit``, ``better`` and ``machine``. Other fields are
not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import UsageError
from lapwing.history.importers.fields import metric_of, moment, number, point_of, position_token, text, unit_of
from lapwing.history.importers.files import parse_json, read_lines
from lapwing.history.importers.points import NOBODY, Point, runs_of
from lapwing.model import MetricId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run
    from lapwing.units import Unit

FORM: Final = "jsonl"

_VERSION: Final = re.compile(r" / v=([0-9A-Za-z]{1,64})$")


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first line is a JSON object with the fields of a series or a point."""
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    is_object = not path.is_dir() and first.startswith(b"{")
    return is_object and b'"value"' in first and (b'"series"' in first or b'"benchmark"' in first)


def read(path: Path, telling: Telling) -> tuple[Run, ...]:
    """Return the runs of the file. Raises :class:`~lapwing.errors.ImportRefused`."""
    return runs_of(_points(path, telling), form=FORM)


def _points(path: Path, telling: Telling) -> Iterator[Point]:
    for line, written in read_lines(path, telling):
        try:
            fields = parse_json(written)
            if not isinstance(fields, dict):
                raise ValueError("it is no JSON object")  # noqa: TRY004, TRY301 - one error for a bad line
            # Whole before any of it is given on: a line is read or left out.
            points = _series(fields) if isinstance(fields.get("value"), list) else _point(fields, line)
        except (ValueError, UsageError) as error:
            telling.left_out(path, error.message if isinstance(error, UsageError) else str(error), line=line)
            continue
        yield from points


def _point(fields: dict[str, Any], line: int) -> list[Point]:
    point = point_of(fields, position=line)
    return [] if point is None else [point]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSeries:
    """A series as a line has it: values in base units, None for holes; for each its commit (or empty) and times."""

    metric: MetricId
    unit: Unit
    machine: str
    version: str
    values: tuple[float | None, ...]
    commits: tuple[str, ...]
    times: tuple[float | None, ...]
    commit_times: tuple[float | None, ...]


def series_of(fields: dict[str, Any]) -> WrittenSeries:
    """Return the series of a line whose value is a list. Raises as :func:`~lapwing.history.importers.fields.row_of`."""
    written = fields["value"]
    columns = {name: _column(fields, name, len(written)) for name in ("commit", "time", "commit_time")}
    unit, factor = unit_of(fields.get("unit"), fields.get("better"))
    benchmark, machine, version = _identity(fields)
    metric = MetricId(benchmark=benchmark, name=metric_of(fields.get("metric"), unit))
    values = []
    for place, one in enumerate(written):
        try:
            value = number("value", one)
        except ValueError as error:
            raise type(error)(f"{error}, at index {place}") from None
        values.append(None if value is None else value * factor)
    return WrittenSeries(
        metric=metric,
        unit=unit,
        machine=machine,
        version=version,
        values=tuple(values),
        commits=tuple(text("commit", commit) for commit in columns["commit"]),
        times=tuple(moment("time", time) for time in columns["time"]),
        commit_times=tuple(moment("commit_time", time) for time in columns["commit_time"]),
    )


def _series(fields: dict[str, Any]) -> list[Point]:
    series = series_of(fields)
    points = []
    rows = zip(series.values, series.commits, series.times, series.commit_times, strict=True)
    for position, (value, commit, at, date) in enumerate(rows, start=1):
        if value is None:
            continue
        points.append(
            Point(
                metric=series.metric,
                unit=series.unit,
                value=value,
                commit=commit or position_token(position),
                machine=series.machine,
                date=at if date is None else date,
                at=at,
                fingerprint=series.version,
            )
        )
    return points


def _column(fields: dict[str, Any], name: str, length: int) -> Sequence[Any]:
    column = fields.get(name)
    if column is None:
        return (None,) * length
    if not isinstance(column, list) or len(column) != length:
        raise ValueError(f"{name} is no list of {length}, as value is")
    return column


def _identity(fields: dict[str, Any]) -> tuple[str, str, str]:
    """Return benchmark, machine and version, from fields of their own or from the name of the series."""
    benchmark = text("benchmark", fields.get("benchmark")) or text("series", fields.get("series"))
    machine = text("machine", fields.get("machine"))
    if machine:
        return benchmark, machine, ""
    # "BENCH @ MACHINE / environment / v=HASH", the version being optional: how histories taken from asv are written.
    name, _, where = benchmark.rpartition(" @ ")
    if not name or " / " not in where:
        return benchmark, NOBODY, ""
    version = _VERSION.search(where)
    return name, where[: version.start()] if version else where, version[1] if version else ""
