"""A sampler of pairs that measures nothing: base and head as a test describes them, with seeded noise."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from factories import make_declared
from lapwing.recording import Discovery, Found, Pair, Paired, Profile, SideFailure, Slice, Witness


class FakePairSampler:
    """Implements :class:`lapwing.ports.PairSampler`.

    ``changes`` maps a benchmark's id to head's true relative change. Pairs differ by ``spread`` (of the log ratio) and
    take 0.4 s and 0.05 s a benchmark. ``interrupt_at`` is the pair in which somebody presses Ctrl-C. ``fails`` maps an
    id to the side on which it fails. ``by_count`` ask to be judged by their instructions; ``uncountable`` cannot be
    counted. ``at_once`` pairs are measured at a time. ``steps``, ``counted`` and ``profiled`` keep what was asked for.
    """

    def __init__(  # noqa: PLR0913 - one for each thing that may go otherwise
        self,
        changes,
        *,
        spread=0.01,
        seed=1,
        interrupt_at=None,
        fails=None,
        same_code=(),
        by_count=(),
        uncountable=(),
        at_once=1,
    ):
        self.changes, self.spread = dict(changes), spread
        self.interrupt_at, self.fails, self.same_code = interrupt_at, dict(fails or {}), frozenset(same_code)
        self.by_count, self.uncountable = frozenset(by_count), frozenset(uncountable)
        self.at_once = at_once
        self.steps, self.counted, self.profiled = [], [], []
        self._draw = random.Random(seed)
        self._now = 0.0

    def discover(self, *, progress):
        progress(0, 0, "collecting")
        declared = tuple(
            make_declared(name, judged_by="instructions" if name in self.by_count else "time") for name in self.changes
        )
        found = tuple(Found(benchmark=name, code="same" if name in self.same_code else "") for name in self.changes)
        return Discovery(declared=declared, base=found, head=found)

    def pairs(self, step, *, most, progress):
        """Measure as many at once as there is room for, in the time of one."""
        began = self._now
        found = []
        for _ in range(min(most, self.at_once)):
            self._now = began
            found.append(self._pair(step, progress))
        return tuple(replace(pair, at_once=len(found)) for pair in found)

    def _pair(self, step, progress):
        if len(self.steps) == self.interrupt_at:
            raise KeyboardInterrupt
        self.steps.append(step)
        self._now += 0.4 + 0.05 * len(step.benchmarks)
        for done, name in enumerate(step.benchmarks):
            progress(done, len(step.benchmarks), name)
        return Pair(
            step=step,
            seed=len(self.steps),
            cpu=0,
            ended=self._now,
            paired=tuple(self._paired(name, step) for name in step.benchmarks),
        )

    def _paired(self, name, step):
        side = self.fails.get(name)
        if side is not None and not (step.control and side == "head"):
            return Paired(benchmark=name, failure=SideFailure(side=side, kind="raised", message="ValueError: broken"))
        change = 0.0 if step.control else math.log1p(self.changes[name])
        luck = self._draw.gauss(change, self.spread)
        base, head = [], []
        for _ in range(6):
            level = 1e-3 * math.exp(self._draw.gauss(0, 0.02))
            base.append(Slice(value=level, cpu=level))
            noisy = level * math.exp(luck + self._draw.gauss(0, 0.005))
            head.append(Slice(value=noisy, cpu=noisy))
        return Paired(benchmark=name, base=tuple(base), head=tuple(head))

    def count(self, benchmarks):
        self.counted.append(tuple(benchmarks))
        return tuple(
            Witness(
                benchmark=name, kind="instructions", base=1_000_000, head=round(1_000_000 * (1 + self.changes[name]))
            )
            for name in benchmarks
            if name not in self.uncountable
        )

    def profile(self, benchmarks):
        self.profiled.append(tuple(benchmarks))
        return tuple(Profile(benchmark=name, base=(), head=()) for name in benchmarks)

    def elapsed(self):
        return self._now
