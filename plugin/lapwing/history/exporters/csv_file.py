"""How is a history written as CSV? A row for each sample, with the one value that stands for it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Final

from lapwing.errors import UsageError
from lapwing.history.exporters.rows import FIELDS, rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.model import Run

_COLUMNS: Final = tuple(name for name in FIELDS if name != "values")
_PROSE: Final = frozenset({"subject", "message"})


def write(runs: Iterable[Run], stream: IO[bytes]) -> None:
    """Write the runs.

    Raises:
        UsageError: a name has a line break, which no row of these files can hold (``no-csv-name``).
    """
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for run in runs:
        writer.writerows([_cell(name, row[name]) for name in _COLUMNS] for row in rows(_named(run)))
        _flush(lines, stream)
    _flush(lines, stream)


def _flush(lines: io.StringIO, stream: IO[bytes]) -> None:
    stream.write(lines.getvalue().encode())
    lines.seek(0)
    lines.truncate()


def _named(run: Run) -> Run:
    """Give the run an id of its own where not all of its values are written: the id of the whole is the whole's."""
    whole = all(len(sample.values) == len(sample.values[0]) == 1 for sample in run.samples)
    return run if whole else replace(run, id=f"{run.id}-centres")


def _cell(name: str, value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return repr(value)
    if "\n" not in value and "\r" not in value:
        return value
    if name in _PROSE:
        return " ".join(value.split())
    raise UsageError(
        "no-csv-name",
        f"The {name} {value[:60]!r} has a line break, which a row of CSV cannot hold here.",
        remedy="export as jsonl or parquet.",
    )
