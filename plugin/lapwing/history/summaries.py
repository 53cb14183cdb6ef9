"""Which runs are there? Read from the table of runs, without a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lapwing.errors import LapwingError
from lapwing.history import tables
from lapwing.history.texts import text_of
from lapwing.model import Commit, Machine, RunSummary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection


def read_summaries(connection: Connection) -> Iterator[tuple[int, RunSummary | None]]:
    """Yield the number and the summary of each run in the order of storing; None where the row holds none.

    A database that someone else wrote may hold anything in any column; whatever does not make a noun is damage.
    """
    run, machine = tables.run.c, tables.machine.c
    chosen = (
        select(
            run.sequence,
            run.id,
            run.sha,
            run.dirty,
            run.date,
            run.subject,
            run.branch,
            run.started_at,
            run.benchmarks,
            run.failures,
            run.complete,
            run.source,
            machine.cpu,
            machine.cpu_count,
            machine.os,
            machine.arch,
            machine.interpreter,
            machine.label,
        )
        .join(tables.machine, run.machine == machine.id, isouter=True)
        .order_by(run.sequence)
    )
    known: dict[tuple[object, ...], Machine] = {}
    for row in connection.execute(chosen):
        yield row[0], _summary(row, known)


def _summary(row: Sequence[Any], known: dict[tuple[object, ...], Machine]) -> RunSummary | None:
    _, run_id, sha, dirty, date, subject, branch, started_at, benchmarks, failures, complete, source, *columns = row
    try:
        commit = Commit(
            sha=text_of(sha),
            dirty=bool(dirty),
            date=None if date is None else float(date),
            subject=text_of(subject),
            branch=text_of(branch),
        )
        return RunSummary(
            id=text_of(run_id),
            commit=commit,
            machine=_machine(tuple(columns), known),
            started_at=float(started_at),
            benchmarks=int(benchmarks),
            failures=int(failures),
            complete=bool(complete),
            source=text_of(source),
        )
    except (TypeError, ValueError, OverflowError, LapwingError):
        return None


def _machine(columns: tuple[Any, ...], known: dict[tuple[object, ...], Machine]) -> Machine:
    """Return the machine of a row, the one in ``known`` where it is there: of 2,000 rows most have the same."""
    found = known.get(columns)
    if found is None:
        cpu, count, system, arch, interpreter, label = columns
        found = known[columns] = Machine(
            cpu=text_of(cpu),
            cpu_count=int(count),
            os=text_of(system),
            arch=text_of(arch),
            interpreter=text_of(interpreter),
            label=text_of(label),
        )
    return found
