"""The main job in plain words, over ports only: measure, judge, look again, judge for good.

Measure, judge what was measured, measure again what looks changed, judge for good, keep the run: in that order, because
a suspicion that is not looked into a second time is how a gate comes to cry wolf.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lapwing.judge.suspects import suspects
from lapwing.judge.verdict import judge_run
from lapwing.model import Run
from lapwing.pipeline.doubts import Known, known_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.judge.policy import Policy
    from lapwing.model import Declared, Measured, MetricId, Report, Sample
    from lapwing.ports import Clock, Commits, HistoryStore, Memory, Sampler


def measure_and_judge(  # noqa: PLR0913 - every port of the main job, by name
    *,
    declared: Sequence[Declared],
    sampler: Sampler,
    store: HistoryStore | None,
    commits: Commits,
    clock: Clock,
    new_id: Callable[[], str],
    policy: Policy,
    tool: str,
    progress: Callable[[int, int, str], None],
    memory: Memory | None = None,
) -> tuple[Run, Report]:
    """Measure the declared benchmarks at head and judge them against the history; nothing is stored yet.

    Without a store every benchmark is new.
    """
    run = measure_run(
        declared=declared, sampler=sampler, commits=commits, clock=clock, new_id=new_id, tool=tool, progress=progress
    )
    return judge_and_look_again(
        run, sampler=sampler, store=store, commits=commits, policy=policy, progress=progress, memory=memory
    )


def measure_run(  # noqa: PLR0913 - the ports of measuring, by name
    *,
    declared: Sequence[Declared],
    sampler: Sampler,
    commits: Commits,
    clock: Clock,
    new_id: Callable[[], str],
    tool: str,
    progress: Callable[[int, int, str], None],
) -> Run:
    """Measure the declared benchmarks at head, once."""
    head = commits.head()
    started_at = clock.now()
    measured = sampler.measure(declared, progress=progress)
    return Run(
        id=new_id(),
        commit=head,
        machine=sampler.machine(),
        started_at=started_at,
        declared=tuple(declared),
        samples=measured.samples,
        failures=measured.failures,
        warnings=measured.warnings,
        complete=measured.complete,
        tool=tool,
    )


def judge_and_look_again(  # noqa: PLR0913 - the ports of judging, by name
    run: Run,
    *,
    sampler: Sampler,
    store: HistoryStore | None,
    commits: Commits,
    policy: Policy,
    progress: Callable[[int, int, str], None],
    evidence: frozenset[MetricId] = frozenset(),
    again: bool = True,
    memory: Memory | None = None,
) -> tuple[Run, Report]:
    """Judge ``run``, measure ``again`` what looks changed in it, judge for good.

    What is among ``evidence`` is kept and not judged: another run of this job tells it better.
    """
    judge = _judge_of(run, store=store, commits=commits, policy=policy, evidence=evidence, memory=memory)
    report = judge(run)
    looked_at_again = set(suspects(report))
    if again and looked_at_again and run.complete:
        second = sampler.measure([d for d in run.declared if d.benchmark in looked_at_again], progress=progress)
        run = confirmed(run, second)
        report = judge(run)
    return run, report


def _judge_of(  # noqa: PLR0913 - the ports of judging, by name
    run: Run,
    *,
    store: HistoryStore | None,
    commits: Commits,
    policy: Policy,
    evidence: frozenset[MetricId],
    memory: Memory | None,
) -> Callable[[Run], Report]:
    """Read the history once, and return what judges ``run`` against it, as often as need be."""
    recorded = store.recorded(machine=run.machine.id) if store else ()
    runs = store.runs() if store else ()
    known = known_of(store, commits) if store else Known(first_parents=(), doubts=())

    def judge(head: Run) -> Report:
        report = judge_run(
            head=head,
            recorded=recorded,
            runs=runs,
            first_parents=known.first_parents,
            policy=policy,
            evidence=evidence,
            memory=memory,
        )
        return replace(report, warnings=(*report.warnings, *known.doubts))

    return judge


def confirmed(run: Run, second: Measured) -> Run:
    """Return the run with a second look at some of its benchmarks put behind the first.

    The first look's processes stay in the sample and are marked ``screened``: they were picked for being extreme, so
    only the fresh ones are judged. Where the second look was cut short or failed, the benchmark has failed.
    """
    fresh = {sample.metric: sample for sample in second.samples}
    failed = {failure.benchmark for failure in second.failures}
    samples = []
    for sample in run.samples:
        again = fresh.get(sample.metric)
        if sample.metric.benchmark in failed:
            continue
        samples.append(_joined(sample, again) if again is not None else sample)
    return replace(
        run,
        samples=tuple(samples),
        failures=(*run.failures, *second.failures),
        warnings=tuple(dict.fromkeys((*run.warnings, *second.warnings))),
        complete=run.complete and second.complete,
    )


def _joined(first: Sample, second: Sample) -> Sample:
    return replace(
        first,
        values=(*first.values, *second.values),
        screened=len(first.values),
        warnings=tuple(dict.fromkeys((*first.warnings, *second.warnings))),
    )
