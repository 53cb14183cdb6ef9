"""What does a CSV file say? One point a row; the header names the columns, in any order.

There must be ``benchmark`` (or ``name``), ``value``, and ``commit`` (``sha``, ``hash``) or ``date`` (``time``,
``timestamp``); there may be ``metric``, ``unit``, ``better``, ``noise`` and ``machine``. Rows that name their ``run``
are those of ``lapwing export csv``. The delimiter is a comma, a semicolon, a tab or a bar.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from lapwing.errors import ImportRefused, UsageError
from lapwing.history.importers.exported_rows import ExportedRows
from lapwing.history.importers.fields import point_of
from lapwing.history.importers.files import read_lines
from lapwing.history.importers.points import runs_of
from lapwing.history.importers.telling import refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.points import Point
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run

FORM: Final = "csv"
ASKS: Final = True

_ALIASES: Final = {
    "name": "benchmark",
    "sha": "commit",
    "hash": "commit",
    "time": "date",
    "timestamp": "date",
}
_DELIMITERS: Final = ",;\t|"


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the first line names the columns that must be there."""
    first = head.lstrip(b"\xef\xbb\xbf\r\n").split(b"\n", 1)[0].decode("utf-8", "replace")
    return not path.is_dir() and not _missing(columns_of(first, delimiter_of(first)))


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return the runs of the file. Raises :class:`~lapwing.errors.ImportRefused`."""
    exported = ExportedRows()
    others = runs_of(_points(path, telling, given, exported), form=FORM)
    return (*exported.runs(), *others)


def _points(path: Path, telling: Telling, given: Given, exported: ExportedRows) -> Iterator[Point]:
    """Yield the points of the rows that name no run; the others go to ``exported``."""
    lines = read_lines(path, telling)
    _, header = next(lines, (0, ""))
    delimiter = delimiter_of(header)
    columns = columns_of(header, delimiter)
    if missing := _missing(columns):
        raise refused(path, f"has no column {missing} in its first line")
    for line, written in lines:
        try:
            # A row is a line: a name with a line break in it is left out and told, not glued to the next one.
            row = next(csv.reader([written], delimiter=delimiter, strict=True))
            if len(row) > len(columns):
                raise ValueError(f"it has {len(row)} fields and the header {len(columns)}")  # noqa: TRY301 - as below
            fields = dict(zip(columns, row, strict=False))
            if fields.get("run"):
                exported.add(fields)
                continue
            point = point_of(fields, position=line - 1, given=given)
        except ImportRefused:
            raise
        except (csv.Error, ValueError, UsageError) as error:
            telling.left_out(path, error.message if isinstance(error, UsageError) else str(error), line=line)
            continue
        if point is not None:
            yield point


def delimiter_of(header: str) -> str:
    """Return what stands between the fields of a line."""
    return max(_DELIMITERS, key=header.count)


def columns_of(header: str, delimiter: str) -> list[str]:
    """Return the names of the columns, those with an alias by their own; none where the line is no header."""
    try:
        row = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        return []
    names = [name.strip().lower() for name in row]
    return [_ALIASES.get(name, name) for name in names]


def _missing(columns: list[str]) -> str:
    """Return the name of a column that must be there and is not."""
    for name in ("benchmark", "value"):
        if name not in columns:
            return name
    return "" if "commit" in columns or "date" in columns else "commit or date"
