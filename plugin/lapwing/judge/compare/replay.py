"""Where has the protocol got to? A recording's pairs are fed to it in the order in which they were measured.

The same recording always gives the same: what was decided after some pairs is decided for good, whatever came after.
"""

from __future__ import annotations

from dataclasses import dataclass
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

    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.values import PairValues
    from lapwing.recording import Recording

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

    What to measure next and how far it has got are asked of the same recording: the last ones are remembered, so that
    nobody may change what is returned.
    """
    return _replays(recording)(policy, control, attempt)


def _replay(recording: Recording, policy: ComparePolicy, control: bool, attempt: int) -> Replay:  # noqa: FBT001 - cached
    values = pair_values(recording, control=control, leave=policy.not_judged)
    limits = {one.benchmark: one.limit for one in recording.discovery.declared}
    bands = np.array([band_of(limits.get(one.benchmark) or recording.limit) for one in values.metrics])
    names = sorted({one.name for one in values.metrics})
    kinds = np.array([names.index(one.name) for one in values.metrics], dtype=np.int64)
    suites = Suites(1, bands, kinds, policy)
    rows: dict[str, list[int]] = {}
    for i, metric in enumerate(values.metrics):
        rows.setdefault(metric.benchmark, []).append(i)
    asked: dict[str, int] = {}
    missed: dict[str, int] = {}
    reruns: Reruns | None = None
    for column, place in enumerate(values.places):
        step = recording.pairs[place].step
        if step.attempt and reruns is None:
            reruns = Reruns(suites, policy)
        known = ~np.isnan(values.ratios[:, column])
        brought = {values.metrics[row].benchmark for row in np.flatnonzero(known).tolist()}
        for one in step.benchmarks:
            asked[one] = asked.get(one, 0) + 1
            if one not in brought:
                missed[one] = missed.get(one, 0) + 1
        fed: Suites | Reruns = suites if reruns is None else reruns
        some = np.flatnonzero(known & (suites.phases <= Phase.CANDIDATE))
        fed.feed(some, values.ratios[some, column])
    if attempt and reruns is None:
        reruns = Reruns(suites, policy)
    return Replay(values=values, suites=suites, rows=rows, asked=asked, missed=missed, reruns=reruns)


def _replays_of(recording: Recording) -> Callable[[ComparePolicy, bool, int], Replay]:
    return lru_cache(partial(_replay, recording))


_replays: Final = Remembered(_replays_of, most=1)
