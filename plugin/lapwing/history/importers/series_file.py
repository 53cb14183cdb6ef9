"""Which series does a file of numbers hold, in its own order, holes and all?

Nothing is left out here, unlike in an import: a value less would move every index after it. What is wrong is refused.
Three forms: JSONL as :mod:`~lapwing.history.importers.jsonl_file` reads it, where a line may also be a bare list; CSV
with a row for each point, as :mod:`~lapwing.history.importers.csv_file` reads it; columns of numbers, each a series.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

from lapwing.errors import ImportRefused, UsageError
from lapwing.history.importers.csv_file import delimiter_of
from lapwing.history.importers.fields import InfiniteValueError, row_of
from lapwing.history.importers.files import MAX_FILE, MAX_LINE, lines_of, parse_json, read_lines
from lapwing.history.importers.jsonl_file import series_of
from lapwing.history.importers.points import NOBODY
from lapwing.history.importers.series_collected import Collected
from lapwing.history.importers.series_columns import NAMES, UNNAMED, columns
from lapwing.history.importers.telling import Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lapwing.detect.series import Series

_REMEDY: Final = "give CSV, JSONL or a number on each line; an empty cell or null is a hole, --column picks a column."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user says of the numbers: ``unit`` and ``better`` in place of the file's, the ``column`` to read."""

    unit: str = ""
    better: str = ""
    column: str = ""
    exact: bool = False


def read_series(
    path: Path, wanted: Wanted, *, stream: IO[bytes] | None = None, progress: Callable[[int, int, str], None]
) -> tuple[Series, ...]:
    """Return the series of ``path`` in the order in which they begin; of ``stream`` where one is given.

    ``commits`` of a series are its commits or else its dates, as the file writes them; none where it has neither.

    Raises:
        UsageError: ``no-such-file``, ``unreadable-file``, ``not-text``, ``empty-file``, ``no-numbers``, ``bad-value``,
            ``infinite-value``, ``mixed-columns``, ``unknown-column``, ``file-too-large``, or what a field refuses.
    """
    telling = _Strict(progress)
    if stream is None and not path.exists():
        raise UsageError("no-such-file", f"There is no file {path}.", remedy="check the path; - is standard input.")
    reading = _Reading(path, wanted)
    try:
        reading.take(read_lines(path, telling) if stream is None else lines_of(stream, path, telling))
    except ImportRefused as error:
        if error.slug != "import-too-large":
            raise UsageError("unreadable-file", error.message, remedy="name a file of numbers.") from None
        raise UsageError(
            "file-too-large",
            f"{path} has more than {MAX_FILE:,} bytes, or {MAX_LINE:,} in one line.",
            remedy="give the series in several files.",
        ) from None
    return reading.series()


class _Strict(Telling):
    """Refuses what an import would leave out."""

    def left_out(self, path: Path, what: str, *, line: int | None = None) -> None:
        """Raise :class:`~lapwing.errors.UsageError` (``not-text``)."""
        raise UsageError("not-text", f"{path}, line {line}: {what}, so it is no text.", remedy=_REMEDY)


class _Reading:
    """Reads the lines of one file."""

    def __init__(self, path: Path, wanted: Wanted) -> None:
        self._path = path
        self._wanted = wanted
        self._said = {name: said for name, said in (("unit", wanted.unit), ("better", wanted.better)) if said}
        self._collected = Collected(path)

    def take(self, lines: Iterator[tuple[int, str]]) -> None:
        """Read all of the lines."""
        line, first = next(lines, (0, ""))
        if not line:
            raise UsageError("empty-file", f"{self._path} is empty.", remedy=_REMEDY)
        self._check_text(line, first)
        if first.lstrip()[0] not in "{[":
            self._rows(line, first, lines)
            return
        self._json(line, first)
        for number, written in lines:
            self._json(number, written)

    def series(self) -> tuple[Series, ...]:
        """Return what was read."""
        found = self._collected.series(exact=self._wanted.exact)
        if not found:
            raise UsageError("no-numbers", f"There is no number in {self._path}.", remedy=_REMEDY)
        return found

    def _check_text(self, line: int, written: str) -> None:
        if "\0" in written:
            raise self._bad("not-text", line, "it holds a NUL, so it is no text")

    def _bad(self, slug: str, line: int, what: str) -> UsageError:
        return UsageError(slug, f"{self._path}, line {line}: {what.rstrip('.')}.", remedy=_REMEDY)

    def _rows(self, line: int, first: str, lines: Iterator[tuple[int, str]]) -> None:
        """Read rows: the first is a header or has numbers as the others have."""
        delimiter = delimiter_of(first)
        cells = self._cells(line, first, delimiter)
        form = columns(self._path, first, cells, delimiter=delimiter, wanted=self._wanted.column)
        if not any(form.known):
            self._points(line, form.points(cells))
        before = line
        for number, written in lines:
            self._check_text(number, written)
            cells = self._cells(number, written, delimiter)
            if len(cells) != len(form.titles):
                what = f"it has {len(cells)} columns, and line {line} has {len(form.titles)}"
                raise self._bad("mixed-columns", number, what)
            # Of one column an empty line is a hole.
            for _ in range(number - before - 1 if len(form.titles) == 1 else 0):
                self._points(number, form.points([""]))
            self._points(number, form.points(cells))
            before = number

    def _cells(self, line: int, written: str, delimiter: str) -> list[str]:
        try:
            return next(csv.reader([written], delimiter=delimiter, strict=True))
        except csv.Error as error:
            raise self._bad("bad-value", line, f"it is no row of CSV: {error}") from None

    def _json(self, line: int, written: str) -> None:
        """Read a line of JSON: an object that is a series or a point, or a list."""
        self._check_text(line, written)
        try:
            fields = parse_json(written)
        except ValueError as error:
            raise self._bad("bad-value", line, f"it is {error}") from None
        if isinstance(fields, list):
            fields = {"value": fields}
        if not isinstance(fields, dict) or "value" not in fields:
            raise self._bad("no-numbers", line, 'it has no "value"')
        if not isinstance(fields["value"], list):
            self._points(line, [fields])
            return
        if not any(fields.get(name) for name in NAMES):
            fields["series"] = UNNAMED if line == 1 else f"{UNNAMED} of line {line}"
        self._placed(line, self._whole, fields)

    def _points(self, line: int, points: list[dict[str, Any]]) -> None:
        for fields in points:
            self._placed(line, self._point, fields)

    def _placed(self, line: int, take: Callable[[dict[str, Any]], None], fields: dict[str, Any]) -> None:
        """Take the fields, and say of what is wrong with them in which line it is."""
        try:
            take({**fields, **self._said})
        except InfiniteValueError as error:
            raise self._bad("infinite-value", line, str(error)) from None
        except ValueError as error:
            raise self._bad("bad-value", line, str(error)) from None
        except UsageError as error:
            if error.slug == "file-too-large":
                raise
            message = f"{self._path}, line {line}: {error.message}"
            raise UsageError(error.slug, message, remedy=error.remedy) from None

    def _whole(self, fields: dict[str, Any]) -> None:
        one = series_of(fields)
        times = fields.get("time") or [None] * len(one.values)
        for value, commit, time in zip(one.values, one.commits, times, strict=True):
            self._collected.add(one.metric, _machine(one.machine), one.unit, value, commit or _written(time))

    def _point(self, fields: dict[str, Any]) -> None:
        named = next((fields[name] for name in NAMES if fields.get(name)), UNNAMED)
        try:
            row = row_of({**fields, "benchmark": named})
        except ValueError as error:
            raise type(error)(f"{error}, at index {self._collected.length(named)}") from None
        label = row.commit or _written(fields.get("date"))
        self._collected.add(row.metric, row.machine, row.unit, row.value, label)


def _machine(named: str) -> str:
    return "" if named == NOBODY else named


def _written(date: object) -> str:
    """Return a date as the file writes it."""
    return "" if date is None else str(date)[:60]
