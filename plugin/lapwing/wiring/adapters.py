"""Which store, repository, clock and policy does each job get? Built from Settings and the project's root."""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.history.looks import LooksFile
    from lapwing.judge.policy import Policy
    from lapwing.ports import Clock, Commits, HistoryStore, Tags
    from lapwing.settings import Settings

NO_STORE: Final = "none"


def open_store(settings: Settings, root: Path) -> HistoryStore:
    """Open the history that the settings name.

    Raises:
        UsageError: the settings say ``none`` (``no-store``), or name a kind of store there is not.
        StoreError: it cannot be opened.
    """
    return open_place(settings.store, root)


def open_place(place: str, root: Path) -> HistoryStore:
    """Open the history at ``place``: a path from ``root``, or a URL. Raises what :func:`open_store` raises."""
    from lapwing.history import open_store as opened

    if place == NO_STORE:
        raise UsageError(
            "no-store", "The settings say store = 'none', so there is no history.", remedy="name one with --store."
        )
    return opened(place, root)


def commits(root: Path) -> Commits:
    """Return git's view of the repository that holds ``root``."""
    from lapwing.history.commits import GitCommits

    return GitCommits(root)


def revision(root: Path) -> Callable[[str], str | None]:
    """Return what tells the full hash of the commit that git takes a word for, None for none."""
    from functools import partial

    from lapwing.history.revision import revision as found

    return partial(found, root)


def tags(root: Path) -> Tags:
    """Return the tags of the repository that holds ``root``."""
    from lapwing.history.tags import GitTags

    return GitTags(root)


def clock() -> Clock:
    """Return the time of day."""
    from lapwing.measure.clock import SystemClock

    return SystemClock()


def policy(settings: Settings) -> Policy:
    """Return what counts as a change."""
    from lapwing.judge.policy import Policy

    return Policy(
        limit=settings.limit,
        creep_limit=settings.creep_limit,
        false_alarms_per_week=settings.false_alarms_per_week,
    )


def memory(root: Path) -> LooksFile:
    """Return what is known of earlier looks at the history, whatever keeps that."""
    from lapwing.history.looks import LooksFile
    from lapwing.history.tracked import is_tracked

    file = root / ".lapwing/cache/looks.json"
    # By who wrote it: a pull request may bring one by which nothing is found any more.
    return LooksFile(file, is_ours=not file.exists() or not is_tracked(file, root))
