"""Keep runs in a SQL database. What belongs to one database alone is in ``sqlite.py`` and ``postgres.py``.

A run is written in one transaction, once, and never changed. Nothing here repairs or replaces what it cannot read.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, false, func, inspect, select

from lapwing.errors import StoreError, UsageError
from lapwing.history import stretches, tables
from lapwing.history.damage import damaged_records
from lapwing.history.index import read_recorded
from lapwing.history.migrations import GATHERED, migrate
from lapwing.history.parts import parts
from lapwing.history.record import Packed, damaged_run, pack, points, unpack
from lapwing.history.refusals import refusals
from lapwing.history.summaries import read_summaries
from lapwing.history.texts import is_text
from lapwing.history.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from sqlalchemy import Connection, Engine

    from lapwing.model import Recorded, Run, RunSummary, RunWarning

WRITING: Final = "lapwing_writing"
"""The execution option that marks a transaction that will write, so that an engine can lock from its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """A connection that sees one state of the store throughout, and the version of its tables."""

    connection: Connection
    version: int


class SqlStore:
    """A :class:`~lapwing.ports.HistoryStore` over SQLAlchemy Core.

    ``place`` names the store to a person. ``exists`` tells whether there is a store yet: reading where there is none
    finds nothing and creates nothing. ``create`` makes an empty one where there is none. ``tidy`` is called after a
    removal, to give back the space.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        place: str,
        exists: Callable[[], bool],
        create: Callable[[], None],
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._place = place
        self._exists = exists
        self._create = create
        self._tidy = tidy

    def append(self, runs: Iterable[Run]) -> int:
        """Store the runs in one transaction and return how many were new; idempotent by run id.

        Without a run the store is made and found to be writable, and that is all.

        Raises:
            StoreError: none of them is stored. ``store-unwritable``, ``store-locked``, ``disk-full``, ``store-damaged``
                or ``store-too-new``; of a server also ``remote-unreachable``, ``login-refused`` or ``no-database``.
            UsageError: a run that cannot be stored (see :func:`lapwing.history.schema.encode`).
        """
        # Packed before the transaction begins, so that the lock is held for the writing alone.
        packed = {run.id: (run, pack(run), points(run)) for run in runs}
        with refusals(self._place):
            self._create()
        with self._writing() as connection:
            known = _known_ids(connection, tuple(packed))
            new = [entry for run_id, entry in packed.items() if run_id not in known]
            writer = Writer(connection, place=self._place)
            for run, document, its_points in new:
                writer.write(run, document, its_points)
            if not new:
                # Asked for nothing, a server still tells whether it may be written.
                connection.execute(tables.run.insert().from_select(["id"], select(tables.run.c.id).where(false())))
        return len(new)

    def runs(self) -> tuple[RunSummary, ...]:
        """Return what there is, in the order of storing. Raises :class:`~lapwing.errors.StoreError`.

        A row that holds no run is left out; :meth:`damaged` names it.
        """
        with self._reading() as reading:
            if reading is None:
                return ()
            return tuple(summary for _, summary in read_summaries(reading.connection) if summary)

    def load(self, run_id: str) -> Run:
        """Return one run whole.

        Raises:
            StoreDamaged: ``run-damaged``, its record is damaged.
            StoreTooNew: ``run-too-new``.
            UsageError: ``no-such-run``.
        """
        with self._reading() as reading:
            if reading and _known_ids(reading.connection, (run_id,)):
                packed = _packed(reading.connection, run_id)
                if packed is None:
                    raise damaged_run(run_id, "its document is gone")
                return unpack(run_id, packed)
        raise UsageError(
            "no-such-run",
            f"There is no run {run_id[:60]!r} in the history {self._place}.",
            remedy="list the runs there are with 'lapwing history list'.",
        )

    def recorded(
        self,
        *,
        machine: str | None = None,
        metrics: Collection[str] | None = None,
        benchmarks: Collection[str] | None = None,
    ) -> tuple[Recorded, ...]:
        """Return the value of every metric in every run, sorted by benchmark, metric and machine.

        Metrics recorded in two units are two entries. What is damaged is left out; :meth:`damaged` names it. Raises
        :class:`~lapwing.errors.StoreError`.
        """
        with self._reading() as reading:
            if reading is None:
                return ()
            found = read_recorded(
                reading.connection,
                machine=machine,
                metrics=metrics,
                benchmarks=benchmarks,
                gathered=reading.version >= GATHERED,
            )
            return tuple(found)

    def remove(self, runs: Collection[str]) -> int:
        """Remove the runs with these ids for good, in one transaction, and return how many there were.

        Unknown ids are none. A damaged record goes by its id too. Series and machines stay: they are few, and the next
        run has them.

        Raises:
            StoreError: none of them is removed; see :meth:`append`.
        """
        with refusals(self._place):
            if not runs or not self._exists():
                return 0
        with self._writing() as connection:
            numbers = _numbers(connection, tuple(set(runs)))
            for column in (tables.values.c.run, tables.document.c.run, tables.run.c.sequence):
                for some in parts(numbers):
                    connection.execute(delete(column.table).where(column.in_(some)))
            stretches.forget(connection, numbers)
        with refusals(self._place):
            self._tidy()
        return len(numbers)

    def sizes(self) -> dict[str, int]:
        """Return the bytes that each run takes, by run id, damaged ones too: its document and its values, packed."""
        run, document, values = tables.run, tables.document, tables.values
        size = func.coalesce(func.length(document.c.body), 0) + func.coalesce(func.length(values.c.block), 0)
        statement = (
            select(run.c.id, size)
            .join(document, document.c.run == run.c.sequence, isouter=True)
            .join(values, values.c.run == run.c.sequence, isouter=True)
            .order_by(run.c.sequence)
        )
        with self._reading() as reading:
            rows = reading.connection.execute(statement).all() if reading else ()
        return {run_id: size for run_id, size in rows if is_text(run_id)}

    def damaged(self) -> tuple[RunWarning, ...]:
        """Return a warning for each record that cannot be read; the records are kept and left alone.

        The database reads every document once (0.8 s for each GB), since a flipped bit shows nowhere else.
        """
        with self._reading() as reading:
            return tuple(damaged_records(reading.connection, self._place)) if reading else ()

    def close(self) -> None:
        """Let go of files and connections."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a connection that nobody else writes beside, in one transaction; older tables are brought up to date."""
        with (
            refusals(self._place),
            self._engine.connect().execution_options(**{WRITING: True}) as connection,
            connection.begin(),
        ):
            self._require_store(connection)
            migrate(connection, place=self._place)
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[_Reading | None]:
        """Give a connection that sees one state of the store throughout, or None where there is no store yet."""
        with refusals(self._place):
            if not self._exists():
                yield None
                return
            with self._engine.connect() as connection, connection.begin():
                self._require_store(connection)
                yield _Reading(connection=connection, version=migrate(connection, place=self._place, dry=True))

    def _require_store(self, connection: Connection) -> None:
        if not inspect(connection).has_table(tables.state.name):
            raise StoreError(
                "not-a-store",
                f"{self._place} is a database of something else, not a Lapwing history.",
                remedy="choose another place with --perf-store.",
            )


def create_tables(connection: Connection) -> None:
    """Make the tables of an empty store."""
    tables.metadata.create_all(connection)
    connection.execute(tables.state.insert().values(schema=tables.SCHEMA))


def _known_ids(connection: Connection, ids: tuple[str, ...]) -> set[str]:
    known: set[str] = set()
    for some in parts(ids):
        known.update(connection.execute(select(tables.run.c.id).where(tables.run.c.id.in_(some))).scalars())
    return known


def _numbers(connection: Connection, ids: tuple[str, ...]) -> list[int]:
    """Return the sequence numbers of those runs that there are."""
    return [
        number
        for some in parts(ids)
        for number in connection.execute(select(tables.run.c.sequence).where(tables.run.c.id.in_(some))).scalars()
    ]


def _packed(connection: Connection, run_id: str) -> Packed | None:
    table = tables.document
    row = connection.execute(
        select(table.c.length, table.c.digest, table.c.body)
        .join(tables.run, tables.run.c.sequence == table.c.run)
        .where(tables.run.c.id == run_id)
    ).first()
    if row is None:
        return None
    if not isinstance(row.digest, bytes) or not isinstance(row.body, bytes):
        raise damaged_run(run_id, "its document is not bytes")
    return Packed(length=row.length, digest=row.digest, body=row.body)
