"""What is the history of one benchmark, told metric by metric and machine by machine?"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.detect.batches import Finder
from lapwing.errors import StoreDamaged, UsageError
from lapwing.judge.docket import judge_alone
from lapwing.judge.identity import aliases_of, newest_declared
from lapwing.judge.past import gather
from lapwing.judge.verdict import run_docket
from lapwing.judge.warned import about_order
from lapwing.pipeline.doubts import describe
from lapwing.pipeline.newest import newest_of
from lapwing.pipeline.reading import read_history
from lapwing.pipeline.story import stories_of
from lapwing.report.choice import choose_benchmark

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.merged import Merged
    from lapwing.judge.policy import Policy
    from lapwing.model import (
        ChangePoint,
        Commit,
        EnvironmentEvent,
        Machine,
        Run,
        RunSummary,
        RunWarning,
        SeriesShape,
        Verdict,
    )
    from lapwing.ports import Commits, HistoryStore, Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One series with its change points, what is known of its commits, and the machine it was measured on.

    ``events`` are those of its machine in which it moved, each with the first index after it, ``shapes`` are what is no
    step. ``warnings`` are what keeps runs out of it, and what else is doubtful of the whole history.
    """

    series: Series
    points: tuple[ChangePoint, ...]
    commits: Mapping[str, Commit]
    machine: Machine
    warnings: tuple[RunWarning, ...] = ()
    events: tuple[tuple[int, EnvironmentEvent], ...] = ()
    shapes: tuple[SeriesShape, ...] = ()


def history_of(  # noqa: PLR0913 - where from, and which of it
    *,
    store: HistoryStore,
    commits: Commits,
    benchmark: str,
    policy: Policy,
    metric: str | None = None,
    machine: str | None = None,
    memory: Memory | None = None,
) -> tuple[Told, ...]:
    """Return the series of ``benchmark`` (an id, a node id, or a part of exactly one), judged metrics unless named.

    ``memory`` has what earlier looks at the history came to.

    Raises:
        UsageError: no benchmark, metric or order is there to tell of (``no-such-benchmark``, ``ambiguous-benchmark``,
            ``no-such-metric``, ``nothing-in-order``, ``no-values``).
    """
    read = read_history(store=store, commits=commits, machine=machine)
    runs = tuple(run for run in read.runs if machine in (None, run.machine.id))
    recorded, order = read.recorded, read.order
    last = _last_runs(store, runs, order)
    declared = newest_declared(run.declared for run in last)
    aliases = aliases_of(declared.values())
    names = {aliases.get(one.metric.benchmark, one.metric.benchmark): one.metric.benchmark for one in recorded} | {
        one.benchmark: one.node_id for one in declared.values()
    }
    chosen = _chosen(benchmark, names, aliases)
    found: list[tuple[Series, Machine]] = []
    doubts: dict[str, tuple[RunWarning, ...]] = {}
    all_judged: list[Series] = []
    for one in dict.fromkeys(run.machine for run in runs):
        mine = read.of(one.id)
        past = gather(machine=one.id, recorded=mine, runs=runs, first_parents=order, aliases=aliases)
        doubts[one.id] = (*about_order(past.order), *read.doubts)
        found += [(series, one) for series in past.series.values() if series.metric.benchmark == chosen]
        all_judged += [series for series in past.series.values() if policy.judges(series.metric.name)]
    if not found:
        raise _nothing(
            chosen, last, measured={aliases.get(name, name) for name in {r.metric.benchmark for r in recorded}}
        )
    wanted = [(s, m) for s, m in found if (policy.judges(s.metric.name) if metric is None else s.metric.name == metric)]
    if not wanted:
        there = ", ".join(sorted({series.metric.name for series, _ in found}))
        raise UsageError(
            "no-such-metric", f"{chosen!r} has no metric {metric or 'that is judged'!r}.", remedy=f"name one: {there}."
        )
    described = _described(commits, runs, {sha for series, _ in wanted for sha in series.commits})
    find = Finder(alpha=policy.alpha, memory=memory)
    stories = stories_of([series for series, _ in wanted], all_judged, find, order)
    heads = {on.id: _newest(store, on.id, runs, order) for _, on in wanted}
    judged = {
        machine_id: judge_alone(
            run_docket(head=head, recorded=recorded, runs=runs, order=order, policy=policy), policy, order, memory
        ).verdicts
        for machine_id, head in heads.items()
        if head is not None
    }
    return tuple(
        Told(
            series=series,
            points=(*story.points, *_own_step(series, story.points, judged.get(on.id, ()))),
            commits=described,
            machine=on,
            warnings=doubts[on.id],
            events=story.events,
            shapes=story.shapes,
        )
        for (series, on), story in zip(wanted, stories, strict=True)
    )


def _chosen(wanted: str, names: Mapping[str, str], aliases: Mapping[str, str]) -> str:
    """Return the stable id that is meant; where no present name is, a former one may be."""
    try:
        return choose_benchmark(wanted, names)
    except UsageError as error:
        former = {new for old, new in aliases.items() if wanted in old}
        if error.slug != "no-such-benchmark" or len(former) != 1:
            raise
        return former.pop()


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


def _newest(store: HistoryStore, machine: str, runs: tuple[RunSummary, ...], order: FirstParents) -> Merged | None:
    """Return what stands for the newest commit of ``machine``; where it is damaged, the values alone tell."""
    try:
        return newest_of(store.load, runs, order, machine).get(machine)
    except StoreDamaged:
        return None


def _last_runs(store: HistoryStore, runs: tuple[RunSummary, ...], order: FirstParents) -> tuple[Run, ...]:
    """Return the newest measured run of each machine that can be read: ids, node ids, former ids; the newest first."""
    measured = [run for run in runs if run.source == "pytest"]
    places = {run.id: -1 if (place := order.place(run.commit.sha)) is None else place for run in measured}
    last: dict[str, Run] = {}
    for run in sorted(measured, key=lambda run: (places[run.id], run.id), reverse=True):
        if run.machine.id not in last:
            with suppress(StoreDamaged):
                last[run.machine.id] = store.load(run.id)
    return tuple(last.values())


def _nothing(chosen: str, last: tuple[Run, ...], *, measured: Collection[str]) -> UsageError:
    """Return why there is nothing to tell of a benchmark that is known."""
    if chosen in measured:
        return UsageError(
            "nothing-in-order",
            f"None of the runs of {chosen!r} is a whole one of a clean commit in the history of the one checked out.",
            remedy="check out the branch they were measured on; 'lapwing history list' shows their commits.",
        )
    failures = [failure for run in last for failure in run.failures if failure.benchmark == chosen]
    why = f" ({failures[0].kind}: {failures[0].message})" if failures else ""
    return UsageError(
        "no-values",
        f"No run has a value of {chosen!r}{why}.",
        remedy="measure it where it works, with 'pytest --perf'.",
    )


def _described(commits: Commits, runs: tuple[RunSummary, ...], shas: set[str]) -> dict[str, Commit]:
    """Return what git, and where it knows nothing the runs themselves, say of the commits."""
    stored = {run.commit.sha: run.commit for run in runs if run.commit.sha in shas}
    return stored | describe(commits, shas)
