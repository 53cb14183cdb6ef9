"""What do the changes of the branch mean for what is known of it? Decided without touching anything."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lapwing.history.branch.layout import id_of
from lapwing.history.branch.records import Record
from lapwing.history.branch.tree import FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lapwing.history.branch.walk import Changes, Found

TWICE: Final = "run-twice"
CHANGED: Final = "run-changed"
STRANGE: Final = "strange-record"

_KINDS: Final = {b"120000": "a symbolic link", b"160000": "a submodule", b"40000": "a folder", b"100755": "a program"}
_THERE: Final = frozenset({"new", "read", "bad", "changed"})
_INDEXED: Final = frozenset({"read", "changed", "lost"})


@dataclass(slots=True, kw_only=True)
class Plan:
    """Rows to write, paths to forget, and runs to take out of the index since they were removed on purpose."""

    put: dict[bytes, Record] = field(default_factory=dict)
    drop: set[bytes] = field(default_factory=set)
    forget: set[str] = field(default_factory=set)


def plan(changes: Changes, known: Iterable[Record], *, marked: Collection[str]) -> Plan:
    """Decide about each change.

    ``known`` are the rows at the paths of the changes, and those of the same and of the marked runs; ``marked`` are the
    runs that the branch, as it is now, says were removed on purpose. What is gone without that, and was read here, is
    ``lost``.
    """
    rows = _Rows(known)
    came = {found.path for found in changes.came}
    for path in changes.went:
        record = rows.at.get(path)
        if record is not None and path not in came:
            if record.status in _INDEXED:
                rows.put(replace(record, status="lost"))
            else:
                rows.drop(record)
    for found in sorted(changes.came, key=lambda one: one.path):
        others = rows.of(id_of(found.path), apart_from=found.path)
        rows.put(_record(found, rows.at.get(found.path), others))
        for other in others:
            # It is back, at another place; what it says is in the index already.
            if other.status == "lost" and rows.at[found.path].status == "new":
                rows.drop(other)
    for run_id in list(rows.by_id):
        _settle(rows, run_id, marked)
    return rows.plan


class _Rows:
    """What is known, with the changes so far."""

    def __init__(self, known: Iterable[Record]) -> None:
        self.at = {record.path: record for record in known}
        self.by_id: dict[str, set[bytes]] = {}
        for record in self.at.values():
            if record.id is not None:
                self.by_id.setdefault(record.id, set()).add(record.path)
        self.plan = Plan()

    def of(self, run_id: str | None, *, apart_from: bytes = b"") -> list[Record]:
        """Return the rows of one run, by path."""
        paths = sorted(self.by_id.get(run_id, ())) if run_id is not None else []
        return [self.at[path] for path in paths if path != apart_from]

    def put(self, record: Record) -> None:
        self.at[record.path] = self.plan.put[record.path] = record
        self.plan.drop.discard(record.path)
        if record.id is not None:
            self.by_id.setdefault(record.id, set()).add(record.path)

    def drop(self, record: Record) -> None:
        del self.at[record.path]
        self.plan.put.pop(record.path, None)
        self.plan.drop.add(record.path)
        if record.id is not None:
            self.by_id[record.id].discard(record.path)


def _settle(rows: _Rows, run_id: str, marked: Collection[str]) -> None:
    """See to it that a run removed on purpose is forgotten, and that of two files the one that is left counts."""
    for record in rows.of(run_id):
        if record.status == "lost" and run_id in marked:
            rows.drop(record)
    left = rows.of(run_id)
    if not any(record.status in _THERE or record.status == "lost" for record in left):
        if run_id in marked:
            rows.plan.forget.add(run_id)
        for record in left:
            if record.slug == TWICE:
                rows.put(replace(record, status="new", slug="", message=""))
                break


def _record(found: Found, before: Record | None, others: Collection[Record]) -> Record:
    """Return the row of what came, or was changed in place; ``message`` of what was changed is its first object."""
    run_id = id_of(found.path)
    if before is not None and before.status in _INDEXED:
        first = before.message if before.slug == CHANGED else before.sha
        if found.sha == first and found.mode == FILE:
            return replace(before, sha=first, status="read", slug="", message="")
        return replace(before, sha=found.sha, status="changed", slug=CHANGED, message=first)
    record = Record(path=found.path, id=run_id, sha=found.sha, status="new")
    if found.problem:
        return replace(record, status="strange", slug=STRANGE, message=found.problem)
    if run_id is None or found.mode != FILE:
        what = _KINDS.get(found.mode, "a file whose name no run has")
        return replace(record, status="strange", slug=STRANGE, message=what)
    if any(other.status in _THERE for other in others):
        return replace(record, status="strange", slug=TWICE, message="a second file of a run that is there already")
    return record
