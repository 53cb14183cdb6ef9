"""What becomes of a run once it is measured? The store gets it, or the outbox, and nothing that was measured is lost.

Before measuring, a store that refuses stops the session only where waiting would not help: a place that is none, or of
something else, a damaged history, one of a newer version, a path that can neither be read nor written. All else may be
over in an hour or be nobody's fault here (a server that is down, a job that may not push, a full disk), and the run is
measured, judged against what can be read, and kept.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lapwing.errors import LapwingError, StoreError
from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from lapwing.history.outbox import OutboxFiles
    from lapwing.model import Report, Run
    from lapwing.ports import HistoryStore

NOT_STORED: Final = "not-stored"
RUNS_WAITING: Final = "runs-waiting"

_STOPS: Final = frozenset(
    {
        "not-a-store",
        "store-damaged",
        "store-too-new",
        "no-such-remote",
        "git-too-old",
        "no-database",
        "no-schema",
        "bad-encoding",
        "server-too-old",
    }
)
_UNWRITABLE: Final = "store-unwritable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """Where a session's runs go: the store, and for what it refuses the outbox."""

    store: HistoryStore
    outbox: OutboxFiles

    def preflight(self) -> tuple[RunWarning, ...]:
        """Find out whether a run could be stored, and return a warning where it would go to the outbox.

        Raises:
            StoreError: waiting would not help, or the outbox cannot be written either.
        """
        try:
            # Nothing yet: finds out whether a run could be written.
            self.store.append(())
        except StoreError as error:
            if not self._goes_on(error):
                raise
            message = f"{error.message} The run will be kept in the outbox."
            return (RunWarning(slug=error.slug, message=message, remedy=f"{error.remedy} Then: lapwing sync"),)
        return ()

    def keep(self, runs: Sequence[Run], report: Report) -> Report:
        """Store the runs, or put them into the outbox, and say in the report where they are and what else waits."""
        kept: list[RunWarning] = []
        before = runs_waiting(self.outbox)
        try:
            self.store.append(runs)
        except LapwingError as error:
            kept = [self._put(run, error) for run in runs]
        except BaseException:
            # Ctrl-C while a push hangs, or what should never happen: not what was measured's fault.
            self.rescue(runs)
            raise
        return replace(report, warnings=(*kept, *before, *report.warnings))

    def rescue(self, runs: Iterable[Run]) -> tuple[str, ...]:
        """Keep runs out of the store on the way out, as far as that goes; return the commands that send them."""
        ways: list[str] = []
        for run in runs:
            with suppress(LapwingError):
                ways.append(self._way(self.outbox.keep(run)))
        return tuple(dict.fromkeys(ways))

    def _goes_on(self, error: StoreError) -> bool:
        if error.slug in _STOPS:
            return False
        try:
            self.outbox.require_room()
            # Read-only is fine where there is something to read; else it is a path with a mistake in it.
            return error.slug != _UNWRITABLE or bool(self.store.runs())
        except LapwingError:
            return False

    def _put(self, run: Run, error: LapwingError) -> RunWarning:
        """Keep a run that the store refused, and return what to say of it."""
        try:
            path = self.outbox.keep(run)
        except StoreError as full:
            message = f"The run is not in the history ({error.message}) {full.message}"
            return RunWarning(slug=NOT_STORED, message=message, remedy=full.remedy)
        return RunWarning(
            slug=NOT_STORED,
            message=f"The run is not in the history ({error.message}) It is kept in {path}.",
            remedy=f"{error.remedy} Then: {self._way(path)}",
        )

    def _way(self, path: Path) -> str:
        """Return the command that sends a run which is kept at ``path``, since the outbox could not take it perhaps."""
        return "lapwing sync" if self.outbox.holds(path) else f"lapwing import run {path}"


def outbox_of(root: Path) -> OutboxFiles:
    """Return the outbox of the project at ``root``."""
    from lapwing.history.outbox import OutboxFiles  # noqa: PLC0415 - not where only a name is wanted

    return OutboxFiles(root)


def runs_waiting(outbox: OutboxFiles) -> tuple[RunWarning, ...]:
    """Return a warning where runs wait to be sent, which the history is without."""
    try:
        waiting = len(outbox.waiting())
    except StoreError as error:
        return (RunWarning(slug=error.slug, message=error.message, remedy=error.remedy),)
    if not waiting:
        return ()
    runs = "1 earlier run waits" if waiting == 1 else f"{waiting:,} earlier runs wait"
    message = f"{runs} in the outbox, and the history is without what they measured."
    return (RunWarning(slug=RUNS_WAITING, message=message, remedy="lapwing sync"),)


def waiting(root: Path) -> tuple[RunWarning, ...]:
    """Return a warning where runs wait in the outbox of the project at ``root``."""
    return runs_waiting(outbox_of(root))
