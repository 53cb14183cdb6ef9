"""What is the verdict over head's run? And, re-exported, that over a history, and who is suspect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.detect.order import FirstParents
from lapwing.judge.accounted import gone, unmeasured
from lapwing.judge.budget import parse_budget
from lapwing.judge.docket import Docket, judge_alone
from lapwing.judge.heads import Standing, case_of, stand
from lapwing.judge.latest import judge_history
from lapwing.judge.past import Past, aliases_of, gather
from lapwing.judge.policy import Policy, worst
from lapwing.judge.suspects import suspects
from lapwing.judge.warned import about_environment, about_few, about_order
from lapwing.judge.written import budget_verdict, in_order, judged_verdicts, new_verdict
from lapwing.model import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.case import Case
    from lapwing.judge.judging import Judged
    from lapwing.model import Commit, MetricId, Recorded, Run, RunSummary, Sample, Verdict
    from lapwing.ports import Memory

__all__ = ["judge_history", "judge_run", "run_docket", "suspects"]


def judge_run(  # noqa: PLR0913 - what the store holds, what git knows, and what was asked
    *,
    head: Run,
    recorded: tuple[Recorded, ...],
    runs: tuple[RunSummary, ...],
    first_parents: tuple[str, ...],
    policy: Policy,
    evidence: frozenset[MetricId] = frozenset(),
    memory: Memory | None = None,
) -> Report:
    """Judge the run ``head`` against the history of its machine, over the benchmarks that it declared.

    ``recorded`` and ``runs`` are what the store holds, with or without head itself; ``first_parents`` the full hashes
    of head's history, oldest first. Each declared benchmark that was not skipped has at least one verdict. The
    report's outcome is the worst of: regressed, failed, missing, inconclusive, improved, unchanged, new. What is among
    ``evidence`` is told better by another run of the same commit: it counts as measured and is held to its budgets, and
    has no verdict here. ``memory`` has what earlier looks at the history came to.

    Raises:
        BudgetError: a declared budget cannot be read.
    """
    order = FirstParents(first_parents)
    docket = run_docket(head=head, recorded=recorded, runs=runs, order=order, policy=policy, evidence=evidence)
    return judge_alone(docket, policy, order, memory)


def run_docket(  # noqa: PLR0913 - what the store holds, what git knows, and what was asked
    *,
    head: Run,
    recorded: tuple[Recorded, ...],
    runs: tuple[RunSummary, ...],
    order: FirstParents,
    policy: Policy,
    evidence: frozenset[MetricId] = frozenset(),
) -> Docket:
    """Return what of the run ``head`` is to be judged, for :func:`judge_run` and for checks of several machines."""
    aliases = aliases_of(head.declared)
    past = gather(
        machine=head.machine.id, recorded=recorded, runs=runs, first_parents=order, aliases=aliases, without=head.id
    )
    standing = stand(past, head.commit, order)
    samples = _usable(head)
    judgeable = [one for one in samples if policy.judges(one.metric.name)]
    cases, fresh = _cases(head, [one for one in judgeable if one.metric not in evidence], past, standing, policy)

    def report(judged: Sequence[Judged]) -> Report:
        measured = frozenset(sample.metric.benchmark for sample in judgeable)
        verdicts = in_order(
            [
                *judged_verdicts(cases, judged),
                *fresh,
                *_budgets(head, samples, policy),
                *unmeasured(head, measured, policy),
            ],
            head.declared,
        )
        known = frozenset(one.benchmark for one in head.declared)
        return Report(
            outcome=worst(tuple(verdict.outcome for verdict in verdicts)),
            head=head.commit,
            base=_base(past, cases),
            machine=head.machine,
            verdicts=verdicts,
            failures=head.failures,
            warnings=(
                *head.warnings,
                *about_order(past.order),
                *about_environment(judged),
                *about_few(cases, judged),
                *gone(past, standing.cut, recorded, known, aliases),
            ),
            runs=(head.id,),
            shapes=tuple(shape for one in judged for shape in one.shapes),
        )

    series = tuple(one for one in past.series.values() if policy.judges(one.metric.name))
    return Docket(cases=tuple(cases), series=series, report=report)


def _usable(head: Run) -> list[Sample]:
    """Return the samples of declared benchmarks that did not fail."""
    declared = {one.benchmark for one in head.declared}
    failed = {one.benchmark for one in head.failures if one.kind != "skipped"}
    return [sample for sample in head.samples if sample.metric.benchmark in declared - failed]


def _cases(
    head: Run, samples: Sequence[Sample], past: Past, standing: Standing, policy: Policy
) -> tuple[list[Case], list[Verdict]]:
    """Return what can be judged, and the verdicts of what has nothing to be compared with."""
    declared = {one.benchmark: one for one in head.declared}
    cases, fresh = [], []
    for sample in samples:
        one = declared[sample.metric.benchmark]
        case = case_of(sample, one, past, standing, policy)
        if isinstance(case, str):
            fresh.append(new_verdict(sample, one, past.machine, case, policy))
        else:
            cases.append(case)
    return cases, fresh


def _budgets(head: Run, samples: Sequence[Sample], policy: Policy) -> list[Verdict]:
    """Return a verdict for each budget of each benchmark that was measured."""
    by_benchmark: dict[str, dict[str, Sample]] = {}
    for sample in samples:
        by_benchmark.setdefault(sample.metric.benchmark, {})[sample.metric.name] = sample
    return [
        budget_verdict(parse_budget(text), one, by_benchmark[one.benchmark], head.machine.id, policy)
        for one in head.declared
        for text in one.budgets
        if one.benchmark in by_benchmark
    ]


def _base(past: Past, cases: Sequence[Case]) -> Commit | None:
    """Return the newest earlier commit with a value, as its run knows it; head's own where only its runs are there."""
    if not cases:
        return None
    place = {sha: i for i, sha in enumerate(past.order.commits)}
    newest = max(place[case.commits[-2]] for case in cases)
    return past.newest_runs(newest + 1)[-1].commit
