"""How often is head wrongly accused, and how much does it take to be seen?

``python benchmarks/detect/simulate_head.py [--quick]``

Every run is made of five fresh processes for each benchmark. A process has its own layout (benchmarks differ: CV 1 to
8 %), one in ten is disturbed upwards by 10 to 50 %, one session of a benchmark in fifty as a whole, and the box wanders
by 5 to 10 % between runs; in addition each benchmark has a run-to-run share of 2 % (layout and this scaled by
``noise``). What looks changed is measured again, as the pipeline does it, with the same code and fresh draws. Seeded;
half a minute.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from lapwing.detect.centre import centre, relative_error
from lapwing.detect.order import FirstParents
from lapwing.judge.policy import Policy
from lapwing.judge.verdict import judge_run, suspects
from lapwing.model import Commit, Declared, Machine, MetricId, Recorded, Run, RunSummary, Sample
from lapwing.units import SECONDS

SEED = 11
MACHINE = Machine(cpu="sim", cpu_count=2, os="sim", arch="sim", interpreter="sim")
PROCESSES = 5


def sha(number):
    return f"{number:07d}".ljust(40, "a")


class Box:
    """A noisy box with benchmarks; ``factor[i]`` is what benchmark i's present code costs."""

    def __init__(self, rng, benchmarks, *, noise, drift, disturbed=0.1):
        self.rng = rng
        self.cost = 10 ** rng.uniform(-6, -1, benchmarks)
        self.layout = noise * rng.uniform(0.01, 0.08, benchmarks)
        self.runwise = noise * 0.02
        self.drift = drift
        self.disturbed = disturbed
        self.level = 0.0
        self.factor = np.ones(benchmarks)

    def next_run(self):
        """Let the box wander to its next run."""
        if self.drift == "walk":
            self.level += self.rng.choice([-1, 1]) * self.rng.uniform(0.05, 0.10)
        elif self.drift == "around":
            self.level = self.rng.choice([-1, 1]) * self.rng.uniform(0.025, 0.05)
        self.offsets = self.rng.normal(0, self.runwise, self.cost.size)

    def sample(self, i, processes=PROCESSES):
        """Return the values of one session of benchmark i."""
        logs = self.level + self.offsets[i] + self.rng.normal(0, self.layout[i], processes)
        hit = self.rng.random(processes) < self.disturbed
        logs += hit * np.log1p(self.rng.uniform(0.1, 0.5, processes))
        if self.rng.random() < 0.02:  # a bad minute: every process of this session
            logs += np.log1p(self.rng.uniform(0.1, 0.5))
        values = self.cost[i] * self.factor[i] * np.exp(logs)
        inside = 1 + 0.02 * self.rng.exponential(1, (processes, 10))
        return tuple(tuple(map(float, value * one)) for value, one in zip(values, inside, strict=True))


class History:
    """What a store would hold of a box's runs."""

    def __init__(self, box):
        self.box, self.runs, self.points = box, [], [[] for _ in box.cost]
        self.declared = tuple(Declared(benchmark=f"b{i}", node_id=f"b{i}") for i in range(box.cost.size))

    def measure(self):
        """Return the next run."""
        self.box.next_run()
        number = len(self.runs)
        samples = tuple(
            Sample(metric=MetricId(benchmark=f"b{i}", name="time"), unit=SECONDS, values=self.box.sample(i))
            for i in range(self.box.cost.size)
        )
        return Run(
            id=f"r{number}",
            commit=Commit(sha=sha(number)),
            machine=MACHINE,
            started_at=float(number),
            declared=self.declared,
            samples=samples,
        )

    def judge(self, head):
        """Judge head against what is kept."""
        order = tuple(sha(i) for i in range(len(self.runs) + 1))
        recorded = tuple(
            Recorded(
                metric=sample.metric,
                unit=SECONDS,
                machine=MACHINE.id,
                runs=tuple(run.id for run in self.runs),
                values=tuple(value for value, _ in points),
                errors=tuple(error for _, error in points),
                fingerprints=("",) * len(points),
            )
            for sample, points in zip(head.samples, self.points, strict=True)
            if points
        )
        return judge_run(
            head=head, recorded=recorded, runs=tuple(self.runs), order=FirstParents(order), policy=Policy()
        )

    def judge_twice(self, head):
        """Judge head, measure the suspects again, and judge again, as the pipeline does."""
        report = self.judge(head)
        again = set(suspects(report))
        if not again:
            return head, report, 0
        samples = tuple(
            replace(s, values=s.values + self.box.sample(int(s.metric.benchmark[1:])), screened=len(s.values))
            if s.metric.benchmark in again
            else s
            for s in head.samples
        )
        head = replace(head, samples=samples)
        return head, self.judge(head), len(again)

    def keep(self, head):
        """Keep head as part of the past."""
        self.runs.append(
            RunSummary(
                id=head.id,
                commit=head.commit,
                machine=MACHINE,
                started_at=head.started_at,
                benchmarks=len(head.samples),
                failures=0,
                complete=True,
                source="pytest",
            )
        )
        for points, sample in zip(self.points, head.samples, strict=True):
            points.append((centre(sample), relative_error(sample)))


def unchanged_code(  # noqa: PLR0913 - what a simulation is made of
    seed, *, drift, noise, benchmarks=40, runs=20, repeats=4
):
    counts, remeasured = {}, 0
    for repeat in range(repeats):
        history = History(Box(np.random.default_rng([seed, repeat]), benchmarks, noise=noise, drift=drift))
        for _ in range(runs):
            head, report, again = history.judge_twice(history.measure())
            remeasured += again
            for verdict in report.verdicts:
                counts[str(verdict.outcome)] = counts.get(str(verdict.outcome), 0) + 1
            history.keep(head)
    return counts, remeasured


def planted(  # noqa: PLR0913 - what a simulation is made of
    seed, *, step, before, benchmarks, noise=1.0, drift="around", repeats=40, more=0, name="b0"
):
    """Return outcomes of the changed benchmark, outcomes by delay, and false accusations of the others."""
    outcomes, others, wrong_commit = {}, 0, 0
    delays = []
    for repeat in range(repeats):
        box = Box(np.random.default_rng([seed, repeat]), benchmarks, noise=noise, drift=drift)
        box.layout[0] = noise * 0.03
        history = History(box)
        for _ in range(before):
            history.keep(history.measure())
        box.factor[0] = 1 + step
        seen = None
        for delay in range(more + 1):
            head, report, _ = history.judge_twice(history.measure())
            verdict = next(v for v in report.verdicts if v.metric.benchmark == name)
            others += sum(str(v.outcome) == "regressed" for v in report.verdicts if v.metric.benchmark != name)
            if delay == 0:
                outcomes[str(verdict.outcome)] = outcomes.get(str(verdict.outcome), 0) + 1
            if seen is None and str(verdict.outcome) == "regressed":
                seen = delay
                if verdict.change and abs(int(verdict.change.commits[1][:7]) - before) > 1:
                    wrong_commit += 1
            history.keep(head)
        delays.append(seen)
    found = [d for d in delays if d is not None]
    return {
        "at once": outcomes,
        "found": f"{len(found)}/{repeats}",
        "median delay": float(np.median(found)) if found else None,
        "wrong commit": wrong_commit,
        "others accused": others,
    }


def main():
    quick = "--quick" in sys.argv
    print("identical code, 40 benchmarks, 20 runs")
    for noise in (1.0, 0.3):
        for drift in ("none", "around", "walk"):
            print(
                f"  noise x{noise}, drift {drift}:",
                *unchanged_code(SEED, drift=drift, noise=noise, repeats=2 if quick else 4),
            )
    print("  few benchmarks (5), drift walk:", *unchanged_code(SEED, drift="walk", noise=1.0, benchmarks=5, repeats=8))
    print("one benchmark slower")
    repeats = 15 if quick else 40
    for benchmarks in (5, 10, 40):
        for step in (0.08, 0.5, 1.0):
            print(
                f"  {step:+.0%} after 1 run, {benchmarks} benchmarks:",
                planted(SEED, step=step, before=1, benchmarks=benchmarks, repeats=repeats),
            )
    for noise in (1.0, 0.5):
        for step, more in ((0.15, 0), (0.07, 9), (0.3, 0)):
            print(
                f"  {step:+.0%} after 12 runs, noise x{noise}, 20 benchmarks:",
                planted(
                    SEED, step=step, before=12, benchmarks=20, drift="none", noise=noise, repeats=repeats, more=more
                ),
            )


if __name__ == "__main__":
    main()
