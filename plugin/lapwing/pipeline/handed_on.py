"""What does a store look like that shows another one in its own way? All that it does not change is handed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lapwing.model import Recorded, Run, RunSummary, RunWarning
    from lapwing.ports import HistoryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOn:
    """A :class:`~lapwing.ports.HistoryStore` that hands everything on to ``store``."""

    store: HistoryStore

    def append(self, runs: Iterable[Run]) -> int:
        """Store the runs."""
        return self.store.append(runs)

    def runs(self) -> tuple[RunSummary, ...]:
        """Return what there is."""
        return self.store.runs()

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
        """Let go of the store."""
        self.store.close()
