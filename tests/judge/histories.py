"""Histories to judge, said in a line: each benchmark's values by commit."""

from __future__ import annotations

import numpy as np

from factories import make_run, make_sample, make_sha
from lapwing.detect.centre import centre, relative_error
from lapwing.detect.order import FirstParents
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import judge_history, judge_run
from lapwing.model import Recorded, RunSummary
from lapwing.units import SECONDS

ORDER = tuple(make_sha(i) for i in range(100))
STEADY = (0.999, 1.0, 1.001, 1.0, 1.002)


def summarise(run):
    return RunSummary(
        id=run.id,
        commit=run.commit,
        machine=run.machine,
        started_at=run.started_at,
        benchmarks=len(run.declared),
        failures=len(run.failures),
        complete=run.complete,
        source=run.source,
    )


def record(runs):
    """Return what a store would hold of ``runs``."""
    rows = {}
    for run in runs:
        fingerprints = {one.benchmark: one.fingerprint for one in run.declared}
        for sample in run.samples:
            key = (sample.metric, run.machine.id)
            rows.setdefault(key, (sample.unit, []))[1].append(
                (run.id, centre(sample), relative_error(sample), fingerprints[sample.metric.benchmark])
            )
    return tuple(
        Recorded(
            metric=metric,
            unit=unit,
            machine=machine,
            **dict(zip(("runs", "values", "errors", "fingerprints"), zip(*points, strict=True), strict=True)),
        )
        for (metric, machine), (unit, points) in rows.items()
    )


def around(value, *, spread=1.0, **more):
    """Return the processes of a steady sample around ``value``."""
    return tuple(value * (1 + (one - 1) * spread) for one in STEADY)


def run_of(  # noqa: PLR0913 - what a run is made of
    number, values, *, again=(), unit=SECONDS, metric="time", spread=1.0, **more
):
    """Make the run of commit ``number``; ``values`` by benchmark. Those in ``again`` were measured again."""
    samples = []
    for name, value in values.items():
        processes = around(value, spread=spread)
        twice = name in again or again == "all"
        samples.append(
            make_sample(
                name,
                *(processes * (2 if twice else 1)),
                unit=unit,
                metric=metric,
                screened=len(processes) if twice else 0,
            )
        )
    return make_run(number, *samples, **more)


def judge(head, earlier, *, order=None, policy=None, **more):
    return judge_run(
        head=head,
        recorded=record(earlier),
        runs=tuple(map(summarise, earlier)),
        order=FirstParents(ORDER if order is None else order),
        policy=policy or Policy(),
        **more,
    )


def check(runs, *, declared=None, machine=None, policy=None, order=None):
    return judge_history(
        recorded=record(runs),
        runs=tuple(map(summarise, runs)),
        order=FirstParents(ORDER if order is None else order),
        policy=policy or Policy(),
        declared=declared or {},
        machine=machine,
    )


def noisy(count, *, level=1e-3, noise=0.01, seed=0):
    """Return ``count`` values of a quiet series."""
    return (level * np.exp(noise * np.random.default_rng(seed).normal(size=count))).tolist()


def runs_of(series, **more):
    """Make a run for each commit from 0 on; ``series`` has the values of each benchmark, None for a hole."""
    length = max(len(values) for values in series.values())
    return [
        run_of(i, {name: values[i] for name, values in series.items() if values[i] is not None}, **more)
        for i in range(length)
    ]


def the(report, benchmark="b0", lane=None):
    """Return the one verdict of a benchmark."""
    (verdict,) = [v for v in report.verdicts if v.metric.benchmark == benchmark and lane in (None, v.lane)]
    return verdict
