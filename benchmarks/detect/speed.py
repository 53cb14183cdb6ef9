"""How long does judging take? ``python benchmarks/detect/speed.py [BENCHMARKS [RUNS]]``: 1,000 benchmarks of 200 runs.

One benchmark in twenty has a step. Series building, detection and judging, without the store; the best of three.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from lapwing.detect.order import FirstParents
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import judge_history, judge_run
from lapwing.model import Commit, Declared, Machine, MetricId, Recorded, Run, RunSummary, Sample
from lapwing.units import SECONDS


def sha(number):
    return f"{number:07d}".ljust(40, "a")


def history(benchmarks, runs, rng):
    machine = Machine(cpu="sim", cpu_count=2, os="sim", arch="sim", interpreter="sim")
    summaries = tuple(
        RunSummary(
            id=f"r{i}",
            commit=Commit(sha=sha(i)),
            machine=machine,
            started_at=float(i),
            benchmarks=benchmarks,
            failures=0,
            complete=True,
            source="pytest",
        )
        for i in range(runs)
    )
    values = 1e-3 * np.exp(0.02 * rng.standard_t(4, (benchmarks, runs)))
    values[::20, runs // 2 :] *= 1.2
    names = [MetricId(benchmark=f"b{i}", name="time") for i in range(benchmarks)]
    ids = tuple(run.id for run in summaries)
    recorded = tuple(
        Recorded(
            metric=name,
            unit=SECONDS,
            machine=machine.id,
            runs=ids,
            values=tuple(row),
            errors=(0.01,) * runs,
            fingerprints=("f",) * runs,
        )
        for name, row in zip(names, values.tolist(), strict=True)
    )
    samples = tuple(
        Sample(metric=name, unit=SECONDS, values=tuple((1e-3 * f,) * 5 for f in np.exp(0.02 * rng.normal(0, 1, 5))))
        for name in names
    )
    head = Run(
        id="head",
        commit=Commit(sha=sha(runs)),
        machine=machine,
        started_at=float(runs),
        declared=tuple(Declared(benchmark=n.benchmark, node_id=n.benchmark, fingerprint="f") for n in names),
        samples=samples,
    )
    return head, recorded, summaries


def main():
    benchmarks, runs = (int(word) for word in (*sys.argv[1:], "1000", "200")[:2])
    head, recorded, summaries = history(benchmarks, runs, np.random.default_rng(3))
    order = tuple(sha(i) for i in range(runs + 1))
    jobs = {
        "judge_run": lambda: judge_run(
            head=head, recorded=recorded, runs=summaries, order=FirstParents(order), policy=Policy()
        ),
        "judge_history": lambda: judge_history(
            recorded=recorded, runs=summaries, order=FirstParents(order), policy=Policy(), declared={}, machine=None
        ),
    }
    for name, job in jobs.items():
        best = float("inf")
        for _ in range(3):
            began = time.perf_counter()
            report = job()
            best = min(best, time.perf_counter() - began)
        print(f"{name}: {best:.3f} s for {len(report.verdicts)} verdicts over {runs} runs each")


if __name__ == "__main__":
    main()
