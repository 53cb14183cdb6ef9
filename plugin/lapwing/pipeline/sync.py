"""How do the runs that wait in the outbox come into the history? In batches; a file goes once the store has its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import LapwingError, StoreError
from lapwing.model import RunWarning
from lapwing.pipeline.batched import append_batch, batched
from lapwing.report.sync import Synced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lapwing.model import Run
    from lapwing.ports import HistoryStore, Outbox


def sync(
    *, store: HistoryStore, outbox: Outbox, progress: Callable[[int, int, str], None], dry: bool = False
) -> Synced:
    """Send what waits in the outbox to the store, and return what became of it.

    Whatever is interrupted goes on where it was: a run is stored once however often it is sent. A file that cannot be
    read stays, and so does one whose run's id is that of another run in the store. ``dry`` sends nothing.

    Raises:
        StoreError: the outbox or the store cannot be read.
    """
    sending = _Sending(store=store, outbox=outbox, progress=progress)
    return sending.rehearse() if dry else sending.send()


class _Sending:
    """One sending of all that waits, and what came of each file."""

    def __init__(self, *, store: HistoryStore, outbox: Outbox, progress: Callable[[int, int, str], None]) -> None:
        self._store = store
        self._outbox = outbox
        self._progress = progress
        self._names = outbox.waiting()
        self._known = {run.id for run in store.runs()} if self._names else set()
        self._file_of: dict[str, str] = {}
        self._again: list[tuple[str, str]] = []
        self._sent: list[str] = []
        self._there: list[str] = []
        self._stays: list[RunWarning] = []

    def rehearse(self) -> Synced:
        """Find out what would become of each file."""
        sent = [run.id for run in self._new_runs()]
        for name, run_id in self._again:
            if run_id in self._known:
                self._compare(name, run_id)
            else:  # twice in the outbox
                self._there.append(run_id)
        return Synced(sent=tuple(sent), there=tuple(self._there), stays=tuple(self._stays), dry=True)

    def send(self) -> Synced:
        """Send it all, as far as the store takes it."""
        refused = None
        try:
            for batch in batched(self._new_runs()):
                _, impossible = append_batch(self._store, batch)
                for run in batch:
                    if run.id in impossible:
                        self._stays.append(_cannot_be_held(self._file_of[run.id], impossible[run.id]))
                        continue
                    self._outbox.discard(self._file_of[run.id])
                    self._sent.append(run.id)
            self._known.update(self._sent)
            for name, run_id in self._again:
                if self._compare(name, run_id):
                    self._outbox.discard(name)
        except StoreError as error:
            refused = RunWarning(slug=error.slug, message=error.message, remedy=error.remedy)
        done = len(self._sent) + len(self._there) + len(self._stays)
        return Synced(
            sent=tuple(self._sent),
            there=tuple(self._there),
            stays=tuple(self._stays),
            refused=refused,
            unsent=len(self._names) - done if refused else 0,
        )

    def _new_runs(self) -> Iterator[Run]:
        """Yield each run that the store has not, remembering its file, and the files to be compared in the end."""
        for done, name in enumerate(self._names):
            self._progress(done, len(self._names), name)
            try:
                run = self._outbox.read(name)
            except StoreError as error:
                self._stays.append(RunWarning(slug=error.slug, message=error.message, remedy=error.remedy))
                continue
            if run.id in self._known or run.id in self._file_of:
                self._again.append((name, run.id))
                continue
            self._file_of[run.id] = name
            yield run

    def _compare(self, name: str, run_id: str) -> bool:
        """Tell whether the store has the very run of the file ``name``, by whose id it has one."""
        try:
            same = self._store.load(run_id) == self._outbox.read(name)
            why = "the history has another run with its id"
        except LapwingError as error:
            same, why = False, error.message.rstrip(".")
        if same:
            self._there.append(run_id)
        else:
            message = f"{name} stays in the outbox: {why}."
            remedy = f"look at both, with 'lapwing show {run_id}'; remove the file that is not wanted."
            self._stays.append(RunWarning(slug="not-the-same-run", message=message, remedy=remedy))
        return same


def _cannot_be_held(name: str, error: LapwingError) -> RunWarning:
    message = f"{name} stays in the outbox: the history cannot hold it. {error.message}"
    return RunWarning(slug=error.slug, message=message, remedy=error.remedy)
