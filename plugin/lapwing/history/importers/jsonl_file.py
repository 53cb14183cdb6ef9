"""What does a JSONL file say: a series on each line, or a point on each line?

A series has ``series``, ``value`` (a list, null is a hole), ``commit`` and ``time`` (lists as long, or null), and may
have ``unit``, ``better``, ``metric``, ``machine``, ``benchmark`` and ``commit_time``. A point has ``benchmark``,
``value`` and ``commit`` or ``date``, and may have ``metric``, ``unit``, ``better``, ``noise`` and ``machine``. A point
that names its ``run`` is one of ``lapwing export jsonl``. Other fields are not looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import ImportRefused, UsageError
from lapwing.history.importers.exported_rows import ExportedRows
from lapwing.history.importers.fields import (
    about_commit,
    metric_of,
    moment,
    number,
    point_of,
    position_token,
    text,
    unit_of,
)
from lapwing.history.importers.files import parse_json, read_lines
from lapwing.history.importers.points import NOBODY, Point, named_machine, runs_of
from lapwing.model import MetricId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run
    from lapwing.units import Unit

FORM: Final = "jsonl"
ASKS: Final = True

_VERSION: Final = re.compile(r" / v=([0-9A-Za-z]{1,64})$")


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first line is a JSON object with the fields of a series or a point."""
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    is_object = not path.is_dir() and first.startswith(b"{")
    return is_object and b'"value"' in first and (b'"series"' in first or b'"benchmark"' in first)


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return the runs of the file. Raises :class:`~lapwing.errors.ImportRefused`."""
    exported = ExportedRows()
    others = runs_of(_points(path, telling, given, exported), form=FORM)
    return (*exported.runs(), *others)


def _points(path: Path, telling: Telling, given: Given, exported: ExportedRows) -> Iterator[Point]:
    """Yield the points of the lines that name no run; the others go to ``exported``."""
    for line, written in read_lines(path, telling):
        try:
            fields = parse_json(written)
            if not isinstance(fields, dict):
                raise ValueError("it is no JSON object")  # noqa: TRY004, TRY301 - one error for a bad line
            if fields.get("run"):
                exported.add(fields)
                continue
            # Whole before any of it is given on: a line is read or left out.
            whole = isinstance(fields.get("value"), list)
            points = _series(fields, given) if whole else _point(fields, line, given)
        except ImportRefused:
            raise
        except (ValueError, UsageError) as error:
            telling.left_out(path, error.message if isinstance(error, UsageError) else str(error), line=line)
            continue
        yield from points


def _point(fields: dict[str, Any], line: int, given: Given) -> list[Point]:
    point = point_of(fields, position=line, given=given)
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
    unit, factor = unit_of(fields.get("unit"), fields.get("better"), fields.get("noise"))
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


def _series(fields: dict[str, Any], given: Given) -> list[Point]:
    series = series_of(fields)
    machine = named_machine(given.label if series.machine == NOBODY else series.machine)
    points = []
    rows = zip(series.values, series.commits, series.times, series.commit_times, strict=True)
    for position, (value, commit, at, date) in enumerate(rows, start=1):
        if value is None:
            continue
        about: dict[str, Any] = {"commit": commit or position_token(position), "date": at if date is None else date}
        if not commit and given.commit is not None:
            about = about_commit(given.commit)
        points.append(
            Point(
                metric=series.metric,
                unit=series.unit,
                values=((value,),),
                machine=machine,
                at=at,
                fingerprint=series.version,
                **about,
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
