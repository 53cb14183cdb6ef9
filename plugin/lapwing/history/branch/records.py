"""What does the branch hold, as far as this machine has looked? One row for each file of it, beside the index.

In the index's own SQLite file, so that the two go together: whoever loses one loses both, and both are made again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lapwing.history.refusals import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Status = Literal["new", "read", "bad", "strange", "changed", "lost"]
"""``new``: seen and not read yet. ``read``: in the index. ``bad``: cannot be read. ``strange``: no file of ours.

``changed``: the file was changed, the index has it as it was read first. ``lost``: in the index, and gone from the
branch without having been removed on purpose.
"""

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS branch_state (one INTEGER PRIMARY KEY CHECK (one = 1), tip TEXT NOT NULL, tree TEXT NOT NULL,
    reader INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS branch_record (
    path BLOB PRIMARY KEY, id TEXT, sha TEXT NOT NULL, status TEXT NOT NULL, size INTEGER, slug TEXT NOT NULL,
    message TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS branch_record_id ON branch_record (id);
CREATE INDEX IF NOT EXISTS branch_record_status ON branch_record (status);
CREATE TABLE IF NOT EXISTS branch_mark (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_FIELDS: Final = "path, id, sha, status, size, slug, message"
_MANY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One file of the branch: its path, the id that its name gives, its object, and what became of it."""

    path: bytes
    id: str | None
    sha: str
    status: Status
    size: int | None = None
    slug: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The commit and the tree that were looked at last, empty where there was no branch.

    ``reader`` is the version of run documents that was known then, 0 where nobody ever looked.
    """

    tip: str = ""
    tree: str = ""
    reader: int = 0


class Records:
    """The rows in the file ``path``; used by the holder of the lock alone, and read by everybody."""

    def __init__(self, path: Path, *, patience: float = 30.0) -> None:
        self._path = path
        self._patience = patience

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give one transaction. Raises :class:`~lapwing.errors.StoreError`."""
        with refusals(str(self._path)), closing(self._connect()) as connection:
            connection.executescript(_TABLES)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def seen(self) -> Seen:
        """Return what was looked at last."""
        with self._reading() as connection:
            row = connection.execute("SELECT tip, tree, reader FROM branch_state").fetchone() if connection else None
        return Seen(tip=str(row[0]), tree=str(row[1]), reader=int(row[2])) if row else Seen()

    def with_status(self, *statuses: Status) -> list[Record]:
        """Return the records of these kinds, by path."""
        places = ",".join("?" * len(statuses))
        return self._rows(f"WHERE status IN ({places}) ORDER BY path", statuses)

    def of_runs(self, ids: Iterable[str]) -> list[Record]:
        """Return the records of the runs with these ids, by path."""
        wanted, found = list(ids), []
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            places = ",".join("?" * len(some))
            found += self._rows(f"WHERE id IN ({places}) ORDER BY path", some)
        return found

    def at(self, paths: Iterable[bytes]) -> list[Record]:
        """Return the records at these paths."""
        wanted, found = list(paths), []
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            places = ",".join("?" * len(some))
            found += self._rows(f"WHERE path IN ({places})", some)
        return found

    def marked(self, ids: Iterable[str]) -> set[str]:
        """Return which of the runs were removed on purpose."""
        with self._reading() as connection:
            if connection is None:
                return set()
            found = (connection.execute("SELECT id FROM branch_mark WHERE id = ?", (one,)).fetchone() for one in ids)
            return {str(row[0]) for row in found if row}

    def all(self) -> list[Record]:
        """Return every record, by path."""
        return self._rows("ORDER BY path", ())

    def _rows(self, where: str, given: Iterable[object]) -> list[Record]:
        with self._reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(f"SELECT {_FIELDS} FROM branch_record {where}", tuple(given)).fetchall()  # noqa: S608
        return [record_of(row) for row in rows]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with refusals(str(self._path)):
            if not self._path.exists():
                yield None
                return
            with closing(self._connect()) as connection:
                known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'branch_state'").fetchone()
                yield connection if known else None

    def _connect(self) -> sqlite3.Connection:
        # Only where the file is: a connection must not make an empty one, which the index would take for damage.
        uri = f"{self._path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(uri, uri=True, timeout=self._patience, isolation_level=None)


def record_of(row: tuple[object, ...]) -> Record:
    """Return the record of one row."""
    path, run_id, sha, status, size, slug, message = row
    return Record(
        path=path if isinstance(path, bytes) else str(path).encode(),
        id=None if run_id is None else str(run_id),
        sha=str(sha),
        status=status,  # type: ignore[arg-type]  # written by us; whatever else it is, it is none of the kinds asked for
        size=size if isinstance(size, int) else None,
        slug=str(slug),
        message=str(message),
    )


def put(connection: sqlite3.Connection, records: Iterable[Record]) -> None:
    """Write records, in the place of what was at their paths."""
    connection.executemany(
        f"INSERT OR REPLACE INTO branch_record ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - our own names
        ((r.path, r.id, r.sha, r.status, r.size, r.slug, r.message) for r in records),
    )


def drop(connection: sqlite3.Connection, paths: Iterable[bytes]) -> None:
    """Forget the records at these paths."""
    connection.executemany("DELETE FROM branch_record WHERE path = ?", ((path,) for path in paths))


def set_seen(connection: sqlite3.Connection, seen: Seen) -> None:
    """Note what was looked at."""
    connection.execute("INSERT OR REPLACE INTO branch_state VALUES (1, ?, ?, ?)", (seen.tip, seen.tree, seen.reader))


def try_again(connection: sqlite3.Connection) -> None:
    """Have what was too new for an older Lapwing read once more."""
    connection.execute("UPDATE branch_record SET status = 'new' WHERE slug = 'run-too-new'")


def clear_marks(connection: sqlite3.Connection) -> None:
    """Forget all marks, to note those there are."""
    connection.execute("DELETE FROM branch_mark")


def set_marks(connection: sqlite3.Connection, *, came: Iterable[str], went: Iterable[str]) -> None:
    """Note marks of runs removed on purpose, and marks taken back."""
    connection.executemany("DELETE FROM branch_mark WHERE id = ?", ((one,) for one in went))
    connection.executemany("INSERT OR IGNORE INTO branch_mark VALUES (?)", ((one,) for one in came))
