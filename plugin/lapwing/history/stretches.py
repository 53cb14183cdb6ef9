"""How is one series read without all the others? From its stretches, which hold its values in up to 64 runs each.

A run is appended as one block, since that is quick; every 64th run of a machine gathers the values of all its series
from the blocks of the last 64 into a stretch for each. A stretch holds nothing that the blocks do not: it is made again
where a run of it is removed, and where one is damaged the blocks are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import delete, select

from lapwing.history import tables
from lapwing.history.blocks import MOST_NUMBER, block_of, check_of, is_whole, points_of
from lapwing.history.parts import parts
from lapwing.history.texts import is_text
from lapwing.history.values import Values, chosen_of, joined, labelled, read_runs

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from lapwing.history.kinds import Kind

RUNS: Final = 64
"""Runs in a stretch. Gathering 2,000 series takes 0.05 s then, and the 63 runs that wait at most are read in 4 ms."""


def waiting(connection: Connection, machine: str) -> int:
    """Return how many runs of ``machine`` are in no stretch yet."""
    return len(_waiting(connection, machine))


def gather(connection: Connection, machine: str) -> int:
    """Gather the runs of ``machine`` that wait, 64 at a time, and return how many still wait."""
    if _gathered(connection, machine) is None:
        # Nobody can tell what is in stretches, and all of it is in the blocks.
        _drop(connection, machine, after=0, last=MOST_NUMBER)
    numbers = _waiting(connection, machine)
    whole = len(numbers) // RUNS * RUNS
    for start in range(0, whole, RUNS):
        _write(connection, machine, after=numbers[start] - 1, last=numbers[start + RUNS - 1])
    return len(numbers) - whole


def forget(connection: Connection, runs: Collection[int]) -> None:
    """Make those stretches again that hold any of ``runs``, which have been removed already."""
    table, run = tables.gathering.c, tables.run.c
    gone = np.array(sorted(runs), dtype=np.int64)
    rows = connection.execute(select(table.machine, table.last).order_by(table.machine, table.last)).all()
    before = ("", 0)
    for machine, last in rows:
        if not is_text(machine) or not isinstance(last, int):
            continue
        after = before[1] if before[0] == machine else 0
        before = (machine, last)
        if np.searchsorted(gone, after, "right") == np.searchsorted(gone, last, "right"):
            continue
        left = select(run.sequence).where(run.machine == machine, run.sequence > after, run.sequence <= last)
        if connection.execute(left.limit(1)).first():
            _write(connection, machine, after=after, last=last)
        else:
            _drop(connection, machine, after=after, last=last)


def read(connection: Connection, kinds: Sequence[Kind]) -> Values | None:
    """Read the values of ``kinds`` alone; None where a stretch of them, or what tells which there are, is damaged."""
    table = tables.stretch.c
    found = []
    for machine in sorted({kind.machine for kind in kinds}):
        last = _gathered(connection, machine)
        if last is None:
            return None
        numbers = [kind.number for kind in kinds if kind.machine == machine]
        for some in parts(numbers):
            chosen = select(table.series, table.last, table.check, table.block).where(table.series.in_(some))
            rows = connection.execute(chosen.where(table.last <= last).order_by(table.series, table.last)).all()
            if not all(is_whole(row.block, row.check, key=_key(row.series, row.last)) for row in rows):
                return None
            series, points = labelled([(row.series, row.block) for row in rows])
            found.append(Values(series=series, run=points["number"], value=points["value"], error=points["error"]))
        waiting = read_runs(connection, machine=machine, after=last)
        found.append(chosen_of(waiting, np.isin(waiting.series, numbers)))
    values = joined(found)
    # Stable, by run: where the fingerprint of a series went to and fro, its values are in the stretches of two numbers.
    return chosen_of(values, np.argsort(values.run, kind="stable"))


def _key(*parts: object) -> str:
    """Return what the check of a row is taken over, besides its block."""
    return " ".join(map(str, parts))


def _waiting(connection: Connection, machine: str) -> list[int]:
    """Return the sequence numbers of the runs that wait, sorted."""
    run = tables.run.c
    # A block has 31 bits for the number of a run; what lies beyond is read by run.
    after = run.sequence.between((_gathered(connection, machine) or 0) + 1, MOST_NUMBER)
    chosen = select(run.sequence).where(run.machine == machine, after).order_by(run.sequence)
    return list(connection.execute(chosen).scalars())


def _gathered(connection: Connection, machine: str) -> int | None:
    """Return the sequence number of the last run that is in stretches, 0 for none, and None where that is damaged."""
    table = tables.gathering.c
    rows = connection.execute(select(table.last, table.check).where(table.machine == machine)).all()
    if not all(isinstance(last, int) and check_of(b"", key=_key(machine, last)) == check for last, check in rows):
        return None
    return max((last for last, _ in rows), default=0)


def _drop(connection: Connection, machine: str, *, after: int, last: int) -> None:
    """Remove the machine's stretches above ``after`` and up to ``last``."""
    gathering, series, stretch = tables.gathering, tables.series, tables.stretch
    ours = select(series.c.id).where(series.c.machine == machine)
    within = (stretch.c.last > after, stretch.c.last <= last)
    connection.execute(delete(stretch).where(stretch.c.series.in_(ours), *within))
    within = (gathering.c.last > after, gathering.c.last <= last)
    connection.execute(delete(gathering).where(gathering.c.machine == machine, *within))


def _write(connection: Connection, machine: str, *, after: int, last: int) -> None:
    """Gather the machine's runs above ``after`` and up to ``last``, in the place of what may be left there."""
    _drop(connection, machine, after=after, last=last)
    values = read_runs(connection, machine=machine, after=after, last=last)
    rows: list[dict[str, Any]] = []
    if len(values.run):
        # Stable, so that the order of storing stays within each series.
        ordered = chosen_of(values, np.argsort(values.series, kind="stable"))
        points = points_of(ordered.run, ordered.value, ordered.error)
        ends = (np.flatnonzero(np.diff(ordered.series, append=-1)) + 1).tolist()
        for start, end in zip([0, *ends], ends, strict=False):
            number = int(ordered.series[start])
            block = block_of(points[start:end], key=_key(number, last))
            rows.append({"series": number, "last": last, "check": block.check, "block": block.block})
        connection.execute(tables.stretch.insert(), rows)
    check = check_of(b"", key=_key(machine, last))
    connection.execute(tables.gathering.insert().values(machine=machine, last=last, check=check))
