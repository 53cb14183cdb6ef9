"""What does the real protocol say of resampled slices? Suites without end from what a few comparisons recorded.

The steps are those of :func:`lapwing.judge.compare.next_step`, the verdicts those of ``judge_recording``; only where a
pair would be measured, recorded slices of the same benchmark are drawn instead. Under the hypothesis that nothing
changed, base and head can change places, so the places are drawn.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Literal

from lapwing.judge.compare import ComparePolicy, judge_recording, next_step
from lapwing.model import Report
from lapwing.recording import Pair, Paired, Recording, Step

Manner = Literal["free", "whole", "kept"]
"""How base and head change places: in each value for itself; in all values of a pair at once, which keeps what the
processes of one pair share; in a benchmark once and for all, which keeps what is constantly off in it."""


@dataclass(slots=True, kw_only=True)
class Pool:
    """What was recorded, to draw from: pairs whole, and by benchmark; of control pairs apart.

    ``seconds`` is what one benchmark took in one pair, sessions and all.
    """

    pairs: list[dict[str, Paired]] = field(default_factory=list)
    by_benchmark: dict[str, list[Paired]] = field(default_factory=dict)
    control: dict[str, list[Paired]] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, recording: Recording) -> None:
        """Add the pairs of one more recording."""
        for pair in recording.pairs:
            good = {one.benchmark: one for one in pair.paired if one.base and one.failure is None}
            place = self.control if pair.step.control else self.by_benchmark
            for name, one in good.items():
                place.setdefault(name, []).append(one)
            if not pair.step.control:
                self.pairs.append(good)
        measured = sum(len(pair.paired) for pair in recording.pairs)
        self.seconds = max(self.seconds, recording.pairs[-1].ended / measured)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampling:
    """The benchmarks of ``recording`` compared again and again, on slices drawn from ``pool``.

    Those in ``changed`` keep their places: they are not under the hypothesis.
    """

    recording: Recording
    pool: Pool
    policy: ComparePolicy
    manner: Manner
    changed: frozenset[str]

    def suite(self, seed: int) -> Report:
        """Return the verdicts of one more comparison."""
        draw = random.Random(seed)
        turned = {found.benchmark for found in self.recording.discovery.head if draw.random() < 0.5}
        made = replace(self.recording, pairs=(), witnesses=(), profiles=(), warnings=(), complete=True)
        ended = 0.0
        while (step := next_step(made, self.policy)) is not None:
            ended += self.pool.seconds * len(step.benchmarks)
            pair = Pair(step=step, seed=len(made.pairs), cpu=None, ended=ended, paired=self._drawn(step, draw, turned))
            made = replace(made, pairs=(*made.pairs, pair))
        return judge_recording(made, self.policy)

    def _drawn(self, step: Step, draw: random.Random, turned: set[str]) -> tuple[Paired, ...]:
        whole = draw.choice(self.pool.pairs) if self.manner == "whole" and not step.control else {}
        turn_all = draw.random() < 0.5
        found = []
        for name in step.benchmarks:
            recorded = self.pool.control.get(name) if step.control else None
            choices = recorded or self.pool.by_benchmark.get(name, [])
            one = whole.get(name) or (draw.choice(choices) if choices else Paired(benchmark=name))
            turn = {"free": draw.random() < 0.5, "whole": turn_all, "kept": name in turned}[self.manner]
            if turn and (step.control or name not in self.changed):
                one = replace(one, base=one.head, head=one.base)
            found.append(one)
        return tuple(found)
