"""What happens to one benchmark in this process? It is called as the plan asks, and the readings are kept here."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from lapwing.errors import MarkError, MeasureError, RecordError
from lapwing.measure.loop import Call, empty_cost, rounds
from lapwing.measure.observed import watched
from lapwing.measure.quiet import quiet
from lapwing.measure.sampler import Ask, Rules, Taken, plan, reading_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from lapwing.measure.clock import Stopwatch
    from lapwing.measure.observed import Watching
    from lapwing.measure.record import Record
    from lapwing.measure.sampler import Reading

    Look = Callable[[Callable[[], Any]], Any]
    Planner = Callable[[Rules, Stopwatch], Generator[Ask, Reading, Taken]]

__tracebackhide__ = True  # a failing test shows its own lines, not ours
Style = Literal["body", "perf", "benchmark"]
T = TypeVar("T")

MAX_RECORDS: Final = 1_000
LOOKED_AT: Final = Taken(time=(1.0,), cpu_time=(1.0,), loops=1, spent=0.0, single=False, longest=1.0)
"""What is taken of a call that was looked at and not timed: a value, since something was called."""

FORKED: Final = "The test forked a process that came back out of it."


@dataclass(slots=True)
class Meter:
    """Measures one benchmark in this process and keeps what came of it.

    ``rules`` are those of the process (share, what earlier processes found); what depends on the call is filled in
    here. ``planner`` says how often it is called and when, ``watching`` who looks on where it is not timed,
    ``answer`` what the first call returned. ``look`` makes the calls itself, where nothing has to be prepared.
    ``prepare`` is the ``setup`` option with its fixtures filled in.
    """

    rules: Rules
    stopwatch: Stopwatch
    collector: bool = False
    planner: Planner = plan
    prepare: Callable[[], Any] | None = None
    taken: Taken | None = None
    records: dict[str, list[Record]] = field(default_factory=dict)
    watching: Watching | None = None
    look: Look | None = None
    answer: Any = None
    home: int = field(default_factory=os.getpid)

    def stay_home(self) -> None:
        """Refuse to go on in a process that the measured call forked: two would measure and answer as one.

        Raises:
            MeasureError: this is a child (slug ``forked``).
        """
        if os.getpid() != self.home:
            raise MeasureError("forked", FORKED, remedy="end the child in the test, with os._exit().")

    def take(self, call: Call) -> Any:
        """Measure ``call``; return what its first call returned.

        Raises:
            MeasureError: nothing could be timed, or something was measured already.
        """
        self._only_once()
        if self.look is not None and self.prepare is None:
            named = dict(call.named)
            with quiet(collector=self.collector, watched=True):
                result = self.look(lambda: call.fn(*call.args, **named))
            self.stay_home()
            self.taken = LOOKED_AT
            return result
        turns = _Turns(self, self._seen(call))
        with quiet(collector=self.collector, watched=self.watching is not None):
            self.taken = follow(self.planner(self._rules(call), self.stopwatch), turns.make)
        self.answer = turns.result
        return turns.result

    async def take_awaited(self, call: Call) -> None:
        """Measure a coroutine function in the loop that runs now, whoever's it is."""
        self._only_once()
        turns = _Turns(self, self._seen(call))
        with quiet(collector=self.collector, watched=self.watching is not None):
            steps = self.planner(self._rules(call), self.stopwatch)
            try:
                ask = next(steps)
                while True:
                    ask = steps.send(await turns.make_awaited(ask))
            except StopIteration as done:
                self.taken = done.value

    def _seen(self, call: Call) -> Call:
        return call if self.watching is None else replace(call, fn=watched(call.fn, self.watching))

    def take_values(self, taken: Taken) -> None:
        """Keep values that somebody else timed."""
        self._only_once()
        self.taken = taken

    def keep(self, record: Record) -> None:
        """Keep a recorded number; a name has one unit.

        Raises:
            RecordError: the same name with another unit or direction, or more names than anybody reads.
        """
        kept = self.records.setdefault(record.name, [])
        if kept and kept[0].unit != record.unit:
            raise RecordError(
                "two-units",
                f"{record.name} was recorded as {kept[0].unit.symbol!r} and as {record.unit.symbol!r}.",
                remedy="give the two numbers two names.",
            )
        if len(self.records) > MAX_RECORDS:
            raise RecordError(
                "too-many-records", f"More than {MAX_RECORDS} names were recorded.", remedy="record fewer."
            )
        kept.append(record)

    def _only_once(self) -> None:
        if self.taken is not None:
            raise MeasureError(
                "measured-twice",
                "This test measures two things, and only one can be its time.",
                remedy="make two tests of it, or use pytest.mark.parametrize.",
            )

    def _rules(self, call: Call) -> Rules:
        return replace(
            self.rules,
            grouped=self.prepare is None,
            timer=empty_cost(call, self.stopwatch),
            between=self.stopwatch.reading_cost(),
        )


@dataclass(slots=True)
class _Turns:
    """Makes the calls that a plan asks for."""

    meter: Meter
    call: Call
    result: Any = None
    fresh: bool = True

    def make(self, ask: Ask) -> Reading:
        prepared: Any = self.meter.prepare() if self.meter.prepare is not None else None
        if hasattr(prepared, "__await__"):
            prepared.close()
            raise MarkError(
                "bad-option",
                "setup is a coroutine function and the test is not.",
                remedy="make setup a plain function.",
            )
        if self.fresh:
            return self._first(self._prepared(prepared))
        return self._timed(ask, self._prepared(prepared))

    async def make_awaited(self, ask: Ask) -> Reading:
        prepared: Any = self.meter.prepare() if self.meter.prepare is not None else None
        call = self._prepared(await prepared if hasattr(prepared, "__await__") else prepared)
        watch = self.meter.stopwatch
        loop = call.loops(awaited=True, each=ask.each)
        waiting = watch.waiting()
        wall, cpu = await loop(rounds(ask.loops), watch.wall, watch.cpu, call.fn, *call.values)
        self.meter.stay_home()
        return reading_of(wall, cpu, watch.waiting() - waiting)

    def _first(self, call: Call) -> Reading:
        """Make the first call by hand, for its result; it is warm-up nearly always."""
        self.fresh = False
        watch = self.meter.stopwatch
        named = dict(call.named)
        waiting, cpu_start = watch.waiting(), watch.cpu()
        start = watch.wall()
        self.result = call.fn(*call.args, **named)
        end = watch.wall()
        reading = reading_of(end - start, watch.cpu() - cpu_start, watch.waiting() - waiting)
        self.meter.stay_home()
        return reading

    def _timed(self, ask: Ask, call: Call) -> Reading:
        watch = self.meter.stopwatch
        waiting = watch.waiting()
        wall, cpu = call.loops(each=ask.each)(rounds(ask.loops), watch.wall, watch.cpu, call.fn, *call.values)
        self.meter.stay_home()
        return reading_of(wall, cpu, watch.waiting() - waiting)

    def _prepared(self, prepared: Any) -> Call:
        """Return the call with the arguments that ``setup`` returned in the place of those of the same name."""
        return self.call if prepared is None else replaced(self.call, prepared)


def follow(steps: Generator[Ask, Reading, T], make: Callable[[Ask], Reading]) -> T:
    """Answer a plan's every ask through ``make``; return what the plan returns."""
    try:
        ask = next(steps)
        while True:
            ask = steps.send(make(ask))
    except StopIteration as done:
        result: T = done.value
        return result


def replaced(call: Call, arguments: Any) -> Call:
    """Return ``call`` with ``arguments``, a dict by name, in the place of its own.

    Raises:
        MarkError: what setup returned is no dict, or names an argument that the test does not take.
    """
    import inspect  # noqa: PLC0415 - only where there is a setup

    from lapwing.measure.loop import call_by_name  # noqa: PLC0415 - only where there is a setup

    names = list(inspect.signature(call.fn).parameters)
    now = dict(zip(names, call.args, strict=False)) | dict(call.named)
    if not isinstance(arguments, dict) or not set(arguments) <= set(now):
        raise MarkError(
            "bad-setup",
            f"setup returned {repr(arguments)[:80]}, which is no dict of the test's arguments ({', '.join(now)}).",
            remedy="return None, or a dict with some of those names.",
        )
    return call_by_name(call.fn, now | arguments)
