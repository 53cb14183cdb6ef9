"""What does git know of the order, and what makes a history less than it should be?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.order import FirstParents
from lapwing.errors import RepositoryError
from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lapwing.model import Commit, RunSummary
    from lapwing.ports import Commits, HistoryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Head's history, as git tells it, and the doubts about it; empty where there is no git to ask."""

    order: FirstParents
    doubts: tuple[RunWarning, ...] = ()


def known_of(store: HistoryStore, commits: Commits, runs: Iterable[RunSummary], *, damage: bool = True) -> Known:
    """Return the order of commits, why some of the ``runs`` have none, and what else keeps runs out of the history.

    ``damage`` asks for what is damaged, too.

    Outside a repository an imported history can still be looked at: its own dates order it, and the missing
    repository is a warning.
    """
    try:
        order = order_of(commits, runs)
        without: tuple[RunWarning, ...] = ()
    except RepositoryError as error:
        order = FirstParents(())
        without = (RunWarning(slug=error.slug, message=error.message, remedy=error.remedy),)
    return Known(order=order, doubts=(*without, *(store.damaged() if damage else ())))


def order_of(commits: Commits, runs: Iterable[RunSummary]) -> FirstParents:
    """Return head's first-parent history, knowing of each of the ``runs`` outside it why it has no place there.

    Raises:
        RepositoryError: git cannot tell.
    """
    shas, cut_off = commits.first_parents(), commits.is_shallow()
    plain = FirstParents(shas, cut_off=cut_off)
    outside = sorted({run.commit.sha for run in runs if plain.place(run.commit.sha) is None})
    if not outside:
        return plain
    known = commits.merged(outside)
    return FirstParents(
        shas,
        merged=[sha for sha, is_merged in known.items() if is_merged],
        apart=[sha for sha, is_merged in known.items() if not is_merged],
        cut_off=cut_off,
    )


def unmeasured_head(runs: Iterable[RunSummary], order: FirstParents) -> tuple[RunWarning, ...]:
    """Warn where the commit checked out has no clean run: what is judged then is an older one, not the reader's."""
    places = {place for run in runs if not run.commit.dirty and (place := order.place(run.commit.sha)) is not None}
    behind = len(order.shas) - 1 - max(places, default=len(order.shas) - 1)
    if not behind:
        return ()
    commits = "1 commit" if behind == 1 else f"{behind:,} commits"
    return (
        RunWarning(
            slug="head-not-measured",
            message=f"The commit checked out ({order.shas[-1][:10]}) was not measured on a clean work tree; "
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
