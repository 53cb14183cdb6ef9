"""How is a history shown whose commits git here does not know? As an import is: in the order of their dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lapwing.model import Recorded, Run, RunSummary, RunWarning
    from lapwing.ports import HistoryStore

_IMPORTED = "import:"


@dataclass(frozen=True, slots=True)
class Dated:
    """A :class:`~lapwing.ports.HistoryStore` whose runs are all listed as imported ones, and are as they were."""

    store: HistoryStore

    def runs(self) -> tuple[RunSummary, ...]:
        """Return what there is."""
        return tuple(map(_imported, self.store.runs()))

    def append(self, runs: Iterable[Run]) -> int:
        """Store the runs."""
        return self.store.append(runs)

    def load(self, run_id: str) -> Run:
        """Return one run."""
        return self.store.load(run_id)

    def recorded(
        self,
        *,
        machine: str | None = None,
        metrics: Collection[str] | None = None,
        benchmarks: Collection[str] | None = None,
    ) -> tuple[Recorded, ...]:
        """Return the values."""
        return self.store.recorded(machine=machine, metrics=metrics, benchmarks=benchmarks)

    def remove(self, runs: Collection[str]) -> int:
        """Remove runs."""
        return self.store.remove(runs)

    def sizes(self) -> dict[str, int]:
        """Return the bytes that each run takes."""
        return self.store.sizes()

    def damaged(self) -> tuple[RunWarning, ...]:
        """Return what cannot be read."""
        return self.store.damaged()

    def close(self) -> None:
        """Let go of it."""
        self.store.close()


def _imported(run: RunSummary) -> RunSummary:
    return run if run.source.startswith(_IMPORTED) else replace(run, source=f"{_IMPORTED}{run.source}")
