"""Which rows does a run become? Written within one transaction, that of the append."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from lapwing.history import stretches, tables
from lapwing.history.blocks import to_block
from lapwing.history.refusals import damaged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from lapwing.history.record import Packed, Point
    from lapwing.model import Machine, Run

_SERIES = tables.series.c
_KEY = (_SERIES.benchmark, _SERIES.metric, _SERIES.symbol, _SERIES.better, _SERIES.noise, _SERIES.fingerprint)
_MOST_SERIES = 2**31 - 2**20
"""A block has 31 bits for the number of a series; the rest is room for what one append adds."""

_KEY_NAMES = tuple(column.name for column in _KEY)


class Writer:
    """Writes runs, remembering between them which machines and series there are already.

    Numbers are given here and not by the database, which would take a round trip each; one transaction writes at a
    time.
    """

    def __init__(self, connection: Connection, *, place: str) -> None:
        self._connection = connection
        self._place = place
        self._series: dict[str, dict[tuple[str, ...], int]] = {}
        self._next = 0
        self._waiting: dict[str, int] = {}

    def write(self, run: Run, packed: Packed, points: Sequence[Point]) -> None:
        """Write one run: its summary, its document and its values."""
        if run.machine.id not in self._series:
            self._series[run.machine.id] = self._known_series(run.machine)
        sequence = self._write_summary(run)
        self._connection.execute(
            tables.document.insert().values(run=sequence, length=packed.length, digest=packed.digest, body=packed.body)
        )
        numbers = self._numbers(run.machine.id, points)
        block = to_block((n, point.value, point.error) for n, point in zip(numbers, points, strict=True))
        self._connection.execute(tables.values.insert().values(run=sequence, check=block.check, block=block.block))
        self._gather(run.machine.id)

    def _gather(self, machine: str) -> None:
        """Count the runs of ``machine`` that are in no stretch, and gather them where they are enough."""
        if machine in self._waiting:
            self._waiting[machine] += 1
        else:
            self._waiting[machine] = stretches.waiting(self._connection, machine)
        if self._waiting[machine] >= stretches.RUNS:
            self._waiting[machine] = stretches.gather(self._connection, machine)

    def _known_series(self, machine: Machine) -> dict[tuple[str, ...], int]:
        """Return the numbers of the machine's series, having written the machine if it is new."""
        table = tables.machine
        if self._connection.execute(select(table.c.id).where(table.c.id == machine.id)).first() is None:
            self._connection.execute(
                table.insert().values(
                    id=machine.id,
                    cpu=machine.cpu,
                    cpu_count=machine.cpu_count,
                    os=machine.os,
                    arch=machine.arch,
                    interpreter=machine.interpreter,
                    label=machine.label,
                )
            )
        rows = self._connection.execute(select(_SERIES.id, *_KEY).where(_SERIES.machine == machine.id))
        return {tuple(row[1:]): self._checked(row[0]) for row in rows}

    def _checked(self, number: object) -> int:
        """Return the number of a series, which in a database that is damaged may be anything."""
        if not isinstance(number, int) or not 0 < number < _MOST_SERIES:
            raise damaged(self._place, f"a series has the number {number!r:.40}")
        return number

    def _write_summary(self, run: Run) -> int:
        commit = run.commit
        result = self._connection.execute(
            tables.run.insert().values(
                id=run.id,
                machine=run.machine.id,
                sha=commit.sha,
                dirty=commit.dirty,
                date=commit.date,
                subject=commit.subject,
                branch=commit.branch,
                started_at=run.started_at,
                benchmarks=len(run.declared),
                # What was skipped did not fail.
                failures=sum(failure.kind != "skipped" for failure in run.failures),
                complete=run.complete,
                source=run.source,
            )
        )
        (sequence,) = result.inserted_primary_key or (0,)
        return int(sequence)

    def _numbers(self, machine: str, points: Sequence[Point]) -> list[int]:
        """Return the number of each point's series, giving new series a number."""
        known = self._series[machine]
        keys = [
            (p.metric.benchmark, p.metric.name, p.unit.symbol, p.unit.better, p.unit.noise, p.fingerprint)
            for p in points
        ]
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            if not self._next:
                last = self._connection.execute(select(func.max(_SERIES.id))).scalar()
                self._next = 1 if last is None else self._checked(last) + 1
            known.update({key: number for number, key in enumerate(new, self._next)})
            self._next += len(new)
            self._connection.execute(
                tables.series.insert(),
                [{"id": known[key], "machine": machine, **dict(zip(_KEY_NAMES, key, strict=True))} for key in new],
            )
        return [known[key] for key in keys]
