"""What does a recording say of each metric of each benchmark? One number for each pair: how much larger head is.

The unit of replication is the pair of fresh processes: whatever was measured inside a pair becomes one number. On
unchanged code, tests on the values of single processes accuse 88 % of the time at a nominal 5 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from lapwing.judge.compare.remembered import Remembered
from lapwing.model import MetricId
from lapwing.units import SECONDS, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.recording import Pair, Paired, Slice

    Bools = NDArray[np.bool_]

TIME: Final = "time"
CPU_TIME: Final = "cpu_time"

_HUGE: Final = 1e300
"""The sum of two numbers beyond this may be beyond what a float holds."""

WAITED: Final = 0.03
"""A slice in which the process waited longer for a processor than 3 % of its time was disturbed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairValues:
    """One number for each pair and metric of the recording, or of its control pairs.

    ``ratios[i, k]`` is log(head / base) of metric ``metrics[i]`` in the k-th pair, NaN where it was not measured;
    ``base`` and ``head`` are the levels it is made of, in base units. ``places[k]`` is that pair's place in the
    recording, ``dropped[i]`` how many disturbed blocks were left out.
    """

    metrics: tuple[MetricId, ...]
    units: tuple[Unit, ...]
    places: tuple[int, ...]
    ratios: Floats
    base: Floats
    head: Floats
    dropped: Ints


class HasPairs(Protocol):
    """A recording, or whatever else has pairs."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Return what was measured, in order."""


def pair_values(recording: HasPairs, *, control: bool = False, leave: Collection[str] = ()) -> PairValues:
    """Return one number for each pair and noisy metric: of ``time`` and ``cpu_time``, the median over blocks.

    A block in which either process waited for a processor is left out while at least half of the pair's blocks stay;
    both its slices go, so that swapping base and head leaves out the same. A metric that the test recorded itself gives
    the log ratio of its medians; where one of them is not above nought, the difference relative to the mean size.
    Metrics whose names are among ``leave`` are left out.
    """
    places = tuple(i for i, pair in enumerate(recording.pairs) if pair.step.control == control)
    pairs = [recording.pairs[i] for i in places]
    units: dict[_Name, Unit] = {}
    found = [
        (column, brought(pair))
        for name, brought in _SLICED.items()
        if name not in leave
        for column, pair in enumerate(pairs)
    ]
    recorded = [value for value in _recorded(pairs, units) if value[0][1] not in leave]
    names = sorted({*(name for _, some in found for name in some.names), *(value[0] for value in recorded)})
    row = {name: i for i, name in enumerate(names)}
    shape = (len(names), len(places))
    ratios, base, head = np.full(shape, np.nan), np.full(shape, np.nan), np.full(shape, np.nan)
    dropped = np.zeros(len(names), dtype=np.int64)
    for column, some in found:
        rows = [row[name] for name in some.names]
        ratios[rows, column], base[rows, column], head[rows, column] = some.ratios, some.base, some.head
        np.add.at(dropped, rows, some.dropped)
    for name, column, ratio, one_base, one_head in recorded:
        ratios[row[name], column], base[row[name], column], head[row[name], column] = ratio, one_base, one_head
    return PairValues(
        metrics=tuple(MetricId(benchmark=benchmark, name=name) for benchmark, name in names),
        units=tuple(units.get(name, SECONDS) for name in names),
        places=places,
        ratios=ratios,
        base=base,
        head=head,
        dropped=dropped,
    )


_Name = tuple[str, str]
"""Benchmark and metric."""

_Value = tuple[_Name, int, float, float, float]
"""Metric, column, ratio, base, head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sliced:
    """What one pair says of one metric that slices have, an entry for each benchmark."""

    names: tuple[_Name, ...]
    ratios: Floats
    base: Floats
    head: Floats
    dropped: Ints


def _sliced(pair: Pair, name: str) -> _Sliced:
    """Return what the slices of a pair say of a metric."""
    by_blocks: dict[int, list[Paired]] = {}
    for one in pair.paired:
        if one.base and one.failure is None:
            by_blocks.setdefault(len(one.base), []).append(one)
    nothing = _Sliced(names=(), ratios=_NONE, base=_NONE, head=_NONE, dropped=_NONE.astype(np.int64))
    parts = [_of_blocks(group, blocks, name) for blocks, group in by_blocks.items()] or [nothing]
    return _Sliced(
        names=tuple(one for part in parts for one in part.names),
        ratios=np.concatenate([part.ratios for part in parts]),
        base=np.concatenate([part.base for part in parts]),
        head=np.concatenate([part.head for part in parts]),
        dropped=np.concatenate([part.dropped for part in parts]),
    )


def _of_blocks(group: Sequence[Paired], blocks: int, name: str) -> _Sliced:
    """Return what those of a pair say that have this many blocks."""
    sides = [_numbers((one.base for one in group), name), _numbers((one.head for one in group), name)]
    base, head = (side.reshape(-1, blocks) for side in sides)
    usable: Bools = np.logical_and((base > 0).all(axis=1), (head > 0).all(axis=1))
    base, head = np.where(usable[:, None], base, 1.0), np.where(usable[:, None], head, 1.0)
    waits = [_numbers((one.base for one in group), "waited"), _numbers((one.head for one in group), "waited")]
    keep = undisturbed(np.maximum(*waits).reshape(-1, blocks))
    return _Sliced(
        names=tuple((one.benchmark, name) for one, good in zip(group, usable.tolist(), strict=True) if good),
        # log(head) - log(base) and not log(head / base): its negation is the swapped one to the bit.
        ratios=_medians(np.log(head) - np.log(base), keep)[usable],
        base=_medians(base, keep)[usable],
        head=_medians(head, keep)[usable],
        dropped=(blocks - keep.sum(axis=1))[usable],
    )


_NONE: Final[Floats] = np.zeros(0)

_SLICED: Final = {name: Remembered(partial(_sliced, name=name)) for name in (TIME, CPU_TIME)}


def _numbers(slices: Iterable[tuple[Slice, ...]], name: str) -> Floats:
    if name == TIME:
        return np.array([one.value for some in slices for one in some])
    if name == CPU_TIME:
        return np.array([one.cpu for some in slices for one in some])
    return np.array([one.waited for some in slices for one in some])


def undisturbed(waited: Floats) -> Bools:
    """Return which blocks to keep (S x blocks): those without waiting, or, where they are fewer, the calmer half."""
    half = (waited.shape[1] + 1) // 2
    calm = np.argsort(np.argsort(waited, axis=1, kind="stable"), axis=1) < half
    kept: Bools = (waited <= WAITED) | calm
    return kept


def _medians(values: Floats, keep: Bools) -> Floats:
    """Return the median of what is kept of each row; at least one value is."""
    ordered = np.sort(np.where(keep, values, np.inf), axis=1)
    count = keep.sum(axis=1)
    rows = np.arange(values.shape[0])
    low, high = ordered[rows, (count - 1) // 2], ordered[rows, count // 2]
    # Halved first, for the sum of two huge values is none; and what is left of half the smallest value is nought.
    middle: Floats = np.maximum(low / 2 + high / 2, low)
    return middle


def level(values: Floats) -> float:
    """Return the median of what is known of one row, which is something."""
    known = values[~np.isnan(values)]
    return float(_medians(known[None, :], np.ones((1, known.shape[0]), dtype=bool))[0])


def _recorded(pairs: Sequence[Pair], units: dict[_Name, Unit]) -> Iterable[_Value]:
    """Return the values of the noisy metrics that tests recorded themselves, and note their units."""
    for column, pair in enumerate(pairs):
        for one in pair.paired:
            for numbers in one.numbers if one.failure is None else ():
                name = (one.benchmark, numbers.name)
                unit = units.setdefault(name, numbers.unit)
                if unit != numbers.unit or unit.noise == "exact" or not (numbers.base and numbers.head):
                    continue
                base, head = median(numbers.base), median(numbers.head)
                if math.isfinite(base) and math.isfinite(head):
                    yield name, column, relative_change(base, head), base, head


def relative_change(base: float, head: float) -> float:
    """Return log(head / base), or where either is not above nought, their difference over their mean size.

    Swapping them negates it, and for small changes both are the same.
    """
    if base > 0 and head > 0:
        return math.log(head) - math.log(base)
    if max(abs(base), abs(head)) > _HUGE:
        base, head = base / 4, head / 4
    size = (abs(base) + abs(head)) / 2
    return (head - base) / size if size > 0 else 0.0
