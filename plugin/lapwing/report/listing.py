"""Which runs does the history hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.figures import day, minute
from lapwing.report.footnotes import Footnotes
from lapwing.report.json import commit_document, machine_document, number, write
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.model import RunSummary, RunWarning

# History of the format of `history list --json`:
#   1  the first one
SCHEMA: Final = 1
MOST_RUNS: Final = 50
_HEADS: Final = ("run", "commit", "date", "started", "machine", "benchmarks", "failed", "source")
# Where a line has no room for all of them, these are left out in turn; the JSON has them all.
_DISPENSABLE: Final = ("date", "source", "machine")
_DISPENSABLE_OF_ONE_MACHINE: Final = ("date", "machine", "source")
# Twelve of a run's twenty digits, and an import's word before them, are as good for 'lapwing show'.
_SHORT_RUN: Final = 12
_GAP: Final = 2


def render_listing(  # noqa: PLR0913 - the runs, the doubts, and four things about the reader
    runs: Sequence[RunSummary],
    *,
    outside: Sequence[RunSummary] = (),
    damaged: Sequence[RunWarning] = (),
    width: int,
    color: bool,
    verbosity: int = 0,
    ascii_only: bool = False,
) -> str:
    """Return the runs, the last first, as a table of 50 (``verbosity`` 1: all), and what cannot be read.

    ``outside`` are those of commits that are not in the history of the one checked out; they come after.
    """
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    machines = {run.machine.id: run.machine for run in (*outside, *runs)[::-1]}
    of = len(runs) + len(outside)
    lines = [look.say(f"{count(of, 'run')} on {count(len(machines), 'machine')}", "bold")]
    lines += _newest(runs, look)
    if outside:
        lines += [Text(""), look.say("Not in the history of the commit checked out", "bold"), *_newest(outside, look)]
    if machines:
        lines += [Text(""), look.say("Machines", "bold")]
        for key, machine in machines.items():
            lines += look.wrap(look.say(f"{key}  {machine.title}"), indent=2, hang=16)
    notes = Footnotes()
    notes.marks(damaged)
    return paint([*lines, *notes.lines(look)], width=width, color=color)


def run_rows(runs: Sequence[RunSummary], look: Look) -> list[Text]:
    """Return ``runs`` as a table, in their order, with a line of heads."""
    machines = {run.machine.id for run in runs}
    dispensable = _DISPENSABLE if len(machines) > 1 else _DISPENSABLE_OF_ONE_MACHINE
    return _table([_cells(run) for run in runs], look, dispensable)


def _newest(runs: Sequence[RunSummary], look: Look) -> list[Text]:
    """Return the last of ``runs`` first, 50 of them unless all are wanted."""
    newest = list(runs)[::-1]
    shown = newest if look.verbosity > 0 else newest[:MOST_RUNS]
    lines = run_rows(shown, look) if shown else []
    if len(shown) < len(newest):
        lines.append(look.say(f"and {len(newest) - len(shown):,} older ones: -v lists them all."))
    return lines


def listing_to_json(runs: Sequence[RunSummary]) -> str:
    """Return the runs in the order of storing as JSON text: ``{"schema": 1, "runs": [...]}``."""
    return write(
        {
            "schema": SCHEMA,
            "runs": [
                {
                    "id": run.id,
                    "head": commit_document(run.commit),
                    "machine": machine_document(run.machine),
                    "started_at": number(run.started_at),
                    "benchmarks": run.benchmarks,
                    "failures": run.failures,
                    "complete": run.complete,
                    "source": run.source,
                }
                for run in runs
            ],
        }
    )


def _cells(run: RunSummary) -> tuple[str, ...]:
    return (
        run.id,
        run.commit.short + ("+dirty" if run.commit.dirty else ""),
        day(run.commit.date),
        minute(run.started_at or None),
        run.machine.id,
        f"{run.benchmarks:,}" + ("" if run.complete else " (incomplete)"),
        f"{run.failures:,}",
        run.source,
    )


def _table(rows: Sequence[tuple[str, ...]], look: Look, dispensable: Sequence[str]) -> list[Text]:
    """Return the rows in columns, each as wide as its widest cell, and as many columns as there is room for."""
    cells = [[look.quote(look.say(cell).plain, room=40) for cell in row] for row in (_HEADS, *rows)]
    columns = dict(zip(_HEADS, zip(*cells, strict=True), strict=True))
    if _width(columns) > look.columns:
        columns["run"] = (cells[0][0], *(look.quote(row[0][: _run_digits(row[0])]) for row in rows))
    for head in dispensable:
        if _width(columns) > look.columns:
            del columns[head]
    lines = [Text() for _ in cells]
    for column in columns.values():
        size = _size(column)
        for line, piece in zip(lines, column, strict=True):
            piece.pad_right(size - piece.cell_len + _GAP)
            line.append_text(piece)
    lines[0].stylize("dim")
    return lines


def _run_digits(run: str) -> int:
    """Return how many characters of a run's id are shown where there is little room."""
    return run.rfind("-") + 1 + _SHORT_RUN


def _width(columns: Mapping[str, Sequence[Text]]) -> int:
    return sum(_size(column) + _GAP for column in columns.values()) - _GAP


def _size(column: Sequence[Text]) -> int:
    return max(piece.cell_len for piece in column)
