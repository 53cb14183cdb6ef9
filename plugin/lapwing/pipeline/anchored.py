"""The main job beside an anchor: measure as ever, then head against the anchor in pairs, and judge the ratios.

One invocation so keeps two runs of one commit: the ordinary one, of the machine that it is, and the ratios, of the
class of all processors (:mod:`lapwing.judge.relative`). Where a new anchor was never measured itself, there is a third,
the bridge (:mod:`lapwing.judge.chain`). Nothing of the anchor ever fails a run: what cannot be measured against it is a
warning, and its time is judged instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.errors import LapwingError
from lapwing.judge.policy import worst
from lapwing.judge.relative import RELATIVE_TIME, TIME, anchored_machine, with_root
from lapwing.judge.written import in_order
from lapwing.model import Failure, MetricId, Outcome, Run
from lapwing.pipeline.anchor_levels import find_levels
from lapwing.pipeline.anchor_warnings import interrupted, lacks, off
from lapwing.pipeline.measure_and_judge import judge_and_look_again, measure_run
from lapwing.pipeline.ratios import RatioSampler, missing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.model import Declared, Level, Measured, Report, RunWarning, Shard
    from lapwing.pipeline.anchor_job import AnchorJob
    from lapwing.pipeline.anchor_levels import FoundLevels
    from lapwing.ports import PairSampler, Sampler


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """The ordinary ``run``, all ``runs`` to be kept, the report over them, and whether Ctrl-C ended it.

    The ordinary run is the last of them: it is what a reader who names its commit wants to see.
    """

    run: Run
    runs: tuple[Run, ...]
    report: Report
    interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ratios:
    """What came of measuring against the anchor: runs to keep, and the report on the last of them."""

    runs: tuple[Run, ...] = ()
    report: Report | None = None
    warnings: tuple[RunWarning, ...] = ()
    interrupted: bool = False

    @property
    def told(self) -> frozenset[MetricId]:
        """The times that need no verdict, since their ratio has one."""
        verdicts = self.report.verdicts if self.report else ()
        return frozenset(
            MetricId(benchmark=one.metric.benchmark, name=TIME)
            for one in verdicts
            if one.metric.name == RELATIVE_TIME and one.outcome is not Outcome.NEW
        )


def measure_against_anchor(
    job: AnchorJob, *, declared: Sequence[Declared], sampler: Sampler, shard: Shard | None = None
) -> Anchored:
    """Measure the declared benchmarks, and those that have a time against the anchor; judge all, store nothing.

    A ratio with a verdict stands for its time, which is evidence then; any other time is judged as without an anchor.
    """
    run = measure_run(
        declared=declared,
        sampler=sampler,
        commits=job.commits,
        clock=job.clock,
        new_id=job.new_id,
        tool=job.tool,
        progress=job.progress,
        shard=shard,
    )
    job.safe(run)
    names = _measurable(run)
    ratios = _against(run, names, job) if run.complete and names else _Ratios()
    run, report = judge_and_look_again(
        run,
        sampler=sampler,
        store=job.store,
        commits=job.commits,
        policy=job.policy,
        progress=job.progress,
        evidence=ratios.told,
        again=not ratios.interrupted,
        memory=job.memory,
        safe=job.safe,
    )
    return Anchored(
        run=run,
        runs=(*ratios.runs, run),
        report=_together(report, ratios, declared),
        interrupted=ratios.interrupted,
    )


def _measurable(run: Run) -> tuple[str, ...]:
    """Return the benchmarks of ``run`` that have a time and did not fail."""
    timed = {sample.metric.benchmark for sample in run.samples if sample.metric.name == TIME}
    failed = {failure.benchmark for failure in run.failures}
    return tuple(one.benchmark for one in run.declared if one.benchmark in timed - failed)


def _against(run: Run, names: tuple[str, ...], job: AnchorJob) -> _Ratios:
    """Measure ``names`` against the anchor; whatever goes wrong is a warning."""
    job.progress(0, 0, f"measuring against the anchor {job.anchor.title}")
    try:
        with job.sides.between(job.anchor.sha, None, progress=job.progress) as pairs:
            lacking = missing(pairs.discover(progress=job.progress), names)
            found = find_levels([name for name in names if name not in lacking], run, job)
            return _measured(run, lacking, found, pairs, job)
    except KeyboardInterrupt:
        return _Ratios(warnings=(interrupted(job.anchor),), interrupted=True)
    except LapwingError as error:
        return _Ratios(warnings=(off(job.anchor, error),))


def _measured(run: Run, lacking: Mapping[str, str], found: FoundLevels, pairs: PairSampler, job: AnchorJob) -> _Ratios:
    """Take the ratios of what has a level, and judge them, looking again at what looks changed."""
    sampler = RatioSampler(pairs=pairs, levels=found.levels, on=anchored_machine(run.machine), going_on=job.going_on)
    declared = tuple(_declared(one, found.levels) for one in run.declared)
    measured = sampler.measure([one for one in declared if one.benchmark in found.levels], progress=job.progress)
    reasons = {**lacking, **{one.benchmark: one.message for one in measured.failures}}
    if not measured.samples:
        warnings = (*found.warnings, *((lacks(job.anchor, reasons),) if reasons else ()))
        return _Ratios(runs=found.bridges, warnings=warnings, interrupted=sampler.interrupted)
    ratios, report = judge_and_look_again(
        _run(run, declared, measured, {**_unasked(run), **reasons}, found, job),
        sampler=sampler,
        store=job.store,
        commits=job.commits,
        policy=job.policy,
        progress=job.progress,
        memory=job.memory,
        safe=job.safe,
    )
    without = {one.benchmark: one.message for one in ratios.failures if one.benchmark not in _unasked(run)}
    return _Ratios(
        runs=(*found.bridges, ratios),
        report=report,
        warnings=(*found.warnings, *((lacks(job.anchor, without),) if without else ())),
        interrupted=sampler.interrupted,
    )


def _declared(one: Declared, levels: Mapping[str, Level]) -> Declared:
    """Return what is declared of a ratio: its chain's boundary, and no budgets, which are of times."""
    level = levels.get(one.benchmark)
    return replace(one if level is None else with_root(one, level.root), budgets=())


def _unasked(run: Run) -> dict[str, str]:
    """Return the declared benchmarks that have no time to be compared, and why there is no ratio of them."""
    names = _measurable(run)
    return {one.benchmark: "It has no time." for one in run.declared if one.benchmark not in names}


def _run(  # noqa: PLR0913, PLR0917 - what a run is made of
    run: Run,
    declared: tuple[Declared, ...],
    measured: Measured,
    reasons: Mapping[str, str],
    found: FoundLevels,
    job: AnchorJob,
) -> Run:
    """Return the run of the ratios; what has none was skipped, since the benchmark itself was measured."""
    taken = {sample.metric.benchmark for sample in measured.samples}
    levels = tuple(level for name, level in found.levels.items() if name in taken)
    return Run(
        id=job.new_id(),
        commit=run.commit,
        machine=anchored_machine(run.machine),
        started_at=run.started_at,
        declared=declared,
        samples=measured.samples,
        failures=tuple(Failure(benchmark=name, kind="skipped", message=why) for name, why in reasons.items()),
        warnings=measured.warnings,
        complete=measured.complete,
        tool=job.tool,
        anchor=replace(job.anchor, levels=levels),
        shard=run.shard,
    )


def _together(report: Report, ratios: _Ratios, declared: Sequence[Declared]) -> Report:
    """Return the report over both runs. What has no ratio did not fail: a warning tells of it."""
    other = ratios.report
    warnings = (*report.warnings, *ratios.warnings, *(other.warnings if other else ()))
    report = replace(report, warnings=tuple(dict.fromkeys(warnings)))
    if other is None:
        return report
    verdicts = in_order([*other.verdicts, *report.verdicts], declared)
    return replace(
        report,
        outcome=worst(tuple(verdict.outcome for verdict in verdicts)),
        base=other.base or report.base,
        verdicts=verdicts,
        runs=(*report.runs, *other.runs),
    )
