"""How noisy is this machine, and what could one run on it detect? The same works are measured twice and compared."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from lapwing.detect.centre import centre, process_centres, relative_error
from lapwing.detect.order import FirstParents
from lapwing.judge.verdict import judge_run
from lapwing.model import Commit, Recorded, Run, RunSummary
from lapwing.report.diagnosis import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.judge.policy import Policy
    from lapwing.model import Declared, Machine, Measured, Sample
    from lapwing.ports import Sampler

_BASE, _HEAD = "base".ljust(40, "0"), "head".ljust(40, "0")


def diagnose(
    *,
    sampler: Sampler,
    works: Sequence[Declared],
    processes: int,
    policy: Policy,
    progress: Callable[[int, int, str], None],
) -> Diagnosis:
    """Measure ``works`` twice in fresh processes, and judge the second look against the first."""
    machine = sampler.machine()
    first, second = (sampler.measure(works, progress=progress) for _ in range(2))
    time = [sample for sample in (*first.samples, *second.samples) if sample.metric.name == "time"]
    conditions = tuple({doubt.slug: doubt for doubt in (*first.warnings, *second.warnings)}.values())
    if not time or first.failures or second.failures or not (first.complete and second.complete):
        failures = (*first.failures, *second.failures)
        reason = f"{failures[0].kind}: {failures[0].message}" if failures else "the measuring was interrupted"
        return Diagnosis(
            machine=machine, conditions=conditions, processes=processes, noise=None, detectable=None, reason=reason
        )
    return Diagnosis(
        machine=machine,
        conditions=conditions,
        processes=processes,
        noise=median(_spread(sample) for sample in time),
        detectable=_detectable(first, second, works, machine, policy),
    )


def _spread(sample: Sample) -> float:
    """Return the range of the processes' centres, relative to the sample's."""
    centres = process_centres(sample)
    return (max(centres) - min(centres)) / centre(sample)


def _detectable(
    first: Measured, second: Measured, works: Sequence[Declared], machine: Machine, policy: Policy
) -> float | None:
    base, head = (
        Run(
            id=sha[:4],
            commit=Commit(sha=sha),
            machine=machine,
            started_at=0.0,
            declared=tuple(works),
            samples=measured.samples,
        )
        for sha, measured in ((_BASE, first), (_HEAD, second))
    )
    summary = RunSummary(
        id=base.id,
        commit=base.commit,
        machine=machine,
        started_at=0.0,
        benchmarks=len(works),
        failures=0,
        complete=True,
        source="pytest",
    )
    report = judge_run(
        head=head,
        recorded=tuple(_recorded(sample, base) for sample in base.samples),
        runs=(summary,),
        order=FirstParents((_BASE, _HEAD)),
        policy=policy,
    )
    return median(verdict.detectable for verdict in report.verdicts if verdict.detectable is not None)


def _recorded(sample: Sample, run: Run) -> Recorded:
    return Recorded(
        metric=sample.metric,
        unit=sample.unit,
        machine=run.machine.id,
        runs=(run.id,),
        values=(centre(sample),),
        errors=(relative_error(sample),),
        fingerprints=("",),
    )
