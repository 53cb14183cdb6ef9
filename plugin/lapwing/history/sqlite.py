"""Where is a SQLite history, and how is it opened so that nothing is lost?

A new store is made whole beside its place and then linked to it, so a store is never seen half-made: a file that is
empty or torn is damage, and is never started over.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

from lapwing.history.own_folder import make_folder
from lapwing.history.refusals import damaged, unwritable
from lapwing.history.sql import WRITING, SqlStore, create_tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_SMALLEST: Final = 512
"""Bytes of SQLite's smallest page. It takes a shorter file for an empty database, and would begin anew in it."""

PATIENCE: Final = 30.0
"""Seconds to wait for another process's write; a run of 1,000 benchmarks holds the lock for less than 0.05 s."""


def open_sqlite(path: Path, *, patience: float = PATIENCE) -> SqlStore:
    """Return the store in the file ``path``, which need not exist; it is made by the first append."""
    place = str(path)
    engine = _engine(path, patience=patience)

    def exists() -> bool:
        # os.stat and not Path.exists, which on Python 3.10 to 3.14 calls "not allowed to look" not there.
        try:
            found = os.stat(path)  # noqa: PTH116 - see above
        except FileNotFoundError:
            return False
        if not path.is_file():
            raise unwritable(place, "it is a folder or a device, not a file")
        if found.st_size < _SMALLEST:
            raise damaged(place, f"its file has {found.st_size} bytes, and an empty history has more")
        return True

    def create() -> None:
        if not exists():
            make_folder(path.parent)
            _make_file(path, patience=patience)

    def tidy() -> None:
        # The runs are gone whether or not their pages can be given back now.
        with suppress(sqlite3.Error), closing(_connect(path, patience=patience)) as driver:
            driver.executescript("PRAGMA incremental_vacuum")  # execute() takes one step of it, one page

    return SqlStore(engine, place=place, exists=exists, create=create, tidy=tidy)


def _engine(path: Path, *, patience: float) -> Engine:
    # No pool: the file of a store at rest is one file, without a write-ahead log beside it.
    engine = create_engine("sqlite://", creator=lambda: _connect(path, patience=patience), poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: a transaction that first reads and then writes could not wait for another writer.
        writing = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _connect(path: Path, *, patience: float) -> sqlite3.Connection:
    uri = path.absolute().as_uri()
    # In a folder that cannot be written SQLite cannot make the files it coordinates by, but the store can be read.
    writable = os.access(path.parent, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
    if not writable and not Path(f"{path}-wal").exists():
        uri += "?mode=ro&immutable=1"
    else:
        uri += "?mode=rw"
    connection = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        # FULL: what was acknowledged outlives a power cut. The two others guard against files someone else made.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        # Bytes that are no UTF-8 come as text that no reader takes, and spoil their own row only.
        connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
        connection.create_function("sha256", 1, _sha256, deterministic=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _sha256(content: object) -> bytes | None:
    """Do what PostgreSQL has a function of the same name for."""
    return sha256(content).digest() if isinstance(content, bytes) else None


def _make_file(path: Path, *, patience: float) -> None:
    """Make an empty store at ``path`` unless another process is first."""
    beside = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        with closing(sqlite3.connect(beside, isolation_level=None)) as driver:
            # So that a removal can give pages back; stores of version 1 keep theirs and fill them again.
            driver.execute("PRAGMA auto_vacuum = INCREMENTAL")
            driver.execute("PRAGMA journal_mode = WAL")
        engine = _engine(beside, patience=patience)
        with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            create_tables(connection)
        engine.dispose()
        _put_in_place(beside, path)
    finally:
        for left in (beside, Path(f"{beside}-wal"), Path(f"{beside}-shm")):
            left.unlink(missing_ok=True)


def _put_in_place(beside: Path, path: Path) -> None:
    try:
        os.link(beside, path)
    except FileExistsError:
        return
    except (OSError, NotImplementedError):
        # A file system without hard links: made in one write, and only where there is nothing.
        with suppress(FileExistsError), path.open("xb") as file:
            file.write(beside.read_bytes())
