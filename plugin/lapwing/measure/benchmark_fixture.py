"""What does pytest-benchmark's ``benchmark`` fixture do under ``--perf``? The same, timed by our sampler.

Names, arguments and refusals are those of pytest-benchmark 5 (``pytest_benchmark/fixture.py``), so that suites written
for it are measured without an edit, and where it is not installed.
"""

from __future__ import annotations

from dataclasses import replace
from math import fsum
from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.benchmark_stats import BenchmarkStats
from lapwing.measure.loop import Call, empty_cost
from lapwing.measure.loop import rounds as turns
from lapwing.measure.meter import follow
from lapwing.measure.observed import watched
from lapwing.measure.quiet import quiet
from lapwing.measure.sampler import VALUES_KEPT, Taken, contended, grouped, plan, reading_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.measure.meter import Meter
    from lapwing.measure.sampler import Reading

# What the mark of pytest-benchmark takes. The clock, the rounds and the time are ours, the others are heeded.
__tracebackhide__ = True  # a failing test shows its own lines, not ours
MARK_OPTIONS: Final = frozenset(
    {
        "calibration_precision",
        "confidence",
        "cprofile",
        "disable_gc",
        "group",
        "max_time",
        "min_rounds",
        "min_time",
        "precision",
        "timer",
        "warmup",
        "warmup_iterations",
    }
)


class FixtureAlreadyUsed(Exception):  # noqa: N818 - the name pytest-benchmark gave it
    """The fixture was called twice in one test."""


def mark_options(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a ``pytest.mark.benchmark``; refuse what pytest-benchmark refuses, in its words."""
    if args:
        raise ValueError("benchmark mark can't have positional arguments.")
    for name in kwargs:
        if name not in MARK_OPTIONS:
            raise ValueError(f"benchmark mark can't have {name!r} keyword argument.")
    return kwargs


class BenchmarkFixture:
    """The fixture of one test; it can be used once."""

    def __init__(self, node: Any, meter: Meter, options: dict[str, Any]) -> None:
        callspec = getattr(node, "callspec", None)
        self.name: str = node.name
        self.fullname: str = node.nodeid
        self.param = callspec.id if callspec is not None else None
        self.params = callspec.params if callspec is not None else None
        self.group = options.get("group")
        self.disabled = False
        self.has_error = False
        self.skipped = False
        self.extra_info: dict[str, Any] = {}
        self.cprofile = False
        self.stats: BenchmarkStats | None = None
        self._meter = meter
        self._mode: str | None = None
        self._undo: list[Callable[[], Any]] = []
        if options.get("disable_gc") is False:
            meter.collector = True

    @property
    def enabled(self) -> bool:
        """Whether calls are timed: always, or there would be another fixture."""
        return not self.disabled

    def __call__(self, function_to_benchmark: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Measure ``function_to_benchmark(*args, **kwargs)`` and return its result."""
        with self._used("benchmark(...)"):
            result = self._meter.take(Call(function_to_benchmark, args, tuple(kwargs.items())))
            self._show()
            return result

    def pedantic(  # noqa: PLR0913, PLR0917 - its signature is pytest-benchmark's
        self,
        target: Callable[..., Any],
        args: Any = (),
        kwargs: dict[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        teardown: Callable[..., Any] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
        iterations: int = 1,
    ) -> Any:
        """Measure exactly ``rounds`` rounds of ``iterations`` calls, in each process, and return the last result."""
        with self._used("benchmark.pedantic(...)"):
            _check_counts(rounds=rounds, warmup_rounds=warmup_rounds, iterations=iterations, setup=setup)
            work = _Pedantic(self._meter, target, tuple(args), dict(kwargs or {}), setup, teardown, iterations)
            result = work.run(warmup_rounds=warmup_rounds, rounds=rounds)
            self._show()
            return result

    def weave(self, target: Any, **kwargs: Any) -> None:
        """Measure every call of ``target`` made elsewhere, through aspectlib."""
        try:
            import aspectlib  # type: ignore[import-not-found]  # noqa: PLC0415 - optional, as in pytest-benchmark
        except ImportError as error:
            raise ImportError(error.args, "Please install aspectlib or pytest-benchmark[aspect]") from error

        def aspect(function: Callable[..., Any]) -> Callable[..., Any]:
            def wrapper(*args: Any, **named: Any) -> Any:
                return self(function, *args, **named)

            return wrapper

        self._undo.append(aspectlib.weave(target, aspect, **kwargs).rollback)

    patch = weave

    def undo(self) -> None:
        """Take back what :meth:`weave` replaced."""
        while self._undo:
            self._undo.pop()()

    def _used(self, mode: str) -> _Once:
        if self._mode:
            self.has_error = True
            raise FixtureAlreadyUsed(f"Fixture can only be used once. Previously it was used in {self._mode} mode.")
        self._mode = mode
        return _Once(self)

    def _show(self) -> None:
        taken = self._meter.taken
        assert taken is not None
        self.stats = BenchmarkStats(self, list(taken.time), taken.loops)


class _Once:
    """Notes that an error happened inside, as pytest-benchmark does."""

    def __init__(self, fixture: BenchmarkFixture) -> None:
        self._fixture = fixture

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if error is not None:
            self._fixture.has_error = True


def _check_counts(*, rounds: Any, warmup_rounds: Any, iterations: Any, setup: object) -> None:
    """Refuse what pytest-benchmark refuses, in its words."""
    if not isinstance(iterations, int) or iterations < 1:
        raise ValueError("Must have positive int for `iterations`.")
    if not isinstance(rounds, int) or rounds < 1:
        raise ValueError("Must have positive int for `rounds`.")
    if not isinstance(warmup_rounds, int) or warmup_rounds < 0:
        raise ValueError("Must have positive int for `warmup_rounds`.")
    if iterations > 1 and setup:
        raise ValueError("Can't use more than 1 `iterations` with a `setup` function.")


class _Pedantic:
    """Rounds as asked for, no more and no fewer."""

    def __init__(  # noqa: PLR0913, PLR0917 - pytest-benchmark's arguments
        self,
        meter: Meter,
        target: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        setup: Callable[[], Any] | None,
        teardown: Callable[..., Any] | None,
        iterations: int,
    ) -> None:
        self.meter, self.target, self.args, self.kwargs = meter, target, args, kwargs
        self.setup, self.teardown, self.iterations = setup, teardown, iterations
        self.result: Any = None

    def run(self, *, warmup_rounds: int, rounds: int) -> Any:
        watch = self.meter.stopwatch
        if self.meter.planner is not plan:
            return self._run_as_planned(warmup_rounds=warmup_rounds, rounds=rounds)
        began = watch.wall()
        wall_cost, cpu_cost = empty_cost(Call(self.target), watch)
        for _ in range(warmup_rounds):
            self._round()
        readings = [self._round() for _ in range(rounds)]
        # Never below the clock's step: a call that the clock cannot see still took some time.
        time = [max(one.wall[0] - wall_cost, watch.wall_step) / self.iterations for one in readings]
        cpu = [max(one.cpu - cpu_cost, 0.0) / self.iterations for one in readings]
        waited = fsum(one.waited for one in readings)
        values, group = grouped(time, VALUES_KEPT)
        if self.iterations > 1:  # timed in a loop, so the result is not known yet
            self._untimed()
        self.meter.take_values(
            Taken(
                time=values,
                cpu_time=grouped(cpu, VALUES_KEPT)[0],
                loops=self.iterations * group,
                spent=watch.wall() - began,
                single=False,
                longest=max(time),
                warnings=tuple(contended(waited, waited + fsum(one.wall[0] for one in readings))),
            )
        )
        return self.result

    def _run_as_planned(self, *, warmup_rounds: int, rounds: int) -> Any:
        """Make the rounds when the plan asks for them, never more of them than the test allows."""
        rules = replace(
            self.meter.rules,
            grouped=False,
            loops=self.iterations,
            warmup=warmup_rounds,
            most=rounds,
            timer=empty_cost(Call(self.target), self.meter.stopwatch),
        )
        if self.meter.watching is not None:
            self.target = watched(self.target, self.meter.watching)
        taken = follow(self.meter.planner(rules, self.meter.stopwatch), lambda _: self._round())
        if self.iterations > 1:  # timed in a loop, so the result is not known yet
            self._untimed()
        self.meter.take_values(taken)
        self.meter.answer = self.result
        return self.result

    def _arguments(self) -> Call:
        args, kwargs = self.args, self.kwargs
        returned = self.setup() if self.setup is not None else None
        if returned:
            if args or kwargs:
                raise TypeError("Can't use `args` or `kwargs` if `setup` returns the arguments.")
            args, kwargs = returned
        return Call(self.target, tuple(args), tuple(kwargs.items()))

    def _finish(self, call: Call) -> None:
        if self.teardown is not None:
            self.teardown(*call.args, **dict(call.named))

    def _round(self) -> Reading:
        call, watch = self._arguments(), self.meter.stopwatch
        with quiet(collector=self.meter.collector, watched=self.meter.watching is not None):
            waiting = watch.waiting()
            if self.iterations == 1:
                named = dict(call.named)
                cpu_start = watch.cpu()
                start = watch.wall()
                self.result = call.fn(*call.args, **named)
                end = watch.wall()
                wall, cpu = end - start, watch.cpu() - cpu_start
            else:
                wall, cpu = call.loops()(turns(self.iterations), watch.wall, watch.cpu, call.fn, *call.values)
            reading = reading_of(wall, cpu, watch.waiting() - waiting)
        self.meter.stay_home()
        self._finish(call)
        return reading

    def _untimed(self) -> None:
        call = self._arguments()
        self.result = call.fn(*call.args, **dict(call.named))
        self._finish(call)
