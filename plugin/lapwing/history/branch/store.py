"""How are runs kept on a branch of a git remote? One file for each, pushed without force, read through a local index.

What :meth:`BranchStore.append` has acknowledged is at the remote. What is read is the branch as it was when the store
was first read, or 30 seconds ago at most; where the remote cannot be reached just then, it is what this machine knows
of it, and :meth:`BranchStore.damaged` says so.

Where the branch no longer has a run that this machine has read, and nobody removed it on purpose (the branch was pushed
over with force, or deleted), the run is not forgotten: it is read from the index as before, :meth:`BranchStore.damaged`
says so, appending it sends it again, and removing it lets it go.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from lapwing.errors import StoreDamaged, StoreError
from lapwing.history.branch import layout
from lapwing.history.branch.cache import Cache, Files
from lapwing.history.branch.lock import held
from lapwing.history.branch.mirror import Mirror
from lapwing.history.branch.packing import pack_file
from lapwing.history.branch.refusals import Refusals
from lapwing.history.branch.remote import resolve
from lapwing.history.branch.retry import PATIENCE
from lapwing.history.branch.running import QUICK, TIMEOUT, Runner
from lapwing.history.branch.sending import Sending
from lapwing.history.branch.telling import BadRecord, bad_record, warnings_of
from lapwing.history.own_folder import FOLDER, make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from lapwing.history.branch.address import Address
    from lapwing.history.branch.cache import Pushed, Tip
    from lapwing.history.branch.retry import Timing
    from lapwing.history.branch.sending import Build
    from lapwing.history.sql import SqlStore
    from lapwing.model import Recorded, Run, RunSummary, RunWarning

T = TypeVar("T")

FRESH: Final = 30.0
"""Seconds for which one look is good: a command reads a history four times in a few seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What a compaction did: the commit that was the branch's tip, and the one without a past that is it now."""

    before: str
    after: str
    runs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The parts of an opened store; ``folder`` is ours, under ``.lapwing/branch``."""

    folder: Path
    refusals: Refusals
    runner: Runner


class BranchStore:
    """A :class:`~lapwing.ports.HistoryStore` on a branch. Nothing is opened or made before it is used."""

    def __init__(  # noqa: PLR0913 - a branch, where from, and how it is read
        self,
        address: Address,
        root: Path,
        *,
        environ: Mapping[str, str],
        timing: Timing,
        patience: float = PATIENCE,
        newest: int | None = None,
    ) -> None:
        """Read and write the branch at ``address``; with ``newest`` so many last runs are read, or given up soon."""
        self._address = address
        self._root = root
        self._environ = environ
        self._timing = timing
        self._patience = patience
        self._newest = newest
        self._opened: _Parts | None = None
        self._mirror: Mirror | None = None
        self._looked: float | None = None
        self._stale: StoreError | None = None

    def append(self, runs: Iterable[Run]) -> int:
        """Push the runs in one commit and return how many were new; idempotent by run id.

        Where others push at the same time, it is built anew on theirs and pushed again, for up to 4 minutes. Without a
        run the branch is made, or it is found out whether a push would be taken.

        Raises:
            StoreError: the branch has none of them: ``remote-unreachable``, ``remote-refused``, ``push-refused``,
                ``disk-full``, ``store-locked``, ``not-a-store``, ``no-such-remote``, ``git-too-old``. Only where the
                line broke during the push it may have them; the sentence says so, and sending again is safe.
            UsageError: a run that cannot be stored (see :func:`lapwing.history.branch.packing.pack_file`).
        """
        wanted = {run.id: run for run in runs}
        contents = {run_id: pack_file(run) for run_id, run in wanted.items()}
        paths = {run_id: layout.path_of(run) for run_id, run in wanted.items()}
        missing: list[str] = []

        def build(mirror: Mirror, tip: Tip | None) -> Files | None:
            there = mirror.there(wanted)
            missing[:] = [run_id for run_id in wanted if run_id not in there]
            if tip is not None and not missing:
                if not wanted:
                    mirror.cache.may_push(tip)
                return None
            self._require_room(mirror, [paths[run_id] for run_id in missing])
            marked = mirror.records.marked(missing) if tip is not None else set()
            return Files(
                writes=[*_first_files(tip), *((paths[run_id], contents[run_id]) for run_id in missing)],
                deletes=[layout.mark_of(run_id) for run_id in sorted(marked)],
                message=_subject("Add", missing) if missing else "Begin a Lapwing history",
            )

        def taken(mirror: Mirror, commit: str) -> None:
            mirror.learn(commit, list(wanted.values()), {run_id: contents[run_id] for run_id in missing})

        unsure: set[str] = set()
        sent = self._send(build, taken, unsure=lambda: unsure.update(missing))
        # What we may have sent when the line broke, and what is there now, was sent by us.
        return len(missing) if sent else len(unsure - set(missing))

    def runs(self) -> tuple[RunSummary, ...]:
        """Return what there is, in the order in which this machine came to know of it, or stored it.

        Raises :class:`~lapwing.errors.StoreError`.
        """
        return self._read(lambda index: index.runs())

    def load(self, run_id: str) -> Run:
        """Return one run whole.

        Raises:
            StoreDamaged: ``run-damaged``, its record is damaged.
            StoreTooNew: ``run-too-new``.
            UsageError: ``no-such-run``.
        """

        def work(index: SqlStore) -> Run:
            for record in self._known().records.of_runs([run_id]):
                if record.status == "bad":
                    raise bad_record(record)
            return index.load(run_id)

        return self._read(work)

    def recorded(
        self,
        *,
        machine: str | None = None,
        metrics: Collection[str] | None = None,
        benchmarks: Collection[str] | None = None,
    ) -> tuple[Recorded, ...]:
        """Return the value of every metric in every run, sorted by benchmark, metric and machine.

        Raises :class:`~lapwing.errors.StoreError`.
        """
        return self._read(lambda index: index.recorded(machine=machine, metrics=metrics, benchmarks=benchmarks))

    def remove(self, runs: Collection[str]) -> int:
        """Take the runs with these ids out of the branch, in one commit, and return how many there were.

        The new tip has a mark in the place of each, so that other clones know that it was not lost. The past of the
        branch still has the files: they are gone for good when :meth:`compact` has cut it off and the remote has
        collected its garbage.

        Raises:
            StoreError: none of them is removed; see :meth:`append`.
        """
        wanted = set(runs)
        found: set[str] = set()

        def build(mirror: Mirror, tip: Tip | None) -> Files | None:
            known = mirror.records.of_runs(wanted)
            found.update(record.id for record in known if record.id is not None)
            if not found:
                return None
            return Files(
                writes=[*_first_files(tip), *((layout.mark_of(run_id), b"") for run_id in sorted(found))],
                deletes=[record.path.decode("ascii") for record in known if record.status != "lost"],
                message=_subject("Remove", sorted(found)),
            )

        if wanted:
            self._send(build, lambda mirror, commit: mirror.learn(commit, (), {}))
        return len(found)

    def sizes(self) -> dict[str, int]:
        """Return the bytes of each run's file in the branch, by run id, damaged ones too."""

        def work(index: SqlStore) -> dict[str, int]:
            records = self._known().records.all()
            found = {one.id: one.size for one in records if one.id is not None and one.size is not None}
            indexed = {run.id: found[run.id] for run in index.runs() if run.id in found}
            return indexed | found

        return self._read(work)

    def damaged(self) -> tuple[RunWarning, ...]:
        """Return a warning for each record that cannot be read; such records are kept in the branch and left alone.

        Also for what the branch has lost, and where the remote could not be reached just now.
        """
        tried: list[bool] = []

        def work(index: SqlStore) -> tuple[RunWarning, ...]:
            broken = index.damaged()
            if broken and not tried:
                tried.append(True)
                raise StoreDamaged("store-damaged", "The index has a damaged run.", remedy="make it anew.")
            rows = self._known().records.with_status("bad", "strange", "changed", "lost")
            return (*warnings_of(rows, place=self._parts().refusals.place, stale=self._stale), *broken)

        return self._read(work)

    def compact(self) -> Compacted | None:
        """Cut off the branch's past: its tip becomes one commit with the same files; None where there is no branch.

        Whoever pushes at the same time is rejected, and builds anew on the new tip. So are we, where somebody else was
        faster: the push names the commit that it replaces (``--force-with-lease``). To be done once a year or so; each
        commit costs 0.3 kB, and what :meth:`remove` took away is gone only then.

        Raises:
            StoreError: as :meth:`append`; the branch is as it was.
        """
        made: list[Compacted] = []

        def build(mirror: Mirror, tip: Tip | None) -> Files | None:
            made.clear()
            if tip is not None:
                runs = len(mirror.records.with_status("new", "read", "bad", "changed"))
                message = f"Compact the history of {runs} runs"
                after = mirror.cache.orphan(tip, message=message, when=self._timing.today())
                made.append(Compacted(before=tip.sha, after=after, runs=runs))
            return None

        def push(mirror: Mirror) -> Pushed:
            return mirror.cache.push(made[0].after, instead_of=made[0].before) if made else "done"

        self._send(build, lambda mirror, commit: mirror.learn(commit, (), {}), push=push)
        return made[0] if made else None

    def refresh(self) -> None:
        """Learn what is new at the remote, now. Raises :class:`~lapwing.errors.StoreError` where it cannot be asked."""
        self._looked = None
        self._catch_up()
        if self._stale is not None:
            raise self._stale

    def close(self) -> None:
        """Let go of files and connections."""
        if self._mirror is not None:
            self._mirror.index.close()

    def _send(
        self,
        build: Build,
        taken: Callable[[Mirror, str], None],
        *,
        unsure: Callable[[], None] = lambda: None,
        push: Callable[[Mirror], Pushed] | None = None,
    ) -> bool:
        sending = Sending(
            working=self._working, refusals=self._parts().refusals, timing=self._timing, patience=self._patience
        )
        sent = sending.send(build, taken, unsure=unsure, push=push)
        # The remote was looked at just now; what others have pushed is read when somebody reads.
        self._looked, self._stale = self._timing.clock(), None
        return sent

    def _require_room(self, mirror: Mirror, paths: Iterable[str]) -> None:
        """Refuse to write where something strange stands in the way: it is kept as it is."""
        folders = {path.rsplit("/", up)[0].encode() for path in paths for up in (1, 2, 3)}
        for record in mirror.records.at(folders):
            raise StoreDamaged(
                "branch-damaged",
                f"In the branch {self._parts().refusals.place}, {record.path.decode('ascii', 'replace')} is "
                f"{record.message}, where the folder of the run should be.",
                remedy="take it out of the branch by hand, with git; Lapwing leaves it as it is.",
            )

    def _read(self, work: Callable[[SqlStore], T]) -> T:
        """Read the index, once it knows what is new; where the index is damaged it is made anew from the branch."""
        self._catch_up()
        try:
            return work(self._known().index)
        except BadRecord:
            # Damaged in the branch: the index has no better.
            raise
        except StoreDamaged:
            pass
        with self._working() as mirror:
            mirror.rebuild()
        return work(self._known().index)

    def _catch_up(self) -> None:
        now = self._timing.clock()
        fresh = self._looked is not None and now - self._looked < FRESH
        if fresh and (self._newest is not None or not self._known().records.with_status("new")):
            return
        try:
            with self._working() as mirror:
                if not fresh:
                    mirror.look()
                mirror.read(newest=self._newest)
        except StoreError as error:
            if error.slug != "remote-unreachable" or not self._known().records.seen().reader:
                raise
            self._stale = error
        else:
            self._stale = None
        self._looked = now

    @contextmanager
    def _working(self) -> Iterator[Mirror]:
        """Hold the machine's lock on our folder, and give what is known with a repository to work in."""
        parts = self._parts()
        try:
            make_folder(self._root / FOLDER)
            parts.folder.mkdir(parents=True, exist_ok=True)
            with held(parts.folder / "lock", timing=self._timing):
                mirror = self._known()
                mirror.cache.prepare()
                yield mirror
        except OSError as error:
            raise parts.refusals.folder_refuses(error) from None

    def _known(self) -> Mirror:
        if self._mirror is None:
            parts = self._parts()
            cache = Cache(parts.runner, ref=self._address.ref, refusals=parts.refusals)
            self._mirror = Mirror(parts.folder, cache, parts.refusals)
        return self._mirror

    def _parts(self) -> _Parts:
        if self._opened is None:
            remote = resolve(self._address, self._root, self._environ)
            name = re.sub(r"[^A-Za-z0-9_.-]", "-", self._address.branch)
            folder = self._root / FOLDER / "branch" / f"{name}-{remote.key}"
            runner = Runner(
                folder=folder / "objects.git",
                remote=remote.config,
                variables=remote.variables,
                secrets=remote.secrets,
                timeout=TIMEOUT if self._newest is None else QUICK,
            )
            shown = runner.without_secrets(remote.url)
            refusals = Refusals(branch=self._address.branch, remote=shown, folder=folder)
            self._opened = _Parts(folder=folder, refusals=refusals, runner=runner)
        return self._opened


def _first_files(tip: Tip | None) -> list[tuple[str, bytes]]:
    """Return what a branch begins with."""
    if tip is not None:
        return []
    return [(layout.MARKER.decode(), layout.MARKER_CONTENT), (layout.README.decode(), layout.README_CONTENT)]


def _subject(verb: str, ids: Collection[str]) -> str:
    """Return the message of a commit; ids are encoded as in paths, so that no text of others gets into it."""
    if len(ids) == 1:
        return f"{verb} run {layout.name_of(next(iter(ids)))}"
    return f"{verb} {len(ids)} runs"
