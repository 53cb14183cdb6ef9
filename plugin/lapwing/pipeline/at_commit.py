"""What does a history hold of the machines that measured one commit, and of no others?

A push is told by the verdicts of its own machines: what another one measured ten commits ago is an older commit's
verdict, and was told there. A job that keeps ratios to an anchor has two: itself, and the class of the ratios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.order import same_commit
from lapwing.pipeline.handed_on import HandedOn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lapwing.model import Recorded, RunSummary


def machines_at(runs: Iterable[RunSummary], sha: str) -> frozenset[str]:
    """Return the ids of the machines that measured the commit ``sha`` on a clean work tree."""
    return frozenset(run.machine.id for run in runs if not run.commit.dirty and same_commit(run.commit.sha, sha))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMachines(HandedOn):
    """A :class:`~lapwing.ports.HistoryStore` that shows of another one what ``machines`` measured."""

    machines: Collection[str]

    def runs(self) -> tuple[RunSummary, ...]:
        """Return their runs."""
        return tuple(run for run in self.store.runs() if run.machine.id in self.machines)

    def recorded(
        self,
        *,
        machine: str | None = None,
        metrics: Collection[str] | None = None,
        benchmarks: Collection[str] | None = None,
    ) -> tuple[Recorded, ...]:
        """Return the values of their metrics."""
        found = self.store.recorded(machine=machine, metrics=metrics, benchmarks=benchmarks)
        return tuple(one for one in found if one.machine in self.machines)
