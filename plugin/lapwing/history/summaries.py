"""Which runs are there? Read from the table of runs, without a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lapwing.errors import LapwingError
from lapwing.history import tables
from lapwing.history.texts import text_of
from lapwing.model import Commit, Machine, RunSummary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row, RowMapping


def read_summaries(connection: Connection) -> Iterator[tuple[int, RunSummary | None]]:
    """Yield the number and the summary of each run in the order of storing; None where the row holds none.

    A database that someone else wrote may hold anything in any column; whatever does not make a noun is damage.
    """
    run, machine = tables.run, tables.machine
    chosen = select(run, machine).join(machine, run.c.machine == machine.c.id, isouter=True).order_by(run.c.sequence)
    known: dict[tuple[object, ...], Machine] = {}
    for row in connection.execute(chosen):
        yield row[0], _summary(row, known)


def _summary(row: Row[tuple[object, ...]], known: dict[tuple[object, ...], Machine]) -> RunSummary | None:
    values = row._mapping  # noqa: SLF001 - the documented way to a row's columns by name
    try:
        commit = Commit(
            sha=text_of(values["sha"]),
            dirty=bool(values["dirty"]),
            date=None if values["date"] is None else float(values["date"]),
            subject=text_of(values["subject"]),
            branch=text_of(values["branch"]),
        )
        return RunSummary(
            id=text_of(values["id"]),
            commit=commit,
            machine=_machine(values, known),
            started_at=float(values["started_at"]),
            benchmarks=int(values["benchmarks"]),
            failures=int(values["failures"]),
            complete=bool(values["complete"]),
            source=text_of(values["source"]),
        )
    except (TypeError, ValueError, OverflowError, LapwingError):
        return None


def _machine(values: RowMapping, known: dict[tuple[object, ...], Machine]) -> Machine:
    """Return the machine of a row, the one in ``known`` where it is there: of 2,000 rows most have the same."""
    columns = tuple(values[name] for name in ("cpu", "cpu_count", "os", "arch", "interpreter", "label"))
    if columns not in known:
        cpu, count, *rest = columns
        system, arch, interpreter, label = map(text_of, rest)
        known[columns] = Machine(
            cpu=text_of(cpu), cpu_count=int(count), os=system, arch=arch, interpreter=interpreter, label=label
        )
    return known[columns]
