"""What does a history hold of the machines that measured one commit, and of no others?

A push is told by the verdicts of its own machines: what another one measured ten commits ago is an older commit's
verdict, and was told there. A job that keeps ratios to an anchor has two: itself, and the class of the ratios.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.order import same_commit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lapwing.model import Recorded, Run, RunSummary, RunWarning
    from lapwing.ports import HistoryStore


def machines_at(runs: Iterable[RunSummary], sha: str) -> frozenset[str]:
    """Return the ids of the machines that measured the commit ``sha`` on a clean work tree."""
    return frozenset(run.machine.id for run in runs if not run.commit.dirty and same_commit(run.commit.sha, sha))


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMachines:
    """A :class:`~lapwing.ports.HistoryStore` that shows of another one what ``machines`` measured."""

    store: HistoryStore
    machines: Collection[str]

    def append(self, runs: Iterable[Run]) -> int:
        """Store the runs, of whatever machine."""
        return self.store.append(runs)

    def runs(self) -> tuple[RunSummary, ...]:
        """Return their runs."""
        return tuple(run for run in self.store.runs() if run.machine.id in self.machines)

    def load(self, run_id: str) -> Run:
        """Return one run whole."""
        return self.store.load(run_id)

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

    def remove(self, runs: Collection[str]) -> int:
        """Remove runs, of whatever machine."""
        return self.store.remove(runs)

    def sizes(self) -> dict[str, int]:
        """Return the bytes of every run."""
        return self.store.sizes()

    def damaged(self) -> tuple[RunWarning, ...]:
        """Return what cannot be read."""
        return self.store.damaged()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
