"""Where has the protocol got to? A recording's pairs are fed to it in the order in which they were measured.

The same recording always gives the same: what was decided after some pairs is decided for good, whatever came after.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.judge.compare.policy import band_of
from lapwing.judge.compare.remembered import Remembered
from lapwing.judge.compare.reruns import Reruns
from lapwing.judge.compare.suites import Phase, Suites
from lapwing.judge.compare.values import pair_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.detect.ranks import Floats
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.values import PairValues
    from lapwing.model import MetricId
    from lapwing.recording import Recording, Step

MOST_MISSED: Final = 3
"""A benchmark that three pairs brought nothing of is not asked for again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """The protocol's state after all pairs (of the real ones, or of the control's).

    ``rows`` are the metrics' rows by benchmark, ``asked`` and ``missed`` count the pairs that were to measure a
    benchmark and those that brought no value of it. ``reruns`` is set where there are pairs of a later attempt.
    """

    values: PairValues
    suites: Suites
    rows: dict[str, list[int]]
    asked: dict[str, int]
    missed: dict[str, int]
    reruns: Reruns | None

    def given_up(self, benchmark: str) -> bool:
        """Tell whether a benchmark brings nothing, however often it is asked."""
        return self.missed.get(benchmark, 0) >= MOST_MISSED


def replay(recording: Recording, policy: ComparePolicy, *, control: bool = False, attempt: int = 0) -> Replay:
    """Feed the pairs of a recording to the protocol; ``attempt`` above 0 says that a rerun is about to begin.

    What to measure next and how far it has got are asked of the same recording, and then of one with a pair more: what
    was replayed last is remembered and gone on from, so that nobody may change what is returned.
    """
    return _replays(recording)(policy, control, attempt)


@dataclass(slots=True, kw_only=True)
class _Course:
    """The protocol's state after the first ``columns`` pairs of a recording (of the real ones, or of the control's)."""

    recording: Recording
    policy: ComparePolicy
    metrics: tuple[MetricId, ...]
    suites: Suites
    reruns: Reruns | None = None
    columns: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)

    def leads_to(self, recording: Recording, policy: ComparePolicy, metrics: tuple[MetricId, ...]) -> bool:
        """Tell whether ``recording`` is this one and perhaps some pairs more, of the same metrics."""
        own = self.recording
        return (
            own.discovery is recording.discovery
            and own.limit == recording.limit
            and len(own.pairs) <= len(recording.pairs)
            and all(one is other for one, other in zip(own.pairs, recording.pairs, strict=False))
            and self.policy == policy
            and self.metrics == metrics
        )

    def copied(self) -> _Course:
        """Return a course to go on with; this one stays as it is."""
        suites, reruns = deepcopy((self.suites, self.reruns))
        return replace(self, suites=suites, reruns=reruns, asked=dict(self.asked), missed=dict(self.missed))

    def feed(self, step: Step, ratios: Floats) -> None:
        """Take in the next pair."""
        if step.attempt and self.reruns is None:
            self.reruns = Reruns(self.suites, self.policy)
        known = ~np.isnan(ratios)
        brought = {self.metrics[row].benchmark for row in np.flatnonzero(known).tolist()}
        for one in step.benchmarks:
            self.asked[one] = self.asked.get(one, 0) + 1
            if one not in brought:
                self.missed[one] = self.missed.get(one, 0) + 1
        some = np.flatnonzero(known & (self.suites.phases <= Phase.CANDIDATE))
        (self.suites if self.reruns is None else self.reruns).feed(some, ratios[some])
        self.columns += 1


def _begun(recording: Recording, policy: ComparePolicy, metrics: tuple[MetricId, ...]) -> _Course:
    limits = {one.benchmark: one.limit for one in recording.discovery.declared}
    bands = np.array([band_of(limits.get(one.benchmark) or recording.limit) for one in metrics])
    names = sorted({one.name for one in metrics})
    kinds = np.array([names.index(one.name) for one in metrics], dtype=np.int64)
    return _Course(recording=recording, policy=policy, metrics=metrics, suites=Suites(1, bands, kinds, policy))


_last: Final[dict[bool, _Course]] = {}
"""The courses that were followed last, of real pairs and of the control's: the next question is one pair further on."""


def _replay(recording: Recording, policy: ComparePolicy, control: bool, attempt: int) -> Replay:  # noqa: FBT001 - cached
    values = pair_values(recording, control=control, leave=policy.not_judged)
    last = _last.get(control)
    if last is not None and last.leads_to(recording, policy, values.metrics):
        course = replace(last.copied(), recording=recording)
    else:
        course = _begun(recording, policy, values.metrics)
    for column in range(course.columns, len(values.places)):
        course.feed(recording.pairs[values.places[column]].step, values.ratios[:, column])
    _last[control] = course
    if attempt and course.reruns is None:
        course = course.copied()
        course.reruns = Reruns(course.suites, policy)
    rows: dict[str, list[int]] = {}
    for i, metric in enumerate(values.metrics):
        rows.setdefault(metric.benchmark, []).append(i)
    return Replay(
        values=values,
        suites=course.suites,
        rows=rows,
        asked=course.asked,
        missed=course.missed,
        reruns=course.reruns,
    )


def _replays_of(recording: Recording) -> Callable[[ComparePolicy, bool, int], Replay]:
    return lru_cache(partial(_replay, recording))


_replays: Final = Remembered(_replays_of, most=1)
