"""What does the history say of a commit that was measured into it? For ``lapwing report``, or to hand over."""

# ruff: noqa: PLC0415 - numpy is paid for by whoever judges
from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lapwing.errors import StoreError, UsageError
from lapwing.wiring.named_file import write_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lapwing.errors import LapwingError
    from lapwing.model import Report
    from lapwing.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The verdicts of a commit, sentences on them, and where its benchmarks stand, as ``path:line``.

    ``report`` is None where there are none: see ``trouble``. ``notes`` are for who runs it, and are told nobody else.
    """

    report: Report | None
    sentences: tuple[str, ...] = ()
    locations: Mapping[str, str] = field(default_factory=dict)
    trouble: tuple[str, str] = ("", "")
    notes: tuple[str, ...] = ()


def pushed(settings: Settings, root: Path, sha: str) -> Pushed:
    """Judge the commit ``sha``, which is checked out at ``root``, as ``lapwing check`` does, on its own machines.

    ``sha`` may be empty: then it is whatever is checked out.

    Raises:
        LapwingError: what is judged cannot be, or git cannot be asked.
    """
    from lapwing.pipeline.at_commit import OfMachines, machines_at
    from lapwing.wiring.adapters import commits, open_store
    from lapwing.wiring.check import check

    store = open_store(settings, root)
    with closing(store):
        try:
            runs = store.runs()
            head = commits(root).head().sha
            sha = sha or head
            if head != sha:
                # Judged is what is checked out, and another commit's verdict is not this one's.
                return _elsewhere(head, sha)
            machines = machines_at(runs, sha)
            if not machines:
                return _unmeasured(sha)
            seen = OfMachines(store=store, machines=machines)
            checked = check(store=seen, settings=settings, root=root, machine=None, progress=_silent)
            declared = [one for run in checked.report.runs for one in store.load(run).declared]
        except StoreError as error:
            return unreadable(error)
    count = sum(run.machine.id in machines for run in runs)
    said = f"Judged against the history: {count:,} runs of the machines that measured this commit; a change counts"
    return Pushed(
        report=checked.report,
        sentences=(f"{said} where it is confirmed, and stays.",),
        locations={one.benchmark: one.location for one in declared if one.location},
    )


def unreadable(error: LapwingError) -> Pushed:
    """Return what is told of a history that cannot be read.

    Comments and statuses are public, and no forge takes out of them what it masks in logs: a server's user, name and
    address.
    """
    what = f"The history cannot be read ({error.slug})."
    remedy = "the log of the job that reports says why."
    return Pushed(report=None, trouble=(what, remedy), notes=(f"{error.message} {error.remedy}",))


def hand_over(settings: Settings, root: Path, suite: str, path: Path) -> int:
    """Write the runs of the commit checked out, for a job that may write to judge; return how many they are.

    Those that the store could not take, as it cannot in a job that may only read, are in the outbox.

    Raises:
        UsageError: there is none (``no-runs``), the suite has no name of one (``bad-suite``), or the file cannot be
            written (``unwritable-file``).
        LapwingError: the history cannot be read, git not asked, or it is more than anybody takes.
    """
    from lapwing.detect.order import same_commit
    from lapwing.history.handover_runs import MOST_RUNS, write_runs
    from lapwing.wiring.adapters import commits, open_store
    from lapwing.wiring.keeping import outbox_of

    sha = commits(root).head().sha
    with closing(open_store(settings, root)) as store:
        own = [run.id for run in store.runs() if not run.commit.dirty and same_commit(run.commit.sha, sha)]
        runs = [store.load(one) for one in own[-MOST_RUNS:]]
    if not runs:
        outbox = outbox_of(root)
        waiting = [outbox.read(name) for name in outbox.waiting()]
        runs = [run for run in waiting if not run.commit.dirty and same_commit(run.commit.sha, sha)][-MOST_RUNS:]
    if not runs:
        what, remedy = _unmeasured(sha).trouble
        raise UsageError("no-runs", what, remedy=remedy)
    data = write_runs(runs, suite)
    write_named(path, data)
    return len(runs)


def _elsewhere(head: str, sha: str) -> Pushed:
    return Pushed(
        report=None,
        trouble=(
            f"The commit {head[:10]} is checked out, and {sha[:10]} is to be told of.",
            "check out exactly the commit that began the job, and measure that.",
        ),
    )


def _unmeasured(sha: str) -> Pushed:
    return Pushed(
        report=None,
        trouble=(
            f"The history has no run of the commit {sha[:10]} on a clean work tree.",
            "have the step before measure and keep it ('pytest --perf'), in the same store.",
        ),
    )


def _silent(done: int, total: int, what: str) -> None:
    """Say nothing of how far it is: a job's log is read afterwards."""
