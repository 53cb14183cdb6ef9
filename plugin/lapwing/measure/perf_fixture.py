"""What does the ``perf`` fixture do? It measures a part of a test, or records a number that the test knows.

:class:`MeasuringPerf` is what a test gets in a worker process, :class:`PlainPerf` what it gets in any other pytest run.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from lapwing.errors import RecordError
from lapwing.measure.record import Record, make_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from types import TracebackType

    from lapwing.measure.meter import Meter
    from lapwing.units import Better


__tracebackhide__ = True  # a failing test shows its own lines, not ours


class PlainPerf:
    """The ``perf`` fixture of a run that does not measure: functions are called once, numbers are checked.

    - ``perf(fn, *args, **kwargs)`` measures a call and returns its result;
    - ``with perf:`` measures a block, once in each call of the test;
    - ``perf.record(name, value)`` records any finite number.
    """

    def __call__(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call ``fn`` and return what it returns.

        Raises:
            RecordError: ``fn`` cannot be called, or is a coroutine function (slug ``not-a-function``).
        """
        if not callable(fn) or inspect.iscoroutinefunction(fn):
            raise RecordError(
                "not-a-function",
                f"perf is given {repr(fn)[:60]}, which is no plain function.",
                remedy="pass a function and its arguments; to time a coroutine, mark an async test with @perf.",
            )
        return self._measured(fn, args, kwargs)

    def _measured(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return fn(*args, **kwargs)

    def __enter__(self) -> None:
        """Enter the block to measure."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Leave it; exceptions pass."""

    def record(
        self, name: str, value: float, *, unit: str | None = None, better: Better | None = None, exact: bool = False
    ) -> None:
        """Record the number ``value`` as a metric of this benchmark.

        ``unit`` is a symbol such as ``"ms"``, ``"MiB"`` or ``"rows/s"`` (default: the name itself). ``better`` is
        ``"lower"`` or ``"higher"`` (default: rates are better higher, all else lower). Any change of an ``exact``
        number is a change.

        Raises:
            RecordError: ``value`` is no finite number, or ``name`` no name.
        """
        self._keep(make_record(name, value, unit=unit, better=better, exact=exact))

    def _keep(self, record: Record) -> None:
        """Forget the number: this run records nothing."""


class MeasuringPerf(PlainPerf):
    """The ``perf`` fixture of a worker process."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.block = Block(meter)

    def _measured(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        from lapwing.measure.loop import Call  # noqa: PLC0415 - workers only; a plain run never compiles a loop

        return self._meter.take(Call(fn, args, tuple(kwargs.items())))

    def __enter__(self) -> None:
        """Start the clock; it is the last thing done here."""
        self.block.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the clock; it is the first thing done here."""
        self.block.stop()

    def _keep(self, record: Record) -> None:
        self._meter.keep(record)


class Block:
    """Adds up the time of the ``with perf:`` blocks in one call of a test."""

    __slots__ = (
        "_context",
        "_cpu",
        "_cpu_start",
        "_start",
        "_waiting",
        "_waiting_start",
        "_wall",
        "_watching",
        "cpu",
        "used",
        "waited",
        "wall",
    )

    def __init__(self, meter: Meter) -> None:
        watch = meter.stopwatch
        self._watching = meter.watching
        self._context: AbstractContextManager[None] | None = None
        self._wall, self._cpu, self._waiting = watch.wall, watch.cpu, watch.waiting
        self.reset()

    def reset(self) -> None:
        """Begin another call of the test."""
        self.wall = self.cpu = self.waited = 0.0
        self.used = 0
        self._start = self._cpu_start = self._waiting_start = 0.0

    def start(self) -> None:
        """Start the clock."""
        if self._watching is not None:
            self._context = self._watching()
            self._context.__enter__()
        self._waiting_start = self._waiting()
        self._cpu_start = self._cpu()
        self._start = self._wall()

    def stop(self) -> None:
        """Stop the clock and add to the sum."""
        end = self._wall()
        self.wall += end - self._start
        self.cpu += self._cpu() - self._cpu_start
        self.waited += self._waiting() - self._waiting_start
        self.used += 1
        if self._context is not None:
            context, self._context = self._context, None
            context.__exit__(None, None, None)

    def cost(self) -> tuple[float, float]:
        """Return the wall and processor seconds of an empty block: the least of many."""
        least_wall = least_cpu = float("inf")
        watching, self._watching = self._watching, None  # nobody is to see these
        for _ in range(51):
            self.reset()
            self.start()
            self.stop()
            least_wall, least_cpu = min(least_wall, self.wall), min(least_cpu, self.cpu)
        self.reset()
        self._watching = watching
        return least_wall, least_cpu
