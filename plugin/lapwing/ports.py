"""What the jobs need of the world, as Protocols; each has a fake in ``tests/fakes`` and one contract suite.

Adapters live in ``measure``, ``history``, ``forge`` and ``site`` and are named by ``wiring`` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from lapwing.model import Commit, Declared, Machine, Measured, Recorded, Run, RunSummary, RunWarning, Tag
    from lapwing.recording import Discovery, Pair, Profile, Recording, Step, Witness
    from lapwing.review import Gate, Issue, IssueState, Job, Note, Origin, Pull, Remark


class Clock(Protocol):
    """The time of day. Measuring has clocks of its own."""

    def now(self) -> float:
        """Return seconds since the epoch, UTC."""


class Commits(Protocol):
    """What git knows of order. Nothing here is ever taken from a clock."""

    def head(self) -> Commit:
        """Return the commit checked out, dirty if the work tree has changes to tracked files.

        Raises :class:`~lapwing.errors.RepositoryError` (``no-repository``, ``no-commits``).
        """

    def first_parents(self) -> tuple[str, ...]:
        """Return the full hashes of head's first-parent history, oldest first, head last."""

    def is_shallow(self) -> bool:
        """Tell whether the history is cut off (``git clone --depth``)."""

    def merged(self, shas: Collection[str]) -> dict[str, bool]:
        """Return for each of ``shas`` that git knows whether head's history has it, by whichever parents."""

    def is_detached(self) -> bool:
        """Tell whether HEAD is on no branch."""

    def describe(self, shas: Collection[str]) -> dict[str, Commit]:
        """Return what git knows of each of ``shas`` (subject, author date); unknown ones are left out."""


class Tags(Protocol):
    """What git knows of releases."""

    def tags(self) -> tuple[Tag, ...]:
        """Return every tag with the hash of what it leads to, a commit as a rule, in no order.

        Raises :class:`~lapwing.errors.RepositoryError`.
        """


class HistoryStore(Protocol):
    """Where runs are kept. A run is written once, whole or not at all, and never changed."""

    def append(self, runs: Iterable[Run]) -> int:
        """Store the runs in one transaction and return how many were new; idempotent by run id.

        Without a run it makes the store, or finds out that none can be written.

        Raises :class:`~lapwing.errors.StoreError`; then none of them is stored.
        """

    def runs(self) -> tuple[RunSummary, ...]:
        """Return what there is, in the order of storing."""

    def load(self, run_id: str) -> Run:
        """Return one run whole.

        Raises :class:`~lapwing.errors.StoreDamaged` where its record is damaged, and
        :class:`~lapwing.errors.UsageError` (``no-such-run``) where there is none.
        """

    def recorded(
        self,
        *,
        machine: str | None = None,
        metrics: Collection[str] | None = None,
        benchmarks: Collection[str] | None = None,
    ) -> tuple[Recorded, ...]:
        """Return the value of every metric in every run, sorted by benchmark, metric and machine.

        ``machine``, ``metrics`` (names) and ``benchmarks`` (ids) narrow the selection; a few benchmarks are read much
        quicker than all.
        """

    def remove(self, runs: Collection[str]) -> int:
        """Remove the runs with these ids for good, in one transaction, and return how many there were.

        Unknown ids are none. A damaged record goes by its id too.

        Raises :class:`~lapwing.errors.StoreError`; then none of them is removed.
        """

    def sizes(self) -> dict[str, int]:
        """Return the bytes that each run takes in the store, by run id, damaged ones too."""

    def damaged(self) -> tuple[RunWarning, ...]:
        """Return a warning for each record that cannot be read; such records are kept and left alone."""

    def close(self) -> None:
        """Let go of files and connections."""


class Outbox(Protocol):
    """Where runs wait that a store refused, by names that sort from the oldest to the newest."""

    def waiting(self) -> tuple[str, ...]:
        """Return the names of what waits.

        Raises :class:`~lapwing.errors.StoreError` where that cannot be read.
        """

    def read(self, name: str) -> Run:
        """Return a run that waits.

        Raises :class:`~lapwing.errors.StoreError` where its file is damaged, too new or cannot be read.
        """

    def discard(self, name: str) -> None:
        """Remove what a store has acknowledged.

        Raises :class:`~lapwing.errors.StoreError`.
        """


class Memory(Protocol):
    """Where what was worked out is kept, so that it need not be again. It may forget anything at any time."""

    def recall(self, key: str) -> str | None:
        """Return the text that was kept under ``key``, None where there is none."""

    def keep(self, key: str, text: str) -> None:
        """Keep ``text`` under ``key``."""


class Sampler(Protocol):
    """Takes samples of benchmarks in fresh processes."""

    def measure(self, benchmarks: Sequence[Declared], *, progress: Callable[[int, int, str], None]) -> Measured:
        """Measure each of ``benchmarks`` in several fresh processes.

        ``progress(done, total, what)`` is called as work gets done. A benchmark that cannot be measured is among the
        failures; Ctrl-C ends with what there is and ``complete`` False.
        """

    def machine(self) -> Machine:
        """Return the class of machine this is."""


class PairSampler(Protocol):
    """Takes samples of base and head in pairs of fresh processes, both alive; the sides are made already."""

    def discover(self, *, progress: Callable[[int, int, str], None]) -> Discovery:
        """Collect on both sides and run each benchmark there untimed.

        Raises:
            MeasureError: head cannot be collected (``no-worker``), or a side imports the other's code
                (``wrong-origin``).
        """

    def pairs(self, step: Step, *, most: int, progress: Callable[[int, int, str], None]) -> tuple[Pair, ...]:
        """Measure the step's benchmarks in up to ``most`` pairs of workers at once, at least one; slices in turn.

        Raises:
            MeasureError: no worker starts.
            KeyboardInterrupt: nothing of these pairs is kept.
        """

    def count(self, benchmarks: Sequence[str]) -> tuple[Witness, ...]:
        """Count the instructions of one call of each benchmark on both sides; fewer where that cannot be done."""

    def profile(self, benchmarks: Sequence[str]) -> tuple[Profile, ...]:
        """Profile each benchmark once more on both sides."""

    def elapsed(self) -> float:
        """Return the seconds since this attempt at comparing began."""


class SidesMaker(Protocol):
    """Makes two sides, and removes them again."""

    def between(
        self, base: str, head: str | None, *, progress: Callable[[int, int, str], None]
    ) -> AbstractContextManager[PairSampler]:
        """Make the sides of ``base`` and ``head`` (full hashes, None for the working tree) while they are used.

        Raises:
            LapwingError: on entering, they cannot be made.
        """


class Recordings(Protocol):
    """Where a comparison is kept while it is made: what was measured is there at once, whatever happens next."""

    def begin(self, recording: Recording) -> None:
        """Keep a recording, its pairs among it, in the place of the last one."""

    def add(self, pair: Pair) -> None:
        """Keep one more pair."""

    def finish(self, recording: Recording) -> None:
        """Keep what came after the pairs: witnesses, profiles, whether it is complete."""


class Site(Protocol):
    """Publishes a history for people to look at."""

    def build(self, store: HistoryStore, commits: Commits, target: Path) -> Path:
        """Build the site under ``target`` and return its start page."""


class Forge(Protocol):
    """Where pull requests and issues are. Each call may raise a :class:`~lapwing.errors.ForgeError`.

    Reading is repeated where that may help. Writing is repeated only where nobody can have seen the first try:
    :class:`~lapwing.errors.ForgeUnsure` says that it may have happened, and the caller looks before it writes again.
    """

    def pulls(self, origin: Origin) -> tuple[Pull, ...]:
        """Return the open pull requests whose head is exactly ``origin``, by number; none where it has moved on."""

    def pull(self, number: int) -> Pull | None:
        """Return an open pull request, None where there is none."""

    def job(self, number: int) -> tuple[Job, Origin] | None:
        """Return a run that measured and what it measured, None where it is gone."""

    def handed_over(self, job: Job, name: str, sha: str) -> bytes | None:
        """Return the newest archive called ``name`` that a run for commit ``sha`` left, None where there is none."""

    def trusted_file(self, path: str) -> bytes | None:
        """Return a file of the default branch, None where there is none."""

    def notes(self, pull: int) -> tuple[Note, ...]:
        """Return every comment on a pull request or an issue, oldest first."""

    def write(self, pull: int, body: str) -> Note:
        """Write a comment."""

    def edit(self, note: int, body: str) -> None:
        """Replace what a comment of our own says."""

    def remove(self, note: int) -> None:
        """Remove a comment of our own; one that is gone already is removed."""

    def acknowledge(self, note: int, *, understood: bool) -> None:
        """Show the author of a comment that it was read, and whether it was understood."""

    def gate(self, sha: str, name: str) -> Gate | None:
        """Return what a commit's status of this name says, None where it has none."""

    def set_gate(self, sha: str, gate: Gate) -> None:
        """Set a commit's status."""

    def may_write(self, login: str) -> bool:
        """Tell whether a person may write to the repository."""

    def labelled_by(self, pull: int, label: str) -> str:
        """Return who put a label on a pull request last, empty where nobody knows."""

    def changed_files(self, pull: int) -> frozenset[str]:
        """Return the files that a pull request changes."""

    def remark(self, sha: str, name: str, *, title: str, summary: str, remarks: Sequence[Remark]) -> None:
        """Show remarks beside the lines they are about, in place of those of this name that there are."""

    def rerun(self, job: Job) -> None:
        """Run the job that measured once more."""

    def issues(self, label: str) -> tuple[Issue, ...]:
        """Return the issues that have a label or that we wrote, those changed last first; a bounded number of them.

        Neither way alone finds all: a forge may drop a label in silence, or not know who wrote something.
        """

    def open_issue(self, title: str, body: str, label: str) -> Issue:
        """Open an issue, without the label where it may not be given."""

    def change_issue(
        self, number: int, *, body: str | None = None, title: str | None = None, state: IssueState | None = None
    ) -> None:
        """Replace what an issue of our own says, close it or open it again, all at once; None leaves a part alone."""

    def merged_with(self, sha: str) -> tuple[Pull, ...]:
        """Return the pull requests that a commit of the default branch was merged with, by number."""
