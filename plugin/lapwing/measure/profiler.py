"""Where does one benchmark spend its time? Counted by the interpreter's own profiler, and stack by stack.

Two passes, since each spoils the other's times. ``cProfile`` (``profiling.tracing`` from Python 3.15 on) counts calls,
which are the same every time, and self times; ``sys.setprofile`` sees which function called which. The second costs
ten times as much for each call it sees, so its times are scaled to what the first one found of the same function: table
and picture agree. From Python 3.15 on there is a third pass, and what it sees takes the place of the second's stacks
(:mod:`lapwing.measure.sampling`). Other threads are in no stack, and counted from Python 3.12 on. Standard library
only: this runs in a measuring process.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from statistics import median_low
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lapwing.measure.places import Places
from lapwing.measure.sampling import Sampling, available
from lapwing.measure.stacks import Stacks
from lapwing.recording import Frame, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lapwing.measure.places import Place

Entry = TypeVar("Entry", Frame, Stack)

__tracebackhide__ = True  # a failing test shows its own lines, not ours

CALLS: Final = 20
SECONDS: Final = 0.5
"""Calls of one pass, and the seconds after which no further one is begun: 20 calls bring the noise of a self time to
some percent, and a call of 10 s is profiled once."""

MOST_FRAMES: Final = 500
MOST_STACKS: Final = 1_000
"""What is kept of each pass, the longest first: beyond it a recording grows and a picture does not show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiled:
    """Functions and stacks of one benchmark on one side, per call, the longest self time first."""

    frames: tuple[Frame, ...] = ()
    stacks: tuple[Stack, ...] = ()


class Profiler:
    """Watches calls, and says at the end what they did.

    ``roots`` are the folders that hold the side's own code, so that its files have the same names on both sides.
    """

    def __init__(self, roots: Sequence[str] = ()) -> None:
        self._places = Places(roots)
        self._counted: list[dict[Place, tuple[int, float]]] = []
        self._stacks = Stacks()
        self._stacked = 0
        self._sampling = Sampling()

    def counting(self) -> Watching:
        """Count the calls and self times of what is called within."""
        return Watching(self._count)

    def stacking(self) -> Watching:
        """Time every stack of what is called within."""
        return Watching(self._stack)

    @property
    def can_sample(self) -> bool:
        """Whether the interpreter has a sampling profiler (3.15 and later)."""
        return available()

    def sampling(self) -> Sampling:
        """Have the sampling profiler look on; its stacks are the better ones.

        The same context each time: it looks on from the first call on, for as long as :meth:`samples` says.
        """
        return self._sampling

    def samples(self) -> bool:
        """Tell whether the sampling profiler is still there to see further calls."""
        return self._sampling.looks_on()

    def profiled(self) -> Profiled:
        """Return what was seen, per call."""
        frames = self._frames()
        own: dict[str, float] = {}
        for frame in frames:
            label = self._places.label(frame.file, frame.name)
            own[label] = own.get(label, 0.0) + frame.own
        stacks = self._sampling.stacks() or scaled(self._stacks.read(self._places, calls=self._stacked), own)
        return Profiled(frames=longest(frames, MOST_FRAMES), stacks=longest(stacks, MOST_STACKS))

    def _count(self) -> Callable[[], None] | None:
        tracer = _tracer()
        try:
            tracer.enable()
        except ValueError:  # another profiler is at work (3.12 and later): then nothing is known, and nothing breaks
            return None

        def end() -> None:
            tracer.disable()
            self._counted.append(self._read(tracer))

        return end

    def _stack(self) -> Callable[[], None] | None:
        if sys.getprofile() is not None:
            return None
        self._stacked += 1
        self._stacks.begin()
        sys.setprofile(self._stacks.hook)
        return partial(sys.setprofile, None)

    def _read(self, tracer: Any) -> dict[Place, tuple[int, float]]:
        found: dict[Place, tuple[int, float]] = {}
        for entry in tracer.getstats():
            place = self._places.place(entry.code)
            if place is not None:
                calls, own = found.get(place, (0, 0.0))
                found[place] = (calls + entry.callcount, own + entry.inlinetime)
        return found

    def _frames(self) -> list[Frame]:
        """Return each function with its mean number of calls and the median of its self times.

        Not their mean: one call in 20 that waited for a processor would make a function four times as slow.
        """
        places = dict.fromkeys(place for seen in self._counted for place in seen)
        frames = []
        for place in places:
            seen = [one.get(place, (0, 0.0)) for one in self._counted]
            calls = sum(calls for calls, _ in seen) / len(seen)
            own = max(median_low(own for _, own in seen), 0.0)
            frames.append(Frame(file=place[0], line=place[1], name=place[2], calls=calls, own=own))
        return frames


class Watching:
    """The time in which a profiler is at work; not a generator's context, which would be seen at work itself."""

    def __init__(self, begin: Callable[[], Callable[[], None] | None]) -> None:
        self._begin = begin
        self._end: Callable[[], None] | None = None

    def __enter__(self) -> None:
        self._end = self._begin()

    def __exit__(self, *_: object) -> None:
        if self._end is not None:
            self._end()


def scaled(stacks: Sequence[Stack], own: Mapping[str, float]) -> list[Stack]:
    """Return the stacks with the times of each function made to add up to what ``own`` says of it, where it does."""
    found: dict[str, float] = {}
    for stack in stacks:
        found[stack.frames[-1]] = found.get(stack.frames[-1], 0.0) + stack.own
    return [
        Stack(frames=stack.frames, own=stack.own * own[stack.frames[-1]] / found[stack.frames[-1]])
        if own.get(stack.frames[-1])
        else stack
        for stack in stacks
    ]


def longest(entries: Iterable[Entry], most: int) -> tuple[Entry, ...]:
    """Return the functions or stacks with the longest self times, the longest first; ties by name."""
    return tuple(sorted(entries, key=lambda entry: (-entry.own, repr(entry)))[:most])


def _tracer() -> Any:
    for name in ("profiling.tracing", "cProfile"):  # the second is its name before Python 3.15
        with suppress(ImportError):
            return import_module(name).Profile()
    raise AssertionError("Python has cProfile")
