"""How is one benchmark called when somebody else says when? Slice by slice, as the orders come.

A plan like :func:`lapwing.measure.sampler.plan`, so the same loops, fixtures and event loops are measured; but where
that one decides by itself, this one waits for orders between its values: the other side of the pair runs meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Final, Protocol

from lapwing.measure.sampler import WARM_CALLS, WARM_SECONDS, Ask, Taken

if TYPE_CHECKING:
    from collections.abc import Generator

    from lapwing.measure.clock import Stopwatch
    from lapwing.measure.sampler import Reading, Rules

__tracebackhide__ = True  # a failing test shows its own lines, not ours

_LONG_SECONDS: Final = 0.25
"""A first call this long is the whole warm-up: it is in its steady state within a few percent, and the slices to come
take the median of several."""

_ENOUGH_SECONDS: Final = 5e-3
_LEAST: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A benchmark that is set up and warm: ``call`` seconds long (0 where nobody called it yet).

    ``loops`` is the number of calls to a reading where the test fixes it, ``most`` how many readings it allows in all
    (a pedantic test says how often it may be called).
    """

    call: float
    loops: int | None
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A slice to take: ``readings`` values, each of ``loops`` calls."""

    readings: int
    loops: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTaken:
    """What a slice took: lower quartile of wall time and mean processor time, seconds per call; the share waited."""

    value: float
    cpu: float
    waited: float


class Orders(Protocol):
    """Where orders come from and answers go."""

    def opened(self, opened: Opened) -> None:
        """Say that the benchmark is set up and warm."""

    def next(self) -> Order | None:
        """Wait for an order; None when it is enough."""

    def taken(self, taken: SliceTaken) -> None:
        """Answer an order."""


def driven(rules: Rules, stopwatch: Stopwatch, orders: Orders) -> Generator[Ask, Reading, Taken]:
    """Warm up, then take slices as ``orders`` say until they end."""
    begun = stopwatch.wall()
    call = yield from _warm_up(rules, stopwatch)
    orders.opened(Opened(call=call, loops=rules.loops if rules.grouped else rules.loops or 1, most=rules.most))
    last, cpu, longest, loops = call, 0.0, call, 1
    while (order := orders.next()) is not None:
        slice_taken, most = yield from _slice(rules, order)
        last, cpu, longest, loops = slice_taken.value, slice_taken.cpu, max(longest, most), order.loops
        orders.taken(slice_taken)
    return Taken(
        time=(max(last, _LEAST),),
        cpu_time=(cpu,),
        loops=loops,
        spent=stopwatch.wall() - begun,
        single=False,
        longest=longest,
    )


def _warm_up(rules: Rules, stopwatch: Stopwatch) -> Generator[Ask, Reading, float]:
    """Call until it is warm and return the least time of a call; 0 where the test forbids a call too many."""
    calls, spent, least = 0, 0.0, 0.0
    loops = (rules.loops or 1) if rules.most is not None else 1  # a pedantic round is what it is
    while not _is_warm(rules, calls, spent):
        before = stopwatch.wall()
        reading = yield Ask(loops=loops)
        spent += stopwatch.wall() - before
        took = max((reading.wall[0] - rules.timer[0]) / loops, _LEAST)
        least = took if calls == 0 else min(least, took)
        calls += 1
    return least


def _is_warm(rules: Rules, calls: int, spent: float) -> bool:
    if rules.warmup is not None:
        return calls >= rules.warmup
    # A third call is 5 to 40 % off its steady speed where it is off at all, and the median over blocks forgives that.
    if calls >= WARM_CALLS:
        return spent >= WARM_SECONDS
    return spent > (_ENOUGH_SECONDS if calls > 1 else _LONG_SECONDS)


def _slice(rules: Rules, order: Order) -> Generator[Ask, Reading, tuple[SliceTaken, float]]:
    """Take one slice: each reading on its own, so that waiting is taken off each and a spike spoils one only."""
    wall_cost, cpu_cost = rules.timer
    walls: list[float] = []
    cpu = waited = 0.0
    for _ in range(order.readings):
        reading = yield Ask(loops=order.loops)
        walls.append(reading.wall[0])
        cpu += reading.cpu - cpu_cost
        waited += reading.waited
    passed = fsum(walls) + waited
    walls.sort()
    quartile = walls[(len(walls) - 1) // 4]
    # Never nought: what the clock cannot see still took some time, and the report warns of calls that fast.
    value = max((quartile - wall_cost) / order.loops, _LEAST)
    taken = SliceTaken(
        value=value,
        cpu=max(cpu / (order.readings * order.loops), 0.0),
        waited=min(1.0, waited / passed) if passed > 0 else 0.0,
    )
    return taken, walls[-1] / order.loops
