"""Comparisons to judge, said in a line: how much larger head is in each pair, or how large the true changes are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from factories import make_declared
from lapwing.judge.compare import ComparePolicy, judge_recording, next_step
from lapwing.recording import Discovery, Found, Numbers, Pair, Paired, Slice, Step
from lapwing.units import Unit
from recordings import make_recording

POLICY = ComparePolicy()
MS = 1e-3
ROWS = Unit(symbol="rows/s", better="higher", noise="noisy")
SCORE = Unit(symbol="score", better="higher", noise="noisy")
STATEMENTS = Unit(symbol="count", better="lower", noise="exact")


def slices(*values, cpu=None, waited=0.0):
    return tuple(Slice(value=value, cpu=value if cpu is None else cpu, waited=waited) for value in values)


def paired(benchmark, change=0.0, *, level=MS, blocks=4, calls=4, **more):
    """Make what a pair brought of a benchmark: head larger by ``change`` (a log ratio) in each block."""
    ordinary = {
        "benchmark": benchmark,
        "base": slices(*[level] * blocks),
        "head": slices(*[level * np.exp(change)] * blocks),
        "calls": calls,
    }
    return Paired(**(ordinary | more))


def numbers(base, head, *, name="rows/s", unit=ROWS):
    base, head = (values if isinstance(values, tuple) else (values,) for values in (base, head))
    return Numbers(name=name, unit=unit, base=base, head=head)


def pair_of(*several, stage="screen", control=False, attempt=0, ended=0.0, **more):
    names = tuple(one.benchmark for one in several)
    step = Step(stage=stage, benchmarks=names, control=control, attempt=attempt)
    return Pair(**({"step": step, "seed": 0, "cpu": 0, "ended": ended, "paired": several} | more))


def discovered(*names, base=None, head=None, declared=None):
    """Make a discovery in which every name is on both sides, unless ``base`` or ``head`` say what is found there."""
    found = tuple(Found(benchmark=name) for name in names)
    return Discovery(
        declared=tuple(make_declared(name) for name in names) if declared is None else tuple(declared),
        base=found if base is None else tuple(base),
        head=found if head is None else tuple(head),
    )


def recording_of(*pairs, names=("a",), **more):
    ordinary = {"limit": 0.03, "seed": 7, "discovery": discovered(*names), "working": False}
    return make_recording(*pairs, **(ordinary | more))


def compared(changes, *, control=None, **more):
    """Make a recording from each benchmark's log ratios by pair (None: not measured in it), and the control's."""
    pairs = [
        pair_of(*(paired(name, one) for name, one in column.items()), control=which)
        for which, rows in ((False, changes), (True, control or {}))
        for column in columns(rows)
    ]
    return recording_of(*pairs, **({"names": tuple(changes)} | more))


def columns(rows):
    length = max((len(values) for values in rows.values()), default=0)
    return [
        {name: values[i] for name, values in rows.items() if i < len(values) and values[i] is not None}
        for i in range(length)
    ]


class Noise:
    """A machine's noise: normal of 1.1 %, of 3.5 % in one pair of ten, which is beyond 3 % in 4 pairs of 100."""

    def __init__(self, seed=0, scale=1.0):
        self.draw = np.random.default_rng(seed)
        self.scale = scale

    def __call__(self, count=None):
        wide = self.draw.random(count) < 0.1
        return self.scale * np.where(wide, 0.035, 0.011) * self.draw.normal(size=count)


def run(  # noqa: PLR0913 - what a comparison is made of
    effects, *, seed=0, scale=1.0, pair_seconds=(0.4, 0.045), attempt=0, start=None, measure=None, **more
):
    """Measure what the protocol asks for, benchmarks truly changed by ``effects`` (0.05 is 5 %), until it is done.

    ``measure(step, benchmark, change)`` may say what a pair brings instead; ``start`` is a recording to go on from.
    """
    noise = Noise(seed, scale)
    made = start or recording_of(names=tuple(effects), **more)
    ended = 0.0
    while (step := next_step(made, POLICY, attempt=attempt)) is not None:
        ended += pair_seconds[0] + pair_seconds[1] * len(step.benchmarks)
        several = []
        for name in step.benchmarks:
            change = float(noise()) + (0.0 if step.control else np.log1p(effects[name]))
            several.append((measure or _measure)(step, name, change))
        pair = Pair(step=step, seed=0, cpu=0, ended=ended, paired=tuple(several))
        made = replace(made, pairs=(*made.pairs, pair))
    return made


def _measure(step, name, change):
    return paired(name, change)


def judged(recording, policy=POLICY):
    return judge_recording(recording, policy)


def outcomes(recording, policy=POLICY):
    return {verdict.metric.benchmark: str(verdict.outcome) for verdict in judged(recording, policy).verdicts}


def the(report, benchmark="a", metric="time"):
    """Return the one verdict of a metric."""
    (found,) = [one for one in report.verdicts if (one.metric.benchmark, one.metric.name) == (benchmark, metric)]
    return found
