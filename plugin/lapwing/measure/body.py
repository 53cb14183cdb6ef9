"""What takes the place of a test's function while it is measured? A function that calls it as often as the plan asks.

It replaces ``item.obj``, so whoever runs the test (pytest, pytest-asyncio, anyio, unittest) runs it with the arguments
and in the event loop the test would have had: a coroutine function is replaced by one, and is timed inside it.
"""

from __future__ import annotations

import functools
import inspect
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lapwing.errors import MeasureError
from lapwing.measure.loop import call_by_name
from lapwing.measure.quiet import quiet
from lapwing.measure.sampler import reading_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from lapwing.measure.meter import Meter, Style
    from lapwing.measure.perf_fixture import Block
    from lapwing.measure.sampler import Ask, Reading, Taken


__tracebackhide__ = True  # a failing test shows its own lines, not ours


def measuring(original: Callable[..., Any], *, style: Style, meter: Meter, block: Block) -> Callable[..., Any]:
    """Return what to run in the place of ``original``, a coroutine function if it is one."""
    if inspect.iscoroutinefunction(original):
        if style == "body":
            return _awaited_body(original, meter)
        return _awaited_parts(original, meter, block)
    return _body(original, meter) if style == "body" else _parts(original, meter, block)


def _body(original: Callable[..., Any], meter: Meter) -> Callable[..., Any]:
    @functools.wraps(original)
    def measured(**arguments: Any) -> None:
        meter.take(call_by_name(original, arguments))

    return measured


def _awaited_body(original: Callable[..., Any], meter: Meter) -> Callable[..., Any]:
    @functools.wraps(original)
    async def measured(**arguments: Any) -> None:
        await meter.take_awaited(call_by_name(original, arguments))

    return measured


def _parts(original: Callable[..., Any], meter: Meter, block: Block) -> Callable[..., Any]:
    @functools.wraps(original)
    def measured(**arguments: Any) -> None:
        with _parts_asked(meter, block) as parts:
            for _ in parts:
                original(**arguments)

    return measured


def _awaited_parts(original: Callable[..., Any], meter: Meter, block: Block) -> Callable[..., Any]:
    @functools.wraps(original)
    async def measured(**arguments: Any) -> None:
        with _parts_asked(meter, block) as parts:
            for _ in parts:
                await original(**arguments)

    return measured


@contextmanager
def _parts_asked(meter: Meter, block: Block) -> Iterator[Iterator[None]]:
    """Turn once for each call of the test to make: one, or as many as its ``with perf:`` block needs."""
    rules = replace(meter.rules, grouped=False, per_call=False, timer=block.cost())
    steps = meter.planner(rules, meter.stopwatch)
    try:
        yield _turns(steps, meter, block)
    finally:
        steps.close()


def _turns(steps: Generator[Ask, Reading, Taken], meter: Meter, block: Block) -> Iterator[None]:
    next(steps)
    yield  # the first call shows what the test uses
    meter.stay_home()
    if not block.used:
        return
    with quiet(collector=meter.collector, watched=meter.watching is not None):
        while True:
            try:
                meter.stay_home()
                steps.send(_read(block))
            except StopIteration as done:
                meter.take_values(done.value)
                return
            if meter.prepare is not None:
                meter.prepare()
            yield


def _read(block: Block) -> Reading:
    if not block.used:
        raise MeasureError(
            "block-not-reached",
            "The test entered 'with perf:' in its first call and not in a later one.",
            remedy="the test is called again and again: let each call do the same.",
        )
    reading = reading_of(block.wall, block.cpu, block.waited)
    block.reset()
    return reading
