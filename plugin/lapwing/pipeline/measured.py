"""When was a run measured?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.model import RunSummary


def measured_at(run: RunSummary) -> float | None:
    """Return seconds since the epoch: of an import that does not know, the commit's date; None without either."""
    return run.started_at if run.started_at > 0 else run.commit.date
