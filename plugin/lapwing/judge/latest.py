"""What is the verdict over the newest commits, from history alone?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lapwing.judge.case import Case
from lapwing.judge.docket import Docket, judge_alone
from lapwing.judge.identity import aliases_of
from lapwing.judge.past import Past, gather
from lapwing.judge.policy import Policy, worst
from lapwing.judge.warned import about_environment, about_few, about_order
from lapwing.judge.written import judged_verdicts, limit_of, recent_values
from lapwing.model import Outcome, Report, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.judging import Judged
    from lapwing.model import Commit, Declared, Recorded, RunSummary, RunWarning


def judge_history(  # noqa: PLR0913 - what the store holds, what git knows, and what was asked
    *,
    recorded: tuple[Recorded, ...],
    runs: tuple[RunSummary, ...],
    order: FirstParents,
    policy: Policy,
    declared: Mapping[str, Declared],
    machine: str | None,
) -> Report:
    """Judge the newest commits of one machine (its id), or of all, from the recorded values alone.

    Each series with a value among the last ``policy.frozen_after`` commits of its machine has a verdict, its newest
    value being head. ``declared`` (by benchmark id) gives limits, node ids and former ids; what it lacks is judged by
    the policy. A single new value never accuses here: there are no processes to look at and nothing is measured again.
    """
    docket = history_docket(
        recorded=recorded, runs=runs, order=order, policy=policy, declared=declared, machine=machine
    )
    return judge_alone(docket, policy, order)


def history_docket(  # noqa: PLR0913 - what the store holds, what git knows, and what was asked
    *,
    recorded: tuple[Recorded, ...],
    runs: tuple[RunSummary, ...],
    order: FirstParents,
    policy: Policy,
    declared: Mapping[str, Declared],
    machine: str | None,
) -> Docket:
    """Return what of the newest commits is to be judged, for :func:`judge_history` and for checks of several."""
    aliases = aliases_of(declared.values())
    by_machine = _by_machine(runs, machine)
    values: dict[str, list[Recorded]] = {one: [] for one in by_machine}
    for one in recorded:
        if one.machine in values and policy.judges(one.metric.name):
            values[one.machine].append(one)
    pasts = [
        gather(machine=one, recorded=values[one], runs=group, first_parents=order, aliases=aliases)
        for one, group in by_machine.items()
    ]
    cases, fresh = _cases(pasts, declared, policy)

    def report(judged: Sequence[Judged]) -> Report:
        verdicts = (*judged_verdicts(cases, judged), *fresh)
        newest = _newest(pasts, order)
        return Report(
            outcome=worst(tuple(verdict.outcome for verdict in verdicts)),
            head=newest[-1].commit if newest else None,
            base=_base(pasts, cases, newest),
            machine=next(iter(by_machine.values()))[0].machine if len(by_machine) == 1 else None,
            verdicts=verdicts,
            warnings=(*_about_orders(pasts), *about_environment(judged), *about_few(cases, judged)),
            runs=tuple(run.id for run in newest),
            shapes=tuple(shape for one in judged for shape in one.shapes),
        )

    return Docket(
        cases=tuple(cases), series=tuple(one for past in pasts for one in past.series.values()), report=report
    )


def _cases(pasts: list[Past], declared: Mapping[str, Declared], policy: Policy) -> tuple[list[Case], list[Verdict]]:
    cases: list[Case] = []
    fresh: list[Verdict] = []
    for past in pasts:
        for series in past.series.values():
            filled = np.flatnonzero(~np.isnan(series.values))
            if filled[-1] < len(series.commits) - policy.frozen_after:
                continue
            known = declared.get(series.metric.benchmark)
            comparable = filled[filled >= series.current]
            if comparable.shape[0] > 1:
                cases.append(_case(series, comparable, known, policy))
            else:
                fresh.append(_new(series, known, policy))
    return cases, fresh


def _case(series: Series, places: np.ndarray, known: Declared | None, policy: Policy) -> Case:
    values = series.values[places]
    return Case(
        metric=series.metric,
        node_id=known.node_id if known else series.metric.benchmark,
        unit=series.unit,
        machine=series.machine,
        limit=limit_of(known, policy),
        values=values,
        commits=tuple(series.commits[place] for place in places.tolist()),
        errors=series.errors[places],
        head=float(values[-1]),
        recent=recent_values(series.values[: int(places[-1]) + 1]),
    )


def _new(series: Series, known: Declared | None, policy: Policy) -> Verdict:
    """Return the verdict of a series with one comparable value."""
    recent = recent_values(series.values)
    head = next(value for value in reversed(recent) if value is not None)
    return Verdict(
        metric=series.metric,
        node_id=known.node_id if known else series.metric.benchmark,
        unit=series.unit,
        machine=series.machine,
        outcome=Outcome.NEW,
        lane="none",
        reason="There is one comparable value on this machine, and nothing before it.",
        limit=limit_of(known, policy),
        head=head,
        recent=recent,
    )


def _newest(pasts: list[Past], first_parents: FirstParents) -> tuple[RunSummary, ...]:
    """Return the runs of the newest commit of all machines: by git where it knows, else of the newest run."""
    ends = [runs for past in pasts if (runs := past.newest_runs(len(past.order.commits)))]

    def age(runs: tuple[RunSummary, ...]) -> tuple[int, float]:
        place = first_parents.place(runs[-1].commit.sha)
        return (-1 if place is None else place, runs[-1].started_at)

    return max(ends, key=age, default=())


def _base(pasts: list[Past], cases: list[Case], newest: tuple[RunSummary, ...]) -> Commit | None:
    """Return the commit before the newest on the newest run's machine; None where nothing was compared."""
    if not cases:
        return None
    past = next(past for past in pasts if past.machine == newest[-1].machine.id)
    before = past.newest_runs(len(past.order.commits) - 1)
    return before[-1].commit if before else None


def _by_machine(runs: tuple[RunSummary, ...], wanted: str | None) -> dict[str, list[RunSummary]]:
    """Return the runs of each machine (or of the one wanted), each machine's fingerprint worked out once a run."""
    groups: dict[str, list[RunSummary]] = {}
    for run in runs:
        groups.setdefault(run.machine.id, []).append(run)
    return {one: group for one, group in groups.items() if wanted in (None, one)}


def _about_orders(pasts: list[Past]) -> tuple[RunWarning, ...]:
    """Return what is to be said of the order of the machines' runs, each thing once."""
    return tuple(dict.fromkeys(warning for past in pasts for warning in about_order(past.order)))
