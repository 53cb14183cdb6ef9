"""What does asv load where a configuration names Lapwing's plugin? This module, and calls ``setup``.

An export names it; with no exported history there is nothing for it to do.
"""

# ruff: noqa: PLC0415 - asv loads it before every command
from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from lapwing.errors import UsageError
from lapwing.wiring import adapters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lapwing.ports import Commits, HistoryStore


def setup() -> None:
    """Have asv publish with our order, change points and pages."""
    from lapwing.site.asv_plugin import join

    join(build)


def build(  # noqa: PLR0913 - what asv knows
    said: Mapping[str, Any],
    *,
    results: Path,
    repository: Path | None,
    only: Sequence[str] | None,
    target: Path,
    say: Callable[[str], None],
) -> None:
    """Build the site of an exported folder: a :class:`~lapwing.site.asv_plugin.Build`.

    Raises:
        UsageError: the configuration is none of an export (``no-export``), or the repository does not have the commit
            that the history ends with (``no-such-commit``); and whatever the site may raise.
    """
    from lapwing.history import open_store
    from lapwing.history.commits import GitCommits
    from lapwing.history.tags import GitTags
    from lapwing.measure.clock import SystemClock
    from lapwing.site.asv_conf import read_conf
    from lapwing.site.dated import Dated
    from lapwing.site.pages.publish import PagesSite
    from lapwing.site.web_address import web_address
    from lapwing.wiring.accepted import accepted_in_export

    conf = read_conf(said)
    scratch = target.parent
    # Where dates order the history, no repository is asked, so a folder that is in none.
    root = scratch if repository is None else repository
    commits = GitCommits(root) if repository is None else GitCommits(root, tip=conf.head)
    if repository is not None:
        _require(conf.head, commits, repository)
    store = open_store("history.db", scratch)
    with closing(store), closing(adapters.memory(results.parent)) as memory:
        _fill(store, results, only, say)
        site = PagesSite(
            project=conf.project,
            # Read again: it becomes a part of links, and anybody may have written it.
            web=web_address(conf.project_url),
            policy=conf.policy,
            tags=GitTags(root),
            clock=SystemClock(),
            progress=lambda done, total, what: None,  # noqa: ARG005 - asv has its own
            site_url=conf.site_url,
            waivers=accepted_in_export(results.parent),
            memory=memory,
            say=say,
        )
        site.build(Dated(store=store) if repository is None else store, commits, target)


def _require(head: str, commits: Commits, repository: Path) -> None:
    """Refuse a repository that is not the one, or not up to date: without its order there would be half a site."""
    if head not in commits.describe((head,)):
        raise UsageError(
            "no-such-commit",
            f"The repository {repository} does not have the commit {head[:10]}, which the history ends with.",
            remedy='fetch there, or name another after "repo" in asv.conf.json.',
        )


def _fill(store: HistoryStore, results: Path, only: Sequence[str] | None, say: Callable[[str], None]) -> None:
    """Put the runs that were exported into an empty store, all or those of the commits asked for.

    What asv has measured into the folder since is under names of its own, and shown and judged by asv.
    """
    from lapwing.detect.order import FirstParents
    from lapwing.history.importers import read
    from lapwing.history.importers.asv_own import exported_ids

    found = read(results, format="asv")
    for warning in found.warnings:
        say(warning.message)
    own = set(exported_ids(results.parent))
    others = sum(run.id not in own for run in found.runs)
    if others:
        say(f"{others:,} of {len(found.runs):,} results were not exported by Lapwing: it has no verdict on them.")
    wanted = None if only is None else FirstParents(only[::-1])
    store.append(
        run for run in found.runs if run.id in own and (wanted is None or wanted.place(run.commit.sha) is not None)
    )
