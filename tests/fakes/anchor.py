"""Sides and pairs that know how fast every commit is, and measure nothing."""

from __future__ import annotations

from contextlib import contextmanager

from factories import make_declared
from lapwing.errors import MeasureError
from lapwing.recording import Discovery, Found, Pair, Paired, SideFailure, Slice

WORKING = None


class FakeSides:
    """Implements :class:`lapwing.ports.SidesMaker`.

    ``speeds[sha][benchmark]`` is how long a call takes there, ``speeds[None]`` is the working tree. What a side lacks
    was not collected there, a time of None cannot be, and ``"crashes"`` does, as do ``"hangs"``, ``"hangs at once"``
    (in its untimed run) and ``"times nothing"``. ``noise`` draws a pair's log error. ``fails`` are commits whose side
    cannot be made; ``stops`` counts the pairs until Ctrl-C, ``breaks`` those until no worker starts, ``at_once``
    are measured at a time. ``made`` are the sides that were, ``taken`` counts the pairs.
    """

    def __init__(self, speeds, *, noise=lambda: 0.0, fails=(), stops=None, at_once=1):
        self.speeds = speeds
        self.noise = noise
        self.fails = fails
        self.stops = stops
        self.at_once = at_once
        self.breaks = None
        self.made = []
        self.taken = 0

    @contextmanager
    def between(self, base, head, *, progress):
        if base in self.fails or head in self.fails:
            raise MeasureError("build-failed", "It cannot be built.", remedy="mend it.")
        self.made.append((base, head))
        progress(0, 0, "making the two sides")
        yield FakePairs(self, self.speeds[base], self.speeds[head])


class FakePairs:
    """Implements :class:`lapwing.ports.PairSampler`, as far as an anchor needs it."""

    def __init__(self, sides, base, head):
        self.sides = sides
        self.base = base
        self.head = head
        self.asked = []

    def discover(self, *, progress):
        progress(0, 0, "collecting")
        return Discovery(
            declared=tuple(make_declared(name) for name in (self.head | self.base)),
            base=tuple(Found(benchmark=name, failure=_broken("base", cost)) for name, cost in self.base.items()),
            head=tuple(Found(benchmark=name, failure=_broken("head", cost)) for name, cost in self.head.items()),
        )

    def pairs(self, step, *, most, progress):
        return tuple(self._pair(step, progress) for _ in range(min(most, self.sides.at_once)))

    def _pair(self, step, progress):
        if self.sides.stops is not None and self.sides.taken >= self.sides.stops:
            raise KeyboardInterrupt
        if self.sides.breaks is not None and self.sides.taken >= self.sides.breaks:
            raise MeasureError("no-worker", "No worker starts.", remedy="mend it.")
        self.sides.taken += 1
        self.asked.append(step.benchmarks)
        progress(1, len(step.benchmarks), "a pair")
        paired = tuple(self._paired(name) for name in step.benchmarks)
        return Pair(step=step, seed=0, cpu=None, ended=1.0, paired=paired)

    def _paired(self, name):
        base, head = self.base[name], self.head[name]
        if head == "times nothing":
            return Paired(benchmark=name)
        for side, cost in (("base", base), ("head", head)):
            if cost == "hangs":
                return Paired(benchmark=name, failure=SideFailure(side=side, kind="timed-out", message="No answer."))
            if cost == "crashes":
                return Paired(
                    benchmark=name, failure=SideFailure(side=side, kind="crashed", message="Its process died.")
                )
        return Paired(benchmark=name, base=_slices(base), head=_slices(head * 2.718281828459045 ** self.sides.noise()))


def _broken(side, cost):
    if cost == "hangs at once":
        return SideFailure(side=side, kind="timed-out", message="No answer.")
    return SideFailure(side=side, kind="raised", message="ImportError: no such name") if cost is None else None


def _slices(cost):
    return (Slice(value=cost, cpu=cost),) * 3
