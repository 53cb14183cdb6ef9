"""Where is a PostgreSQL history, and how is it opened so that writers do not race and readers do not wait?

A transaction that writes takes one advisory lock first: two appends never give the same number, and sixteen processes
that find no store make one. Who only reads sees one snapshot and waits for nobody. Everything is set within the
transaction and nothing is prepared, so that a pooler such as PgBouncer may stand in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event, inspect

from lapwing.errors import StoreError
from lapwing.history import tables
from lapwing.history.postgres_url import read_url
from lapwing.history.refusals import refusals
from lapwing.history.sql import WRITING, SqlStore, create_tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from lapwing.history.postgres_url import Address

PATIENCE: Final = 30.0
"""Seconds to wait for another process's write; one run of 1,000 benchmarks holds the lock for less than 0.2 s."""

_CONNECT_PATIENCE: Final = 10
"""Seconds to wait for the server to answer, unless the URL or PGCONNECT_TIMEOUT says otherwise."""

_LONGEST: Final = 600
"""Seconds that one statement may take; the longest, which looks for damage, takes 0.1 s for 50 large runs."""

_IDLE: Final = 120
"""Seconds after which the server ends a transaction whose client does nothing: a laptop that went to sleep."""

_OLDEST: Final = 12
"""The oldest server that is known to do; 11, the first with ``sha256``, is no longer maintained."""


def open_postgres(url: str, *, patience: float = PATIENCE) -> SqlStore:
    """Return the store in the database at ``url`` (see :mod:`lapwing.history.postgres_url`).

    Nothing is asked of the server yet. The first append makes the tables, and the schema that the URL names, where
    there are none.

    Raises:
        UsageError: ``bad-store-url``, ``no-postgres-extra``.
    """
    address = read_url(url)
    engine = _engine(address, patience=patience)
    seen = False

    def exists() -> bool:
        nonlocal seen
        if not seen:
            with engine.connect() as connection, connection.begin():
                _require_new_enough(connection, address.place)
                seen = _has_store(connection)
        return seen

    def create() -> None:
        if not exists():
            with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
                # Asked again under the lock: another process may have been first.
                if not _has_store(connection):
                    _create(connection, address)

    with refusals(address.place):
        return SqlStore(engine, place=address.place, exists=exists, create=create)


def _engine(address: Address, *, patience: float) -> Engine:
    import psycopg  # noqa: PLC0415 - read_url has told whether it is there

    def connect() -> psycopg.Connection[Any]:
        options: dict[str, Any] = {"connect_timeout": _CONNECT_PATIENCE} if _no_timeout() else {}
        # Keepalives: a server that is gone without a word is noticed within a minute.
        options |= {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
        options |= {"application_name": "lapwing", "client_encoding": "utf8"} | dict(address.options)
        # Prepared statements outlive the transaction, and so break behind a pooler.
        return psycopg.connect(**options, prepare_threshold=None)

    # One connection, asked whether it still lives: a run may be measured for an hour between reading and appending.
    engine = create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=1,
        pool_pre_ping=True,
        use_native_hstore=False,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING)
        mode = "READ COMMITTED" if writing else "REPEATABLE READ, READ ONLY"
        connection.exec_driver_sql(
            f"SET TRANSACTION ISOLATION LEVEL {mode};"
            f" SET LOCAL lock_timeout = {int(patience * 1_000)};"
            f" SET LOCAL statement_timeout = {_LONGEST * 1_000};"
            f" SET LOCAL idle_in_transaction_session_timeout = {_IDLE * 1_000};" + _search_path(address.schema)
        )
        if writing:
            # Let go of by the end of the transaction, whatever ends it. Of two schemas each has its own.
            connection.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(hashtextextended('lapwing ' || coalesce(current_schema(), ''), 0))"
            )

    return engine


def _no_timeout() -> bool:
    from os import environ  # noqa: PLC0415 - asked when a connection is made

    return "PGCONNECT_TIMEOUT" not in environ


def _search_path(schema: str | None) -> str:
    return f" SET LOCAL search_path = {_quoted(schema)};" if schema else ""


def _quoted(name: str) -> str:
    """Return a name as SQL has it; % is the driver's own mark."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def _has_store(connection: Connection) -> bool:
    return bool(inspect(connection).has_table(tables.state.name))


def _require_new_enough(connection: Connection, place: str) -> None:
    version = int((connection.dialect.server_version_info or (_OLDEST,))[0])
    if version < _OLDEST:
        raise StoreError(
            "server-too-old",
            f"The server of {place} is PostgreSQL {version}, and {_OLDEST} is the oldest that Lapwing works with.",
            remedy="use a newer server, or keep the history in a file or on a branch.",
        )


def _create(connection: Connection, address: Address) -> None:
    """Make the tables, within the transaction that holds the lock.

    Raises:
        StoreError: ``not-a-store``, a table of something else has a name that is ours; ``bad-encoding``.
    """
    if address.schema:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {_quoted(address.schema)}")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        raise StoreError(
            "bad-encoding",
            f"The database {address.place} has the encoding {encoding}, and names of benchmarks need UTF8.",
            remedy="make a database with ENCODING 'UTF8' TEMPLATE template0.",
        )
    there = inspect(connection)
    taken = sorted(table.name for table in tables.metadata.sorted_tables if there.has_table(table.name))
    if taken:
        raise StoreError(
            "not-a-store",
            f"{address.place} has a table {taken[0]!r} of something else, and is not a Lapwing history.",
            remedy="add ?schema=lapwing to the URL; the schema is made where there is none.",
        )
    create_tables(connection)
