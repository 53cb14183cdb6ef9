"""How is one series read without all the others? From its stretches, which hold its values in up to 64 runs each.

A run is appended as one block, since that is quick; every 64th run of a machine gathers the values of all its series
from the blocks of the last 64 into a stretch for each. A stretch holds nothing that the blocks do not: it is made again
where a run of it is removed, and where one is damaged the blocks are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import delete, func, select

from lapwing.history import tables
from lapwing.history.blocks import MOST_NUMBER, block_of, from_block, is_whole, points_of
from lapwing.history.parts import parts
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
    numbers = _waiting(connection, machine)
    whole = len(numbers) // RUNS * RUNS
    for start in range(0, whole, RUNS):
        _write(connection, machine, after=numbers[start] - 1, last=numbers[start + RUNS - 1])
    return len(numbers) - whole


def forget(connection: Connection, runs: Collection[int]) -> None:
    """Make those stretches again that hold any of ``runs``, which have been removed already."""
    gathering, series, stretch = tables.gathering, tables.series, tables.stretch
    gone = np.array(sorted(runs), dtype=np.int64)
    rows = connection.execute(select(gathering.c.machine, gathering.c.last).order_by(*gathering.c)).all()
    before = ("", 0)
    for machine, last in rows:
        after = before[1] if before[0] == machine else 0
        before = (machine, last)
        if np.searchsorted(gone, after, "right") == np.searchsorted(gone, last, "right"):
            continue
        ours = select(series.c.id).where(series.c.machine == machine)
        connection.execute(delete(stretch).where(stretch.c.last == last, stretch.c.series.in_(ours)))
        connection.execute(delete(gathering).where(gathering.c.machine == machine, gathering.c.last == last))
        run = tables.run.c
        left = select(run.sequence).where(run.machine == machine, run.sequence > after, run.sequence <= last)
        if connection.execute(left.limit(1)).first():
            _write(connection, machine, after=after, last=last)


def read(connection: Connection, kinds: Sequence[Kind]) -> Values | None:
    """Read the values of ``kinds`` alone; None where a stretch of them is damaged."""
    table = tables.stretch.c
    wanted = np.array([kind.number for kind in kinds], dtype=np.int64)
    found = []
    for some in parts(wanted.tolist()):
        chosen = select(table.series, table.check, table.block).where(table.series.in_(some))
        rows = connection.execute(chosen.order_by(table.series, table.last)).all()
        if not all(is_whole(block, check) for _, check, block in rows):
            return None
        numbers, points = labelled([(number, from_block(block)) for number, _, block in rows])
        found.append(Values(series=numbers, run=points["number"], value=points["value"], error=points["error"]))
    for machine in sorted({kind.machine for kind in kinds}):
        waiting = read_runs(connection, machine=machine, after=_gathered(connection, machine))
        found.append(chosen_of(waiting, np.isin(waiting.series, wanted)))
    if not found:
        return None
    values = joined(found)
    # Stable, by run: where the fingerprint of a series went to and fro, its values are in the stretches of two numbers.
    return chosen_of(values, np.argsort(values.run, kind="stable"))


def _waiting(connection: Connection, machine: str) -> list[int]:
    """Return the sequence numbers of the runs that wait, sorted."""
    run = tables.run.c
    # A block has 31 bits for the number of a run; what lies beyond is read by run.
    after = run.sequence.between(_gathered(connection, machine) + 1, MOST_NUMBER)
    chosen = select(run.sequence).where(run.machine == machine, after).order_by(run.sequence)
    return list(connection.execute(chosen).scalars())


def _gathered(connection: Connection, machine: str) -> int:
    """Return the sequence number of the last run that is in stretches, 0 for none."""
    table = tables.gathering.c
    last = connection.execute(select(func.max(table.last)).where(table.machine == machine)).scalar()
    return last if isinstance(last, int) else 0


def _write(connection: Connection, machine: str, *, after: int, last: int) -> None:
    """Gather the machine's runs above ``after`` and up to ``last``."""
    values = read_runs(connection, machine=machine, after=after, last=last)
    rows: list[dict[str, Any]] = []
    if len(values.run):
        # Stable, so that the order of storing stays within each series.
        ordered = chosen_of(values, np.argsort(values.series, kind="stable"))
        points = points_of(ordered.run, ordered.value, ordered.error)
        ends = (np.flatnonzero(np.diff(ordered.series, append=-1)) + 1).tolist()
        for start, end in zip([0, *ends], ends, strict=False):
            block = block_of(points[start:end])
            rows.append(
                {"series": int(ordered.series[start]), "last": last, "check": block.check, "block": block.block}
            )
        connection.execute(tables.stretch.insert(), rows)
    connection.execute(tables.gathering.insert().values(machine=machine, last=last))
