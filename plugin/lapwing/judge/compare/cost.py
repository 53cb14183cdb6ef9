"""How long will a pair take? From how long the pairs so far took."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from lapwing.judge.compare.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.recording import Pair

START_SECONDS: Final = 0.4
"""What it takes to start and end two workers, where nothing is known yet: 0.4 to 0.6 s for a small suite on two
processors, some of it beside the pair before."""

BENCHMARK_SECONDS: Final = 0.045
"""What a benchmark takes in a pair: 4 blocks of two slices of 4.5 ms, and warming up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds: ``start`` for any pair, ``each`` by benchmark, ``other`` for one that no pair has had yet."""

    start: float
    each: dict[str, float]
    other: float

    def of(self, benchmarks: Iterable[str]) -> float:
        """Return the seconds of a pair with these benchmarks."""
        return self.start + sum(self.each.get(one, self.other) for one in benchmarks)


def cost_of(pairs: tuple[Pair, ...]) -> Cost:
    """Return what pairs cost, from what they took: a benchmark its slices and its share of the rest, else a guess.

    Of pairs that were measured at once, each takes its part of the time. An attempt's clock runs while it collects and
    counts, some 10 s that are no pair's: its first pair says what a benchmark costs only where there is no other.
    """
    sliced: dict[str, list[float]] = {}
    starts: list[float] = []
    extras: list[float] = []
    firsts: list[float] = []
    before = 0.0
    begins, took = True, 0.0
    for pair in pairs:
        if pair.ended != before or pair.at_once == 1:
            # A resumed attempt and a rerun begin a clock of their own.
            begins = not starts or pair.ended < before
            took = (pair.ended if begins else pair.ended - before) / pair.at_once
            before = pair.ended
        total = 0.0
        for benchmark, seconds in _slices_of(pair):
            sliced.setdefault(benchmark, []).append(seconds / pair.at_once)
            total += seconds / pair.at_once
        rest = max(took - total, 0.0)
        starts.append(min(rest, START_SECONDS))
        (firsts if begins else extras).append((rest - starts[-1]) / max(len(pair.paired), 1))
    if not starts:
        return Cost(start=START_SECONDS, each={}, other=BENCHMARK_SECONDS)
    extra = median(extras or firsts)
    each = {name: median(some) + extra for name, some in sliced.items()}
    return Cost(start=median(starts), each=each, other=median(each.values()) if each else BENCHMARK_SECONDS)


def _seconds(pair: Pair) -> tuple[tuple[str, float], ...]:
    """Return the seconds of the slices of each benchmark of a pair."""
    return tuple(
        (one.benchmark, one.calls * (sum([some.value for some in one.base]) + sum([some.value for some in one.head])))
        for one in pair.paired
    )


_slices_of: Final = Remembered(_seconds)
