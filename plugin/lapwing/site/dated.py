"""How is a history shown whose commits git here does not know? As an import is: in the order of their dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.pipeline.handed_on import HandedOn

if TYPE_CHECKING:
    from lapwing.model import RunSummary

_IMPORTED = "import:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated(HandedOn):
    """A :class:`~lapwing.ports.HistoryStore` whose runs are all listed as imported ones, and are as they were."""

    def runs(self) -> tuple[RunSummary, ...]:
        """Return what there is."""
        return tuple(map(_imported, self.store.runs()))


def _imported(run: RunSummary) -> RunSummary:
    return run if run.source.startswith(_IMPORTED) else replace(run, source=f"{_IMPORTED}{run.source}")
