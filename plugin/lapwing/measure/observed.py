"""How is a benchmark called when it is looked at instead of timed? So many times, with somebody watching each call.

Who watches is a context manager around the call: a profiler, a counter, or nobody (whoever watches the whole test).
"""

from __future__ import annotations

import inspect
from contextlib import nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any

from lapwing.measure.sampler import Ask, Taken

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from contextlib import AbstractContextManager

    from lapwing.measure.clock import Stopwatch
    from lapwing.measure.sampler import Reading, Rules

    Watching = Callable[[], AbstractContextManager[None]]

__tracebackhide__ = True  # a failing test shows its own lines, not ours


def observed(  # noqa: PLR0913 - each is a reason to end
    rules: Rules,
    stopwatch: Stopwatch,
    *,
    calls: int,
    seconds: float,
    least: int = 1,
    going_on: Callable[[], bool] | None = None,
) -> Generator[Ask, Reading, Taken]:
    """Call ``calls`` times, or fewer where the test allows no more.

    After ``least`` calls also fewer where they took ``seconds``, or where ``going_on`` says that nobody looks on.
    """
    begun = stopwatch.wall()
    most = calls if rules.most is None else min(calls, rules.most)
    done, reading = 1, (yield Ask(loops=1))
    while done < most and (done < least or (stopwatch.wall() - begun < seconds and (going_on is None or going_on()))):
        reading = yield Ask(loops=1)
        done += 1
    took = max(reading.wall[0], 1e-10)
    return Taken(time=(took,), cpu_time=(reading.cpu,), loops=1, spent=took, single=False, longest=took)


def after(calls: int, watching: Watching) -> Watching:
    """Return ``watching``, but with nobody looking on during the first ``calls`` calls: those are to warm up."""
    left = calls

    def one() -> AbstractContextManager[None]:
        nonlocal left
        left -= 1
        return nullcontext() if left >= 0 else watching()

    return one


def watched(fn: Callable[..., Any], watching: Watching) -> Callable[..., Any]:
    """Return ``fn`` with a fresh context of ``watching`` around each of its calls."""
    if inspect.iscoroutinefunction(fn):

        @wraps(fn)
        async def awaited(*args: Any, **named: Any) -> Any:
            with watching():
                return await fn(*args, **named)

        return awaited

    def called(*args: Any, **named: Any) -> Any:
        with watching():
            return fn(*args, **named)

    return called
