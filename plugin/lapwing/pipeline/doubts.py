"""What makes a history less than it should be: cut off, or damaged?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.model import RunWarning

if TYPE_CHECKING:
    from lapwing.ports import Commits, HistoryStore

SHALLOW: Final = RunWarning(
    slug="shallow",
    message="This clone is shallow: git does not know the order of older commits, so their runs are left out.",
    remedy="fetch the whole history with 'git fetch --unshallow', in GitHub Actions with 'fetch-depth: 0'.",
)


def doubts_of(store: HistoryStore, commits: Commits) -> tuple[RunWarning, ...]:
    """Return a warning for each thing that keeps runs out of the history."""
    return (*((SHALLOW,) if commits.is_shallow() else ()), *store.damaged())
