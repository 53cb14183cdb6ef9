"""What is the history of one benchmark, told metric by metric and machine by machine?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.detect.order import FirstParents
from lapwing.errors import UsageError
from lapwing.judge.past import aliases_of, gather
from lapwing.judge.verdict import judge_run
from lapwing.pipeline.check import change_points_of, newest_run
from lapwing.pipeline.doubts import describe, known_of
from lapwing.report.choice import choose_benchmark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.detect.series import Series
    from lapwing.judge.policy import Policy
    from lapwing.model import ChangePoint, Commit, Declared, Machine, RunSummary, Verdict
    from lapwing.ports import Commits, HistoryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One series with its change points, what is known of its commits, and the machine it was measured on."""

    series: Series
    points: tuple[ChangePoint, ...]
    commits: Mapping[str, Commit]
    machine: Machine


def history_of(  # noqa: PLR0913 - where from, and which of it
    *,
    store: HistoryStore,
    commits: Commits,
    benchmark: str,
    policy: Policy,
    metric: str | None = None,
    machine: str | None = None,
) -> tuple[Told, ...]:
    """Return the series of ``benchmark`` (an id, a node id, or a part of exactly one), judged metrics unless named.

    Raises:
        UsageError: no benchmark, metric or order is there to tell of (``no-such-benchmark``, ``ambiguous-benchmark``,
            ``no-such-metric``, ``nothing-in-order``).
    """
    runs = tuple(run for run in store.runs() if machine in (None, run.machine.id))
    recorded = store.recorded(machine=machine)
    declared = _newest_declared(store, runs)
    aliases = aliases_of(declared.values())
    names = {aliases.get(one.metric.benchmark, one.metric.benchmark): one.metric.benchmark for one in recorded} | {
        one.benchmark: one.node_id for one in declared.values()
    }
    chosen = choose_benchmark(benchmark, names)
    first_parents = known_of(store, commits).first_parents
    order = FirstParents(first_parents)
    found: list[tuple[Series, Machine]] = []
    for one in dict.fromkeys(run.machine for run in runs):
        past = gather(machine=one.id, recorded=recorded, runs=runs, first_parents=order, aliases=aliases)
        found += [(series, one) for series in past.series.values() if series.metric.benchmark == chosen]
    if not found:
        raise UsageError(
            "nothing-in-order",
            f"None of the runs of {chosen!r} is of a clean commit in the history of the commit checked out.",
            remedy="check out the branch they were measured on; 'lapwing history list' shows their commits.",
        )
    wanted = [(s, m) for s, m in found if (policy.judges(s.metric.name) if metric is None else s.metric.name == metric)]
    if not wanted:
        there = ", ".join(sorted({series.metric.name for series, _ in found}))
        raise UsageError(
            "no-such-metric", f"{chosen!r} has no metric {metric or 'that is judged'!r}.", remedy=f"name one: {there}."
        )
    described = _described(commits, runs, {sha for series, _ in wanted for sha in series.commits})
    points = change_points_of([series for series, _ in wanted], policy)
    heads = {on.id: newest_run(store, on.id, runs, order) for _, on in wanted}
    judged = {
        head.machine.id: judge_run(
            head=head, recorded=recorded, runs=runs, first_parents=first_parents, policy=policy
        ).verdicts
        for head in heads.values()
        if head is not None
    }
    return tuple(
        Told(series=series, points=(*ps, *_own_step(series, ps, judged.get(on.id, ()))), commits=described, machine=on)
        for (series, on), ps in zip(wanted, points, strict=True)
    )


def _own_step(
    series: Series, points: tuple[ChangePoint, ...], verdicts: tuple[Verdict, ...]
) -> tuple[ChangePoint, ...]:
    """Return the change that the newest run is, where it was confirmed and the series alone cannot show it yet."""
    last = len(series.commits) - 1
    return tuple(
        replace(verdict.change, index=last, earliest=last, latest=last)
        for verdict in verdicts
        if verdict.metric == series.metric
        and verdict.change is not None
        and verdict.change.commits is not None
        and verdict.change.commits[1] == series.commits[last]
        and last not in {point.index for point in points}
    )


def _newest_declared(store: HistoryStore, runs: tuple[RunSummary, ...]) -> dict[str, Declared]:
    """Return what the last measured run of each machine declared: ids, node ids and what they were called before."""
    last = {run.machine.id: run.id for run in runs if run.source == "pytest"}
    return {one.benchmark: one for run in last.values() for one in store.load(run).declared}


def _described(commits: Commits, runs: tuple[RunSummary, ...], shas: set[str]) -> dict[str, Commit]:
    """Return what git, and where it knows nothing the runs themselves, say of the commits."""
    stored = {run.commit.sha: run.commit for run in runs if run.commit.sha in shas}
    return stored | describe(commits, shas)
