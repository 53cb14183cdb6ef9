"""What does this machine know of the branch? Its files' names after a look, their content after a read.

Looking fetches the newest commit's folders and notes what came and went since the last look. Reading fetches the files
that are new, in one request, and puts their runs into the index, an SQLite history as any other.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import msgspec

from lapwing.errors import LapwingError, StoreDamaged, StoreError, StoreTooNew, UsageError
from lapwing.history.branch import layout, records
from lapwing.history.branch.objects import opened_objects
from lapwing.history.branch.packing import MAX_FILE, unpack_file
from lapwing.history.branch.plan import plan
from lapwing.history.branch.records import Record, Records, Seen
from lapwing.history.branch.telling import shown
from lapwing.history.branch.tree import FILE, FOLDER, BadTree, Entry, parse_tree
from lapwing.history.branch.walk import RUN_LEVELS, Changes, Walk
from lapwing.history.refusals import damaged
from lapwing.history.schema import SCHEMA
from lapwing.history.sqlite import open_sqlite

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from lapwing.history.branch.cache import Cache, Tip
    from lapwing.history.branch.objects import Objects
    from lapwing.history.branch.refusals import Refusals
    from lapwing.history.sql import SqlStore
    from lapwing.model import Run

INDEX: Final = "index.db"

_RUNS_AT_ONCE: Final = 100
_BYTES_AT_ONCE: Final = 4 * 2**20
"""Compressed bytes read before they are indexed: about 20 MB of documents, 200 MB as nouns."""

_NO_ROW: Final = (ArithmeticError, ValueError, TypeError, UsageError)
"""What a database or its driver raises for values that fit into no row of it."""

_MANY: Final = 5_000
"""From here on all rows are read at once and not by name."""


class _Marker(msgspec.Struct):
    format: str
    version: int


class Mirror:
    """What is known in ``folder`` of the branch that ``cache`` fetches; the lock's holder looks and reads."""

    def __init__(self, folder: Path, cache: Cache, refusals: Refusals) -> None:
        self.cache = cache
        self.folder = folder
        self._refusals = refusals
        self.index: SqlStore = open_sqlite(folder / INDEX)
        self.records = Records(folder / INDEX)

    def look(self) -> Tip | None:
        """Fetch the newest commit and note what came and went; return it, None where there is no branch.

        Raises:
            StoreError: what :class:`~lapwing.history.branch.cache.Cache` raises, ``not-a-store``, ``store-too-new``.
        """
        tip = self.cache.fetch_tip()
        try:
            self.note(tip)
        except StoreDamaged as error:
            if error.slug != "store-damaged":
                raise
            self._start_over()
            self.note(tip)
        return tip

    def read(self, *, newest: int | None = None) -> None:
        """Fetch and index what was seen and not read yet; of that the ``newest`` alone, by the days they began.

        Raises :class:`~lapwing.errors.StoreError`.
        """
        fresh = self.records.with_status("new")
        # Paths begin with the day, so they sort by it.
        fresh = fresh if newest is None else sorted(fresh, key=lambda record: record.path)[-newest:]
        if not fresh:
            return
        self.cache.fetch_files(record.sha for record in fresh)
        missing = self._index_all(fresh)
        if not missing:
            return
        # It may be our copy that is damaged, and the remote has them.
        self.cache.renew()
        self.cache.fetch_tip()
        self.cache.fetch_files(record.sha for record in missing)
        gone = self._index_all(missing)
        self._put([_bad(one, "run-damaged", "the remote does not have its content") for one in gone])

    def learn(self, commit: str, runs: Sequence[Run], contents: Mapping[str, bytes]) -> None:
        """Take in a commit of our own that the remote has: nothing of it needs to be fetched.

        Raises nothing of its own: what cannot be noted now is found by the next look.
        """
        with suppress(StoreError):
            self.note(self.cache.tip(commit))
            mine = {
                record.id: record for record in self.records.of_runs(contents) if record.status == "new" and record.id
            }
            self.index.append([run for run in runs if run.id in mine])
            self._put([replace(one, status="read", size=len(contents[run_id])) for run_id, one in mine.items()])

    def rebuild(self) -> None:
        """Make the index anew from the branch. Raises :class:`~lapwing.errors.StoreError`."""
        self._start_over()
        self.look()
        self.read()

    def there(self, ids: Collection[str]) -> set[str]:
        """Return which of these runs the branch has, readable or not."""
        found = self.records.of_runs(ids)
        return {record.id for record in found if record.id is not None and record.status != "lost"}

    def note(self, tip: Tip | None) -> None:
        """Note what differs between ``tip`` and what was seen last."""
        seen = self.records.seen()
        if tip is None and not seen.tree:
            return
        if tip is not None:
            self._require_ours(tip)
        if not seen.reader:
            self._require_index()
        now = Seen(tip=tip.sha if tip else "", tree=tip.tree if tip else "", reader=SCHEMA)
        if now == seen:
            return
        if now.tree == seen.tree:
            changes, marks, whole = Changes(), Changes(), False
        else:
            changes, marks, whole = self._changes(seen, tip)
        came, went = _names(marks)
        ids = {*filter(None, map(layout.id_of, [*(f.path for f in changes.came), *changes.went])), *came}
        marked = (self.records.marked(ids) - went if not whole else set()) | (came & ids)
        made = plan(changes, self._known(changes, ids), marked=marked)
        # The index first: where we are killed in between, the next look comes to the same.
        self.index.remove(made.forget)
        with self.records.writing() as connection:
            if seen.reader not in {0, SCHEMA}:
                records.try_again(connection)
            records.drop(connection, made.drop)
            records.put(connection, made.put.values())
            if whole:
                records.clear_marks(connection)
            records.set_marks(connection, came=came, went=went)
            records.set_seen(connection, now)

    def _known(self, changes: Changes, ids: Collection[str]) -> list[Record]:
        paths = [*(found.path for found in changes.came), *changes.went]
        if len(paths) + len(ids) > _MANY:
            return self.records.all()
        return [*self.records.at(paths), *self.records.of_runs(ids)]

    def _changes(self, seen: Seen, tip: Tip | None) -> tuple[Changes, Changes, bool]:
        """Return what came and went of runs and of marks, and whether that was found without the older state."""
        if tip is None:
            return Changes(went=[one.path for one in self.records.all() if one.status != "lost"]), Changes(), False
        with opened_objects(self.cache.runner) as objects:
            before = _top(objects, seen.tree, tip.digits)
            whole = before is None
            found = []
            for name, levels in ((layout.RUNS, RUN_LEVELS), (layout.REMOVED, ())):
                walk = Walk(read=objects.tree, digits=tip.digits, levels=levels)
                walk.between((before or {}).get(name), tip.entries.get(name), name)
                found.append(walk.changes)
        runs, marks = found
        if whole:
            here = {one.path for one in runs.came}
            runs.went = [one.path for one in self.records.all() if one.status != "lost" and one.path not in here]
        return runs, marks, whole

    def _require_index(self) -> None:
        """Make the index where there is none. Raises ``store-damaged`` where there is a file that holds none."""
        try:
            self.index.append(())
        except StoreError as error:
            if error.slug == "not-a-store":
                raise damaged(str(self.folder / INDEX), "it holds no history") from None
            raise

    def _require_ours(self, tip: Tip) -> None:
        """Find out whether this is a history. Raises ``not-a-store`` or ``store-too-new``."""
        marker = tip.entries.get(layout.MARKER)
        if marker is None or marker.mode != FILE:
            raise self._refusals.not_a_store(f"it has no file {layout.MARKER.decode()}")
        for name in (layout.RUNS, layout.REMOVED):
            if name in tip.entries and tip.entries[name].mode != FOLDER:
                raise self._refusals.not_a_store(f"its {name.decode()} is no folder")
        if marker.sha == layout.blob_name(layout.MARKER_CONTENT, digits=tip.digits):
            return
        self.cache.fetch_files([marker.sha])
        with opened_objects(self.cache.runner) as objects:
            found = objects.get(marker.sha, most=10_000)
        try:
            said = msgspec.json.decode((found.content if found else None) or b"", type=_Marker)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise self._refusals.not_a_store(f"its {layout.MARKER.decode()} is none") from None
        if said.format != "lapwing-history" or said.version < 1:
            raise self._refusals.not_a_store(f"its {layout.MARKER.decode()} says something else")
        if said.version > 1:
            raise StoreTooNew(
                "store-too-new",
                f"The branch {self._refusals.place} has version {said.version}, and this Lapwing reads up to 1.",
                remedy="upgrade Lapwing to the version that wrote it, or a later one.",
            )

    def _index_all(self, fresh: Sequence[Record]) -> list[Record]:
        """Index what can be read, note what cannot, and return the records whose content is not here."""
        missing: list[Record] = []
        runs: list[Run] = []
        done: list[Record] = []
        held = 0
        with opened_objects(self.cache.runner) as objects:
            for record in fresh:
                found = objects.get(record.sha, most=MAX_FILE)
                if found is None:
                    missing.append(record)
                    continue
                try:
                    runs.append(_run_of(record, found.kind, found.size, found.content))
                    done.append(replace(record, status="read", size=found.size))
                except LapwingError as error:
                    done.append(replace(_bad(record, error.slug, error.message), size=found.size))
                held += found.size
                if len(done) >= _RUNS_AT_ONCE or held >= _BYTES_AT_ONCE:
                    self._index_some(runs, done)
                    runs, done, held = [], [], 0
        self._index_some(runs, done)
        return missing

    def _index_some(self, runs: Sequence[Run], done: Sequence[Record]) -> None:
        if not done:
            return
        try:
            self.index.append(runs)
        except (StoreError, *_NO_ROW) as error:
            if isinstance(error, StoreError) and error.slug != "store-failed":
                raise
            # One of them has a number that no database takes: it is named, and the others are read.
            refused = {run.id for run in runs if not self._is_indexed(run)}
            what = "holds a number or a text that the index cannot"
            done = [_bad(one, "run-damaged", f"Run {one.id} {what}") if one.id in refused else one for one in done]
        self._put(done)

    def _is_indexed(self, run: Run) -> bool:
        try:
            self.index.append([run])
        except (StoreError, *_NO_ROW) as error:
            if isinstance(error, StoreError) and error.slug != "store-failed":
                raise
            return False
        return True

    def _put(self, rows: Sequence[Record]) -> None:
        if rows:
            with self.records.writing() as connection:
                records.put(connection, rows)

    def _start_over(self) -> None:
        """Put an empty index in the place of a damaged one; what the branch has lost is taken over from it."""
        path = self.folder / INDEX
        kept: list[tuple[Record, Run]] = []
        lost: list[Record] | None = None
        with suppress(LapwingError):
            lost = self.records.with_status("lost")
            for record in lost:
                if record.id is not None:
                    with suppress(LapwingError):
                        kept.append((record, self.index.load(record.id)))
        self.index.close()
        aside = f"{INDEX}.damaged-{uuid4().hex[:8]}"
        for ending in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                (self.folder / f"{INDEX}{ending}").rename(self.folder / f"{aside}{ending}")
        self.index = open_sqlite(path)
        self.index.append([run for _, run in kept])
        self._put([record for record, _ in kept])
        if lost is not None and len(lost) == len(kept):
            # All else that was in it is at the remote.
            for ending in ("", "-wal", "-shm"):
                (self.folder / f"{aside}{ending}").unlink(missing_ok=True)


def _top(objects: Objects, tree: str, digits: int) -> dict[bytes, Entry] | None:
    """Return what was at the top when last looked, empty where nobody looked, None where that is no longer here."""
    if not tree:
        return {}
    raw = objects.tree(tree)
    if not isinstance(raw, bytes):
        return None
    with suppress(BadTree):
        return {entry.name: entry for entry in parse_tree(raw, digits=digits)}
    return None


def _names(marks: Changes) -> tuple[set[str], set[str]]:
    """Return the runs that marks came and went of."""
    start = len(layout.REMOVED) + 1
    came = {found.path[start:] for found in marks.came if found.mode == FILE}
    went = {path[start:] for path in marks.went} - came
    first, last = ({layout.run_of_name(name.decode("ascii", "replace")) for name in some} for some in (came, went))
    return {one for one in first if one}, {one for one in last if one}


def _run_of(record: Record, kind: str, size: int, content: bytes | None) -> Run:
    run_id = record.id or ""
    if kind != "blob":
        raise StoreDamaged("run-damaged", f"Run {run_id} is damaged: a {kind} is in its place.", remedy="")
    if content is None:
        raise StoreDamaged(
            "run-damaged", f"Run {run_id} has {size} bytes, and {MAX_FILE} are the most; it is not read.", remedy=""
        )
    return unpack_file(run_id, content)


def _bad(record: Record, slug: str, message: str) -> Record:
    return replace(record, status="bad", slug=slug, message=shown(message, most=500))
