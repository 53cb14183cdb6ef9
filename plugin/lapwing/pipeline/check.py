"""What do the newest commits of a history say, and what changed in it, newest first?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.order import FirstParents
from lapwing.detect.points import points_in
from lapwing.judge.latest import judge_history
from lapwing.judge.past import aliases_of, gather
from lapwing.judge.policy import worsening, worst
from lapwing.judge.relative import told_by_ratio
from lapwing.judge.verdict import judge_run
from lapwing.model import Report
from lapwing.pipeline.doubts import describe, known_of, unmeasured_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.detect.series import Series
    from lapwing.judge.past import Past
    from lapwing.judge.policy import Policy
    from lapwing.model import ChangePoint, Commit, MetricId, Recorded, Run, RunSummary
    from lapwing.ports import Commits, HistoryStore
    from lapwing.units import Unit

RECENT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change point of one series, as a listing shows it; ``before`` and ``after`` are the levels, in base units."""

    metric: MetricId
    machine: str
    unit: Unit
    point: ChangePoint
    before: float
    after: float
    recent: tuple[float | None, ...]
    commit: Commit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A history judged: the verdicts of its newest commits, and every change past the limit in it, newest first."""

    report: Report
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """All that a store and git hold of one machine, or of all."""

    runs: tuple[RunSummary, ...]
    recorded: tuple[Recorded, ...]
    first_parents: tuple[str, ...]


def check(*, store: HistoryStore, commits: Commits, policy: Policy, machine: str | None = None) -> Checked:
    """Judge the newest commit of each machine (or of ``machine``, an id) from what the store holds.

    A machine whose newest run was measured here is judged as that run was, budgets and all; an imported history is
    judged from its series. Of all machines together, a time is evidence only where its commit has the ratio to an
    anchor; of one machine that was asked for, times are judged. Nothing is measured and nothing is stored.
    """
    known = known_of(store, commits)
    kept = _History(
        runs=tuple(run for run in store.runs() if machine in (None, run.machine.id)),
        recorded=store.recorded(machine=machine),
        first_parents=known.first_parents,
    )
    order = FirstParents(kept.first_parents)
    reports, changes = [], []
    for one in dict.fromkeys(run.machine for run in kept.runs):
        head = newest_run(store, one.id, kept.runs, order)
        mine = tuple(recorded for recorded in kept.recorded if recorded.machine == one.id)
        aliases = aliases_of(head.declared) if head else {}
        told = told_by_ratio(kept.recorded, kept.runs, aliases)
        reports.append(_judge(head, one.id, mine, kept, policy, told))
        past = gather(machine=one.id, recorded=mine, runs=kept.runs, first_parents=order, aliases=aliases)
        changes += [change for change in changes_in(past, policy) if not _is_told(change, told)]
    report = _together(reports)
    doubts = (*unmeasured_head(kept.runs, order, kept.first_parents), *known.doubts)
    report = replace(report, warnings=tuple(dict.fromkeys((*report.warnings, *doubts))))
    return Checked(report=report, changes=_newest_first(changes, kept.runs, order, commits))


def newest_run(store: HistoryStore, machine: str, runs: Sequence[RunSummary], order: FirstParents) -> Run | None:
    """Return the run measured at the newest commit of the history on ``machine``; None where all are imported."""
    placed = [
        (place, stored, run.id)
        for stored, run in enumerate(runs)
        if run.machine.id == machine
        and run.source == "pytest"
        and not run.commit.dirty
        and (place := order.place(run.commit.sha)) is not None
    ]
    return store.load(max(placed)[2]) if placed else None


def _is_told(change: Change, told: Mapping[str, frozenset[MetricId]]) -> bool:
    """Tell whether a change is of a time where the ratio to an anchor tells what changed."""
    commits = change.point.commits
    return commits is not None and change.metric in told.get(commits[1], frozenset())


def _judge(  # noqa: PLR0913, PLR0917 - whose history, all of it, and how
    head: Run | None,
    machine: str,
    recorded: tuple[Recorded, ...],
    kept: _History,
    policy: Policy,
    told: Mapping[str, frozenset[MetricId]],
) -> Report:
    if head is not None:
        return judge_run(
            head=head,
            recorded=recorded,
            runs=kept.runs,
            first_parents=kept.first_parents,
            policy=policy,
            evidence=told.get(head.commit.sha, frozenset()),
        )
    return judge_history(
        recorded=recorded,
        runs=kept.runs,
        first_parents=kept.first_parents,
        policy=policy,
        declared={},
        machine=machine,
    )


def _together(reports: Sequence[Report]) -> Report:
    """Return several machines' reports as one; what they do not share is None."""
    if len(reports) == 1:
        return reports[0]
    heads = {report.head for report in reports}
    bases = {report.base for report in reports}
    return Report(
        outcome=worst(tuple(report.outcome for report in reports)),
        head=heads.pop() if len(heads) == 1 else None,
        base=bases.pop() if len(bases) == 1 else None,
        machine=None,
        verdicts=tuple(verdict for report in reports for verdict in report.verdicts),
        failures=tuple(failure for report in reports for failure in report.failures),
        warnings=tuple(dict.fromkeys(warning for report in reports for warning in report.warnings)),
        runs=tuple(run for report in reports for run in report.runs),
    )


def changes_in(past: Past, policy: Policy) -> list[Change]:
    """Return the changes past the limit in every series of one machine (of exact metrics all), series by series."""
    judged = [series for series in past.series.values() if policy.judges(series.metric.name)]
    found: list[Change] = []
    for series, points in zip(judged, change_points_of(judged, policy), strict=True):
        edges = [series.current, *(point.index for point in points), len(series.commits)]
        for i, point in enumerate(points):
            if series.unit.noise == "noisy" and abs(worsening(point.ratio.estimate, "lower")) <= math.log1p(
                policy.limit
            ):
                continue
            found.append(
                Change(
                    metric=series.metric,
                    machine=series.machine,
                    unit=series.unit,
                    point=point,
                    before=float(np.nanmedian(series.values[edges[i] : edges[i + 1]])),
                    after=float(np.nanmedian(series.values[edges[i + 1] : edges[i + 2]])),
                    recent=tuple(None if math.isnan(v) else float(v) for v in series.values[-RECENT:]),
                    commit=None,
                )
            )
    return found


def change_points_of(series: Sequence[Series], policy: Policy) -> list[tuple[ChangePoint, ...]]:
    """Return the change points of each series since its last boundary, in its own indices, with their commits."""
    places = [np.flatnonzero(~np.isnan(one.values)) for one in series]
    places = [place[place >= one.current] for one, place in zip(series, places, strict=True)]
    found = points_in(
        [one.values[place] for one, place in zip(series, places, strict=True)],
        alpha=policy.alpha,
        exact=[one.unit.noise == "exact" for one in series],
        places=[place.tolist() for place in places],
    )
    return [
        tuple(_named(point, one, place.tolist()) for point in points)
        for one, place, points in zip(series, places, found, strict=True)
    ]


def _named(point: ChangePoint, series: Series, places: list[int]) -> ChangePoint:
    """Give a change the last commit known at the old level and the first known at the new one; holes are neither."""
    before = places[places.index(point.index) - 1]
    return replace(point, commits=(series.commits[before], series.commits[point.index]))


def _newest_first(
    changes: Iterable[Change], runs: Sequence[RunSummary], order: FirstParents, commits: Commits
) -> tuple[Change, ...]:
    """Sort by git's order where it knows the commits, else by their dates; tell what is known of each commit."""
    listed = list(changes)
    dates: dict[str, Commit] = {run.commit.sha: run.commit for run in runs}
    guilty = {change.point.commits[1] for change in listed if change.point.commits}
    known = {**{sha: dates[sha] for sha in guilty if sha in dates}, **describe(commits, guilty)}

    def newness(change: Change) -> tuple[int, float, int]:
        sha = change.point.commits[1] if change.point.commits else ""
        place = order.place(sha)
        date = known[sha].date if sha in known else None
        return (-1 if place is None else place, date or 0.0, change.point.index)

    return tuple(
        replace(change, commit=known.get(change.point.commits[1] if change.point.commits else ""))
        for change in sorted(listed, key=newness, reverse=True)
    )
