"""What does git know of the order, and what makes a history less than it should be?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError
from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.model import Commit, RunSummary
    from lapwing.ports import Commits, HistoryStore

SHALLOW: Final = RunWarning(
    slug="shallow",
    message="This clone is shallow: git does not know the order of older commits, so their runs are left out.",
    remedy="fetch the whole history with 'git fetch --unshallow', in GitHub Actions with 'fetch-depth: 0'.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The first-parent history, oldest first, and the doubts about it; empty where there is no git to ask."""

    first_parents: tuple[str, ...]
    doubts: tuple[RunWarning, ...]


def known_of(store: HistoryStore, commits: Commits) -> Known:
    """Return the order of commits and a warning for each thing that keeps runs out of it.

    Outside a repository an imported history can still be looked at: its own dates order it, and the missing
    repository is a warning.
    """
    try:
        first_parents = commits.first_parents()
        cut_off = (SHALLOW,) if commits.is_shallow() else ()
    except RepositoryError as error:
        first_parents = ()
        cut_off = (RunWarning(slug=error.slug, message=error.message, remedy=error.remedy),)
    return Known(first_parents=first_parents, doubts=(*cut_off, *store.damaged()))


def unmeasured_head(
    runs: Iterable[RunSummary], order: FirstParents, first_parents: Sequence[str]
) -> tuple[RunWarning, ...]:
    """Warn where the commit checked out has no clean run: what is judged then is an older one, not the reader's."""
    places = {place for run in runs if not run.commit.dirty and (place := order.place(run.commit.sha)) is not None}
    behind = len(first_parents) - 1 - max(places, default=len(first_parents) - 1)
    if not behind:
        return ()
    commits = "1 commit" if behind == 1 else f"{behind:,} commits"
    return (
        RunWarning(
            slug="head-not-measured",
            message=f"The commit checked out ({first_parents[-1][:10]}) was not measured on a clean work tree; "
            f"the newest that was, {commits} before it, is judged.",
            remedy="measure it with 'pytest --perf'.",
        ),
    )


def describe(commits: Commits, shas: Collection[str]) -> dict[str, Commit]:
    """Return what git knows of each commit, nothing where there is no git to ask."""
    try:
        return commits.describe(shas)
    except RepositoryError:
        return {}
