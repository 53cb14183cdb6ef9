"""What is the verdict over head's run? And, re-exported, that over a history, and who is suspect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.judge import reasons
from lapwing.judge.accounted import gone, unmeasured
from lapwing.judge.budget import parse_budget
from lapwing.judge.docket import Docket, judge_alone
from lapwing.judge.heads import Standing, case_of, stand
from lapwing.judge.identity import aliases_of, doubtful_aliases
from lapwing.judge.latest import judge_history
from lapwing.judge.merged import Merged, alone, in_use_elsewhere, without_used
from lapwing.judge.past import Past, gather
from lapwing.judge.policy import Policy, worst
from lapwing.judge.suspects import suspects
from lapwing.judge.warned import (
    about_absent,
    about_boundaries,
    about_environment,
    about_few,
    about_machine,
    about_order,
    about_shard,
)
from lapwing.judge.written import budget_verdict, doubtful_verdict, in_order, judged_verdicts, new_verdict
from lapwing.model import Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.detect.order import FirstParents
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
    order: FirstParents,
    policy: Policy,
    evidence: frozenset[MetricId] = frozenset(),
    memory: Memory | None = None,
) -> Report:
    """Judge the run ``head`` against the history of its machine, over the benchmarks that it declared.

    ``recorded`` and ``runs`` are what the store holds, with or without head itself; ``order`` is head's history. Each
    declared benchmark that was not skipped has at least one verdict. The
    report's outcome is the worst of: regressed, failed, missing, inconclusive, improved, unchanged, new. What is among
    ``evidence`` is told better by another run of the same commit: it counts as measured and is held to its budgets, and
    has no verdict here. ``memory`` has what earlier looks at the history came to.

    Raises:
        BudgetError: a declared budget cannot be read.
    """
    docket = run_docket(head=alone(head), recorded=recorded, runs=runs, order=order, policy=policy, evidence=evidence)
    return judge_alone(docket, policy, order, memory)


def run_docket(  # noqa: PLR0913 - what the store holds, what git knows, and what was asked
    *,
    head: Merged,
    recorded: tuple[Recorded, ...],
    runs: tuple[RunSummary, ...],
    order: FirstParents,
    policy: Policy,
    evidence: frozenset[MetricId] = frozenset(),
) -> Docket:
    """Return what of ``head`` is to be judged, for :func:`judge_run` and for checks of several machines."""
    run = head.run
    others = in_use_elsewhere(head)
    aliases = aliases_of(run.declared, also=others)
    past = gather(
        machine=run.machine.id,
        recorded=without_used(recorded, head, aliases),
        runs=runs,
        first_parents=order,
        aliases=aliases,
        without=head.wholly,
    )
    standing = stand(past, run.commit, order)
    samples = _usable(run)
    judgeable = [one for one in samples if policy.judges(one.metric.name)]
    cases, fresh = _cases(head, [one for one in judgeable if one.metric not in evidence], past, standing, policy)

    def report(judged: Sequence[Judged]) -> Report:
        measured = frozenset(sample.metric.benchmark for sample in judgeable)
        verdicts = in_order(
            [
                *judged_verdicts(cases, judged),
                *fresh,
                *_budgets(run, samples, policy),
                *unmeasured(run, measured, policy, absent=head.absent),
            ],
            run.declared,
        )
        known = frozenset(one.benchmark for one in run.declared) | others
        return Report(
            outcome=worst(tuple(verdict.outcome for verdict in verdicts)),
            head=run.commit,
            base=_base(past, cases),
            machine=run.machine,
            verdicts=verdicts,
            failures=run.failures,
            warnings=(
                *run.warnings,
                *head.warnings,
                *about_shard(run),
                *about_absent(head.absent),
                *about_order(past.order),
                *about_machine(run, past, standing, runs),
                *about_boundaries(run, past, standing),
                *about_environment(judged),
                *about_few(cases, judged),
                *doubtful_aliases(run.declared, also=others),
                *(() if _is_blind(run) else gone(past, standing.cut, recorded, known, aliases)),
            ),
            runs=head.runs,
            shapes=tuple(shape for one in judged for shape in one.shapes),
        )

    series = tuple(one for one in past.series.values() if policy.judges(one.metric.name))
    return Docket(cases=tuple(cases), series=series, report=report)


def _is_blind(run: Run) -> bool:
    """Tell whether a run measured a part of a suite without knowing what is in the others."""
    return run.shard is not None and not run.shard.suite


def _usable(head: Run) -> list[Sample]:
    """Return the samples of declared benchmarks that did not fail."""
    declared = {one.benchmark for one in head.declared}
    failed = {one.benchmark for one in head.failures if one.kind != "skipped"}
    return [sample for sample in head.samples if sample.metric.benchmark in declared - failed]


def _cases(
    head: Merged, samples: Sequence[Sample], past: Past, standing: Standing, policy: Policy
) -> tuple[list[Case], list[Verdict]]:
    """Return what can be judged, and the verdicts of what has nothing to be compared with."""
    declared = {one.benchmark: one for one in head.run.declared}
    cases, fresh = [], []
    for sample in samples:
        one = declared[sample.metric.benchmark]
        case = case_of(sample, one, past, standing, policy)
        if isinstance(case, str):
            verdict = new_verdict(sample, one, past.machine, case, policy)
            doubt = _doubt(sample.metric, past, head.elsewhere)
            fresh.append(doubtful_verdict(verdict, doubt) if doubt else verdict)
        else:
            cases.append(case)
    return cases, fresh


def _doubt(metric: MetricId, past: Past, elsewhere: Mapping[str, str]) -> str:
    """Say why a metric without an earlier value here is not new: a truncated history, a shard on another machine."""
    if unplaced := past.unplaced.get(metric, 0):
        return reasons.cut_off(unplaced)
    machine = elsewhere.get(metric.benchmark)
    return reasons.on_another_machine(machine) if machine is not None else ""


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
