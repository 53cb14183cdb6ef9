"""How is the ratio of each benchmark to an anchor taken? By pairs of processes: a pair is one process of the sample.

A pair has the anchor for its base side and head for its head side, both alive on one processor, slices in turn. Its one
number, head over anchor, times the anchor's level (:mod:`lapwing.judge.chain`), is the value of one process; so a
sample of ratios is judged, suspected and measured again as any other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.errors import LapwingError
from lapwing.judge.compare.values import CPU_TIME, pair_values
from lapwing.judge.relative import RELATIVE_TIME, TIME
from lapwing.model import Failure, Measured, MetricId, Sample
from lapwing.recording import Step
from lapwing.units import RATIO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lapwing.model import Declared, Level, Machine, RunWarning
    from lapwing.ports import PairSampler
    from lapwing.recording import Discovery, Found, Pair

    Progress = Callable[[int, int, str], None]

PAIRS: Final = 8
"""Pairs behind one value: where pairs spread by 1.4 %, their median is known to 0.6 %, a tenth of the usual limit."""

LEAST: Final = 3
"""Pairs below which there is no value: of two, nobody knows which was disturbed."""


@dataclass(slots=True, kw_only=True)
class RatioSampler:
    """A :class:`~lapwing.ports.Sampler` of ratios, over a :class:`~lapwing.ports.PairSampler` that has discovered.

    ``levels`` has a level for each benchmark that will be asked for; ``on`` is what :meth:`machine` says. ``going_on``
    tells before each pair whether there is time for it. Nothing raises out of here: whatever cannot be measured is
    among the failures, as *skipped*, since the benchmark itself was measured. ``interrupted`` tells of Ctrl-C.
    """

    pairs: PairSampler
    levels: Mapping[str, Level]
    on: Machine
    going_on: Callable[[], bool]
    count: int = PAIRS
    interrupted: bool = field(default=False, init=False)

    def machine(self) -> Machine:
        """Return the class of machines that the ratios belong to."""
        return self.on

    def measure(self, benchmarks: Sequence[Declared], *, progress: Progress) -> Measured:
        """Take ``count`` pairs over all of ``benchmarks``; those with fewer than 3 usable ones are failures."""
        names = tuple(one.benchmark for one in benchmarks)
        taken = _Taken()
        ended = self._take(names, taken, progress)
        values = pair_values(taken, leave={CPU_TIME})
        rows = {metric.benchmark: i for i, metric in enumerate(values.metrics) if metric.name == TIME}
        samples, failures = [], []
        for name in names:
            ratios = values.ratios[rows[name]] if name in rows else np.empty(0)
            known = ratios[~np.isnan(ratios)].tolist()
            if len(known) >= LEAST:
                samples.append(_sample(name, known, self.levels[name].level))
            else:
                failures.append(Failure(benchmark=name, kind="skipped", message=_why(name, taken.pairs) or ended))
        return Measured(
            samples=tuple(samples),
            failures=tuple(failures),
            warnings=_warnings(taken.pairs),
            complete=not self.interrupted,
        )

    def _take(self, names: tuple[str, ...], taken: _Taken, progress: Progress) -> str:
        """Take the pairs; return why a benchmark might have too few of them."""
        total = self.count * len(names)
        while left := self.count - len(taken.pairs):
            if not self.going_on():
                return "The time was over before there were enough pairs."

            def tell(done: int, _: int, what: str, before: int = len(taken.pairs) * len(names)) -> None:
                progress(before + done, total, what)

            try:
                pairs = self.pairs.pairs(Step(stage="confirm", benchmarks=names), most=left, progress=tell)
            except KeyboardInterrupt:
                self.interrupted = True
                return "It was interrupted."
            except LapwingError as error:
                return error.message
            taken.pairs = (*taken.pairs, *pairs)
        progress(total, total, "")
        return "It times nothing."


@dataclass(slots=True)
class _Taken:
    pairs: tuple[Pair, ...] = ()


def _sample(benchmark: str, log_ratios: Sequence[float], level: float) -> Sample:
    return Sample(
        metric=MetricId(benchmark=benchmark, name=RELATIVE_TIME),
        unit=RATIO,
        values=tuple((math.exp(one) * level,) for one in log_ratios),
    )


def _why(benchmark: str, pairs: Sequence[Pair]) -> str:
    """Return what went wrong with a benchmark in the first pair in which something did, empty where nothing did."""
    failures = (one.failure for pair in pairs for one in pair.paired if one.benchmark == benchmark and one.failure)
    first = next(failures, None)
    return "" if first is None else f"On {'the anchor' if first.side == 'base' else 'head'}: {first.message}"


def _warnings(pairs: Sequence[Pair]) -> tuple[RunWarning, ...]:
    return tuple(dict.fromkeys(warning for pair in pairs for warning in pair.warnings))


def missing(discovery: Discovery, benchmarks: Sequence[str]) -> dict[str, str]:
    """Return those of ``benchmarks`` that no pair can measure, and why: one of the sides did not collect them."""
    base, head = _by_name(discovery.base), _by_name(discovery.head)
    found = {}
    for name in benchmarks:
        for here, side in ((base, "The anchor"), (head, "Head")):
            one = here.get(name)
            if one is None:
                found[name] = f"{side} does not have it."
            elif one.failure is not None:
                found[name] = f"{side} cannot run it: {one.failure.message}"
            if name in found:
                break
    return found


def _by_name(found: Sequence[Found]) -> dict[str, Found]:
    return {one.benchmark: one for one in found}
