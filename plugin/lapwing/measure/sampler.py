"""How often is a benchmark called in one process, and what is kept of it?

The plan is a generator: it asks for calls and is told how long they took, so that the same plan drives functions,
coroutines and ``with perf:`` blocks, and a test with a fake clock sees every decision. Numbers named below were decided
by the trials of ``benchmarks/measure``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, fsum
from statistics import fmean
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError
from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from lapwing.measure.clock import Stopwatch

__tracebackhide__ = True  # a failing test shows its own lines, not ours
VALUE_SECONDS: Final = 5e-3
"""Length of a value: long against the clocks (0.04 and 0.44 µs), short against the drift of a shared machine."""

VALUES_KEPT: Final = 100
"""Values kept of a process: longer values rather than more of them."""

CALLS_KEPT: Final = 500
"""Single calls kept of a process for a budget over percentiles: evenly spaced in order, the extremes among them."""

PER_CALL_SECONDS: Final = 10e-6
"""From this length of a call on, single calls are timed if asked: reading the clock is then below 1 % of it."""

WARM_CALLS: Final = 3
WARM_SECONDS: Final = 2e-3
"""CPython 3.11 to 3.13 is within 5 % of its steady speed after 3 calls or 2 ms, whichever is longer."""

PROBE_SECONDS: Final = 2.0
"""A first call up to this long is repeated once, to see whether it was slow or only cold (imports, caches)."""

_BATCH_SECONDS: Final = 2e-3
_MAX_VALUES: Final = 200_000
_MAX_LOOPS: Final = 1_000_000_000
_LEAST: Final = 1e-10
_TOO_FEW_STEPS: Final = 20
_TOO_FAST_SECONDS: Final = 1e-9
_NOTABLE_TIMER: Final = 0.01
_NOTABLE_WAIT: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Calls to make: ``loops`` of them, timed together or ``each`` alone."""

    loops: int
    each: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the calls took: one wall time for all, or one for each; processor time for all. Seconds, costs included.

    ``waited`` is the time they waited for a processor; one wall time is without it.
    """

    wall: tuple[float, ...]
    cpu: float
    waited: float = 0.0


def reading_of(wall: float | Sequence[float], cpu: float, waited: float) -> Reading:
    """Return a reading of one wall time for all calls, less the waiting, or of one for each.

    Nobody knows which of single calls waited, so they keep it.
    """
    if isinstance(wall, float):
        # Never below what was computed: the clocks are read one after the other.
        return Reading(wall=(max(wall - waited, min(cpu, wall)),), cpu=cpu, waited=waited)
    return Reading(wall=tuple(wall), cpu=cpu, waited=waited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one process may do for one benchmark.

    ``share`` is its seconds. ``loops`` fixes the calls to a value, ``near`` is what an earlier process calibrated,
    ``warmup`` fixes the warm-up calls. ``single`` is True where an earlier process found one call too long for its
    share, False where it found it short, None where nobody knows yet. ``grouped`` says that a value can be made of
    several calls in one loop; a ``setup`` or a ``with perf:`` block forbids it. ``timer`` is the wall and processor
    time to subtract from each reading. ``most`` is how many readings the test allows in all, None for any number.
    """

    share: float
    loops: int | None = None
    near: int | None = None
    warmup: int | None = None
    single: bool | None = None
    grouped: bool = True
    per_call: bool = False
    timer: tuple[float, float] = (0.0, 0.0)
    between: float = 0.0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one process brings home of one benchmark: seconds for each call, timer cost subtracted.

    ``spent`` is everything it took of the share, ``longest`` the longest call; ``single`` says that one call was too
    long for the share.
    """

    time: tuple[float, ...]
    cpu_time: tuple[float, ...]
    loops: int
    spent: float
    single: bool
    longest: float
    warnings: tuple[RunWarning, ...] = ()


@dataclass(slots=True)
class _Kept:
    """Raw values in the order they were taken; ``cpu_loops`` differs where single calls share a processor time."""

    time: list[float]
    cpu: list[float]
    loops: int
    each: bool
    waited: float = 0.0


def plan(rules: Rules, stopwatch: Stopwatch) -> Generator[Ask, Reading, Taken]:
    """Warm up, calibrate and take values until the share is used; the caller answers each :class:`Ask`.

    Raises:
        MeasureError: no positive time came out (slug ``too-fast``).
    """
    start = stopwatch.wall()
    first = yield Ask(loops=1)
    cost = stopwatch.wall() - start
    single = yield from _too_long(rules, stopwatch, cost)
    if single:
        kept = _Kept(time=list(first.wall), cpu=[first.cpu], loops=1, each=False, waited=first.waited)
    else:
        warm = yield from _warm_up(rules, stopwatch, cost, first)
        each = _times_each(rules, warm.call)
        loops = yield from _calibrate(rules, warm.call, each=each)
        kept = yield from _measure(rules, stopwatch, warm, start=start, loops=loops, each=each)
    return _taken(rules, stopwatch, kept, spent=stopwatch.wall() - start, single=single)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Warm:
    """What warm-up learned: the least clock time of a call with all around it, the least time of the call, the last."""

    cost: float
    call: float
    last: Reading


def _too_long(rules: Rules, stopwatch: Stopwatch, cost: float) -> Generator[Ask, Reading, bool]:
    """Tell whether one call is all there is to take: the same in every process, so the first one decides."""
    if rules.single is not None:
        return rules.single
    if cost <= rules.share / 2:
        return False
    if cost > PROBE_SECONDS:
        return True
    start = stopwatch.wall()
    yield Ask(loops=1)
    return stopwatch.wall() - start > rules.share / 2


def _warm_up(rules: Rules, stopwatch: Stopwatch, cost: float, first: Reading) -> Generator[Ask, Reading, _Warm]:
    """Call until it is warm, and at least once more than the first time, which says little of the ones to come."""
    call = _net(first.wall[0], rules.timer[0])
    calls, spent = 1, cost
    while not _is_warm(rules, calls, spent, cost):
        before = stopwatch.wall()
        first = yield Ask(loops=1)
        took = stopwatch.wall() - before
        cost, call = min(cost, took), min(call, _net(first.wall[0], rules.timer[0]))
        calls, spent = calls + 1, spent + took
    return _Warm(cost=cost, call=call, last=first)


def _is_warm(rules: Rules, calls: int, spent: float, cost: float) -> bool:
    if rules.warmup is not None:
        return calls >= rules.warmup
    # A third of the share at most: what is slow needs its time for values.
    return calls > 1 and ((calls >= WARM_CALLS and spent >= WARM_SECONDS) or spent + cost > rules.share / 3)


def _times_each(rules: Rules, call: float) -> bool:
    """Tell whether single calls are timed: as the first process did, since percentiles of means are none of calls."""
    if not rules.per_call or not rules.grouped or rules.loops is not None:
        return False
    return call >= PER_CALL_SECONDS if rules.near is None else rules.near == 1


def _calibrate(rules: Rules, call: float, *, each: bool) -> Generator[Ask, Reading, int]:
    """Return how many calls make a value of the right length (or a batch, where each call is timed alone)."""
    if rules.loops is not None or not rules.grouped:
        return rules.loops or 1
    if each:
        return max(1, int(min(_BATCH_SECONDS, rules.share / 20) / call))
    # Never longer than a tenth of the share, unless 100 values would not fill it.
    target = max(min(VALUE_SECONDS, rules.share / 10), rules.share / VALUES_KEPT)
    # Equal loops make values comparable between processes, unless the first process was misled about the length.
    if rules.near is not None and target / 4 < rules.near * call < rules.share / 2:
        return rules.near
    loops = 1
    # A call of 20 ns is seen with an error of 200 % in a loop of one: grow until a tenth of the target is really timed.
    while loops * call < target / 10 and loops < _MAX_LOOPS:
        loops = max(2 * loops, min(loops * 10, ceil(target / 10 / max(call, _LEAST))))
        reading = yield Ask(loops=loops)
        call = _net(reading.wall[0], rules.timer[0]) / loops
    return min(_MAX_LOOPS, max(1, round(target / max(call, _LEAST))))


def _measure(  # noqa: PLR0913 - what warm-up and calibration found
    rules: Rules, stopwatch: Stopwatch, warm: _Warm, *, start: float, loops: int, each: bool
) -> Generator[Ask, Reading, _Kept]:
    """Take values until one more would end farther from the share's end than there is left of it."""
    kept = _Kept(time=[], cpu=[], loops=loops, each=each)
    cost, now = warm.cost * loops, stopwatch.wall()
    end = start + rules.share
    if warm.cost < rules.share / 5:
        end = max(end, now + rules.share / 2)  # a cold first call may have eaten the share: leave half of it for values
    elif loops == 1 and not each and rules.warmup is None:
        kept.time, kept.cpu = list(warm.last.wall), [warm.last.cpu]
    while not kept.time or (end - now >= cost / 2 and len(kept.time) < _MAX_VALUES):
        reading = yield Ask(loops=loops, each=each)
        kept.time.extend(reading.wall)
        kept.cpu.append(reading.cpu)
        kept.waited += reading.waited
        after = stopwatch.wall()
        cost, now = after - now, after
    return kept


def _net(value: float, timer: float) -> float:
    return max(value - timer, 0.0)


def _taken(rules: Rules, stopwatch: Stopwatch, kept: _Kept, *, spent: float, single: bool) -> Taken:
    wall_cost, cpu_cost = rules.timer
    doubts: list[RunWarning] = []
    if kept.each:
        raw = [value - rules.between for value in kept.time]
        time, loops = spaced(raw, CALLS_KEPT), 1
        cpu = [(value - cpu_cost) / kept.loops - rules.between for value in kept.cpu]
    else:
        raw = [(value - wall_cost) / kept.loops for value in kept.time]
        time, group = grouped(raw, VALUES_KEPT)
        loops = kept.loops * group
        cpu = [(value - cpu_cost) / kept.loops for value in kept.cpu]
    length = fmean(kept.time)
    if min(time) < _LEAST:
        time, loops = (fmean(raw),), kept.loops * len(raw)
    if time[0] < _LEAST:  # an empty body takes 15 ns
        raise MeasureError(
            "too-fast",
            f"Nothing is left of {length * 1e9:.0f} ns without the timer's cost of {wall_cost * 1e9:.0f} ns.",
            remedy="time more work in one call, or drop the setup that allows one call at a time only.",
        )
    doubts.extend(_timer_doubts(min(time), length, wall_cost if not kept.each else rules.between, stopwatch.wall_step))
    doubts.extend(contended(kept.waited, fsum(kept.time) + (0.0 if kept.each else kept.waited), each=kept.each))
    return Taken(
        time=time,
        cpu_time=_cpu_values(cpu, stopwatch.cpu_step, fmean(kept.cpu)),
        loops=loops,
        spent=spent,
        single=single,
        longest=max(raw),
        warnings=tuple(doubts),
    )


def contended(waited: float, passed: float, *, each: bool = False) -> list[RunWarning]:
    """Return what waiting for a processor did to values that took ``passed`` seconds, the waiting among them."""
    if waited <= _NOTABLE_WAIT * passed:
        return []
    # No number in it, so that what many benchmarks say is one footnote.
    done = "it is in some of the single calls" if each else "that is not counted"
    return [
        RunWarning(
            slug="contended",
            message=f"It waited for a processor for more than {100 * _NOTABLE_WAIT:.0f} % of the time; {done}.",
            remedy="end other work on the machine: caches are shared even where time is not.",
        )
    ]


def _timer_doubts(call: float, length: float, timer: float, step: float) -> list[RunWarning]:
    """Return what the clock cannot do for values ``length`` seconds long."""
    if call < _TOO_FAST_SECONDS or length - timer < _TOO_FEW_STEPS * step:
        return [
            RunWarning(
                slug="too-fast",
                message=f"A call takes {call * 1e9:.2g} ns and a value {length * 1e9:.3g} ns: too fast for the clock.",
                remedy="do more work in one call; a benchmark this fast measures the loop around it.",
            )
        ]
    if timer > _NOTABLE_TIMER * length:
        return [
            RunWarning(
                slug="timer-cost",
                message=f"Reading the clock took {timer * 1e9:.0f} ns of {length * 1e9:.0f} ns; it was subtracted.",
                remedy="do more work in one call, or leave out the setup so that calls are timed together.",
            )
        ]
    return []


def _cpu_values(values: list[float], step: float, length: float) -> tuple[float, ...]:
    """Return processor times per call, never below 0; one for all where the clock is coarse (16 ms on Windows)."""
    if length < _TOO_FEW_STEPS * step:
        return (max(fmean(values), 0.0),)
    return grouped([max(value, 0.0) for value in values], VALUES_KEPT)[0]


def grouped(values: Sequence[float], most: int) -> tuple[tuple[float, ...], int]:
    """Return at most ``most`` means of neighbours, and how many values each is the mean of (the last may have more)."""
    size = ceil(len(values) / most)
    if size == 1:
        return tuple(values), 1
    count = len(values) // size
    edges = [*range(0, count * size, size), len(values)]
    return tuple(fmean(values[low:high]) for low, high in pairwise(edges)), size


def spaced(values: Sequence[float], most: int) -> tuple[float, ...]:
    """Return at most ``most`` of the values: evenly spaced in order of size, so percentiles stay in place."""
    if len(values) <= most:
        return tuple(values)
    ordered = sorted(values)
    last = len(ordered) - 1
    return tuple(ordered[round(index * last / (most - 1))] for index in range(most))
