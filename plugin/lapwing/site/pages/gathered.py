"""How does a history become the content of a site?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lapwing.judge.identity import aliases_of
from lapwing.site.asv_tree import machine_names
from lapwing.site.names import arrange
from lapwing.site.pages.content import Content, Revision
from lapwing.site.plan import declared_in
from lapwing.site.web_address import commit_pages, pull_pages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.detect.order import FirstParents
    from lapwing.model import Tag
    from lapwing.pipeline.reading import Reading
    from lapwing.ports import Commits, HistoryStore
    from lapwing.site.plan import Plan


def gathered(  # noqa: PLR0913 - the ports of the job, and what the project is called and where it is
    plan: Plan, reading: Reading, store: HistoryStore, commits: Commits, *, project: str, web: str, site_url: str = ""
) -> Content:
    """Return what the site of a plan shows; ``web`` is the project's address, ``site_url`` that of the site itself.

    Both are empty where there is none.

    A commit's number is its place in the first-parent history, which stays when the history grows.
    """
    order = reading.order
    numbers = _numbers(plan, order)
    machines = {run.machine.id: run.machine for run in plan.runs if run.machine.id in plan.orders}
    declared = declared_in(plan, store, [one for machine in machines for one in reading.of(machine)])
    aliases = aliases_of(declared.values())
    series = {
        machine: {one.metric: one for one in reading.series(machine, plan.orders[machine], aliases)}
        for machine in machines
    }
    metrics = {one.metric: one.unit for several in series.values() for one in several.values()}
    known = {} if plan.hashes is None else _places(reading.tags, order)
    # The commits of a history that comes from elsewhere are not on this project's pages.
    at_home = any(order.place(commit.sha) is not None for commit, _ in plan.chain)
    shas = plan.hashes or tuple(commit.sha for commit, _ in plan.chain)
    dates = {numbers[commit.sha]: date for commit, date in plan.chain}
    revisions = {
        numbers[commit.sha]: Revision(number=numbers[commit.sha], sha=sha, date=date)
        for sha, (commit, date) in zip(shas, plan.chain, strict=True)
    }
    tagged = {order.shas[number]: number for number in known.values() if number not in dates}
    described = commits.describe(tuple(tagged)) if tagged else {}
    for sha, number in tagged.items():
        date = described[sha].date if sha in described else None
        revisions[number] = Revision(number=number, sha=sha, date=date or 0.0)
    return Content(
        # A folder is called anything, also in what is no Unicode.
        project=project.encode("utf-8", "replace").decode("utf-8"),
        project_url=web or "#",
        commit_url=commit_pages(web if at_home else "") or "#",
        pull_url=pull_pages(web if at_home else ""),
        site_url=site_url,
        revisions=tuple(revisions[number] for number in sorted(revisions)),
        tags=known,
        machines=machines,
        names=machine_names(machines.values()),
        shown=arrange(metrics.items(), declared),
        declared=declared,
        series=series,
        numbers=numbers,
        places={
            machine: np.array([numbers[sha] for sha in plan.orders[machine].commits], dtype=np.int64)
            for machine in machines
        },
    )


def _numbers(plan: Plan, order: FirstParents) -> dict[str, int]:
    """Return the place of each commit, by the hash its runs have."""
    if plan.hashes is None:
        return {commit.sha: number for number, (commit, _) in enumerate(plan.chain)}
    return {commit.sha: order.place(commit.sha) or 0 for commit, _ in plan.chain}


def _places(tags: Iterable[Tag], order: FirstParents) -> dict[str, int]:
    """Return the place of each tag in the history."""
    places = {tag.name: order.place(tag.sha) for tag in tags}
    return {name: place for name, place in sorted(places.items()) if place is not None}
