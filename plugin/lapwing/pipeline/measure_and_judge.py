"""The main job in plain words, over ports only: measure, judge, look again, judge for good.

Measure, judge what was measured, measure again what looks changed, judge for good, keep the run: in that order, because
a suspicion that is not looked into a second time is how a gate comes to cry wolf.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lapwing.detect.order import FirstParents
from lapwing.errors import StoreError
from lapwing.judge.suspects import suspects
from lapwing.judge.verdict import judge_run
from lapwing.model import Run
from lapwing.pipeline.doubts import Known, known_of
from lapwing.pipeline.renames import with_former_ids
from lapwing.pipeline.unread import unread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.judge.policy import Policy
    from lapwing.model import Declared, Measured, MetricId, Recorded, Report, RunSummary, Sample, Shard
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
    shard: Shard | None = None,
    memory: Memory | None = None,
    safe: Callable[[Run], None] | None = None,
) -> tuple[Run, Report]:
    """Measure the declared benchmarks at head and judge them against the history; nothing is stored yet.

    ``safe`` is given the run as soon as it is measured, and again when more of it is: whatever ends the judging, Ctrl-C
    among it, what took minutes to measure is not lost. Without a store every benchmark is new; with one that cannot be
    read none of them is decided. Where they are a ``shard``, that alone is judged, and said to be.
    """
    run = measure_run(
        declared=declared,
        sampler=sampler,
        commits=commits,
        clock=clock,
        new_id=new_id,
        tool=tool,
        progress=progress,
        shard=shard,
    )
    return judge_and_look_again(
        run,
        sampler=sampler,
        store=store,
        commits=commits,
        policy=policy,
        progress=progress,
        memory=memory,
        safe=safe,
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
    shard: Shard | None = None,
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
        shard=shard,
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
    safe: Callable[[Run], None] | None = None,
) -> tuple[Run, Report]:
    """Judge ``run``, measure ``again`` what looks changed in it, judge for good; ``safe`` is as above.

    What is among ``evidence`` is kept and not judged: another run of this job tells it better.
    """
    safe = safe or _nowhere
    safe(run)
    past = _read(run, store=store, commits=commits)
    run = replace(run, declared=past.declared)
    report = past.judge(run, policy, evidence, memory)
    looked_at_again = set(suspects(report))
    if again and looked_at_again and run.complete:
        second = sampler.measure([d for d in run.declared if d.benchmark in looked_at_again], progress=progress)
        run = confirmed(run, second)
        safe(run)
        report = past.judge(run, policy, evidence, memory)
    return run, report


def _nowhere(_: Run) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The history of one machine as it was read, once, to judge against as often as need be.

    ``declared`` are the run's benchmarks with all former ids that the history tells. A run that was measured is judged
    and kept even where the history it stands in cannot be read: ``refused`` says why.
    """

    declared: tuple[Declared, ...]
    recorded: tuple[Recorded, ...] = ()
    runs: tuple[RunSummary, ...] = ()
    known: Known = field(default_factory=lambda: Known(order=FirstParents(())))
    refused: StoreError | None = None

    def judge(self, head: Run, policy: Policy, evidence: frozenset[MetricId], memory: Memory | None) -> Report:
        report = judge_run(
            head=head,
            recorded=self.recorded,
            runs=self.runs,
            order=self.known.order,
            policy=policy,
            evidence=evidence,
            memory=memory,
        )
        report = replace(report, warnings=(*report.warnings, *self.known.doubts))
        return report if self.refused is None else unread(report, self.refused)


def _read(run: Run, *, store: HistoryStore | None, commits: Commits) -> _Read:
    if store is None:
        return _Read(declared=run.declared)
    try:
        runs, recorded = store.runs(), store.recorded(machine=run.machine.id)
        known = known_of(store, commits, runs)
        declared = with_former_ids(run.declared, store=store, recorded=recorded, runs=runs, order=known.order)
    except StoreError as error:
        return _Read(declared=run.declared, refused=error)
    return _Read(declared=declared, recorded=recorded, runs=runs, known=known)


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
