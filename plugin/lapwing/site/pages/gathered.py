"""How does a history become the content of a site?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.detect.order import FirstParents
from lapwing.detect.series import build_series
from lapwing.errors import RepositoryError
from lapwing.judge.identity import aliases_of
from lapwing.site.asv_tree import machine_names
from lapwing.site.names import arrange
from lapwing.site.pages.content import Content, Revision
from lapwing.site.plan import declared_in
from lapwing.site.web_address import commit_pages, pull_pages

if TYPE_CHECKING:
    from lapwing.ports import Commits, HistoryStore, Tags
    from lapwing.site.plan import Plan


def gathered(  # noqa: PLR0913 - the ports of the job, and what the project is called
    plan: Plan, store: HistoryStore, commits: Commits, tags: Tags, *, project: str, web: str
) -> Content:
    """Return what the site of a plan shows; ``web`` is the project's address, empty where it has none.

    A commit's number is its place in the first-parent history, which stays when the history grows.
    """
    first_parents = _first_parents(commits)
    order = FirstParents(first_parents)
    numbers = _numbers(plan, order)
    machines = {run.machine.id: run.machine for run in plan.runs if run.machine.id in plan.orders}
    recorded = {machine: store.recorded(machine=machine) for machine in machines}
    declared = declared_in(plan, store, [one for several in recorded.values() for one in several])
    aliases = aliases_of(declared.values())
    series = {
        machine: {one.metric: one for one in build_series(recorded[machine], plan.orders[machine], aliases)}
        for machine in machines
    }
    metrics = {one.metric: one.unit for several in series.values() for one in several.values()}
    known = {} if plan.hashes is None else _tags(tags, order)
    # The commits of a history that comes from elsewhere are not on this project's pages.
    at_home = any(order.place(commit.sha) is not None for commit, _ in plan.chain)
    shas = plan.hashes or tuple(commit.sha for commit, _ in plan.chain)
    dates = {numbers[commit.sha]: date for commit, date in plan.chain}
    revisions = {
        numbers[commit.sha]: Revision(number=numbers[commit.sha], sha=sha, date=date)
        for sha, (commit, date) in zip(shas, plan.chain, strict=True)
    }
    tagged = {first_parents[number]: number for number in known.values() if number not in dates}
    described = commits.describe(tuple(tagged)) if tagged else {}
    for sha, number in tagged.items():
        date = described[sha].date if sha in described else None
        revisions[number] = Revision(number=number, sha=sha, date=date or 0.0)
    return Content(
        project=project,
        project_url=web or "#",
        commit_url=commit_pages(web if at_home else "") or "#",
        pull_url=pull_pages(web if at_home else ""),
        revisions=tuple(revisions[number] for number in sorted(revisions)),
        tags=known,
        machines=machines,
        names=machine_names(machines.values()),
        shown=arrange(metrics.items(), declared),
        declared=declared,
        series=series,
        numbers=numbers,
    )


def _first_parents(commits: Commits) -> tuple[str, ...]:
    try:
        return commits.first_parents()
    except RepositoryError:  # outside a repository an imported history can still be looked at
        return ()


def _numbers(plan: Plan, order: FirstParents) -> dict[str, int]:
    """Return the place of each commit, by the hash its runs have."""
    if plan.hashes is None:
        return {commit.sha: number for number, (commit, _) in enumerate(plan.chain)}
    return {commit.sha: order.place(commit.sha) or 0 for commit, _ in plan.chain}


def _tags(tags: Tags, order: FirstParents) -> dict[str, int]:
    """Return the place of each tag in the history."""
    try:
        found = tags.tags()
    except RepositoryError:
        return {}
    places = {tag.name: order.place(tag.sha) for tag in found}
    return {name: place for name, place in sorted(places.items()) if place is not None}
