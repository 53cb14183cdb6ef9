"""What does the history say of a commit that was measured into it? For ``lapwing report`` on a push."""

# ruff: noqa: PLC0415 - numpy is paid for by whoever judges
from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lapwing.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lapwing.model import Report
    from lapwing.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The verdicts of a commit, sentences on them, and where its benchmarks stand, as ``path:line``.

    ``report`` is None where there are none: see ``trouble``.
    """

    report: Report | None
    sentences: tuple[str, ...] = ()
    locations: Mapping[str, str] = field(default_factory=dict)
    trouble: tuple[str, str] = ("", "")


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
            sha = sha or commits(root).head().sha
            machines = machines_at(runs, sha)
            if not machines:
                return _unmeasured(sha)
            seen = OfMachines(store=store, machines=machines)
            checked = check(store=seen, settings=settings, root=root, machine=None, progress=_silent)
            declared = [one for run in checked.report.runs for one in store.load(run).declared]
        except StoreError as error:
            return Pushed(report=None, trouble=(f"The history cannot be read. {error.message}", error.remedy))
    count = sum(run.machine.id in machines for run in runs)
    said = f"Judged against the history: {count:,} runs of the machines that measured this commit; a change counts"
    return Pushed(
        report=checked.report,
        sentences=(f"{said} where it is confirmed, and stays.",),
        locations={one.benchmark: one.location for one in declared if one.location},
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
