"""What is known of one benchmark so far, over its processes? And what sample does it make?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import LapwingError
from lapwing.measure.record import RESERVED
from lapwing.measure.sampler import CALLS_KEPT, spaced
from lapwing.model import Failure, MetricId, RunWarning, Sample
from lapwing.units import SECONDS, Unit

if TYPE_CHECKING:
    from lapwing.measure.options import PerfOptions
    from lapwing.model import Declared, FailureKind

FEWEST: Final = 3
"""Processes that measure a benchmark whose one call is longer than its share: below three there is no spread."""


@dataclass(slots=True, kw_only=True)
class Book:
    """One benchmark over the processes that measure it.

    ``budget`` is its seconds in all, ``wanted`` the processes it is to be measured in, ``spent`` what it has used.
    """

    declared: Declared
    options: PerfOptions
    budget: float
    wanted: int
    timeout: float
    done: int = 0
    spent: float = 0.0
    single: bool | None = None
    longest: float = 0.0
    loops: int | None = None
    values: dict[str, list[tuple[float, ...]]] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    warnings: dict[str, RunWarning] = field(default_factory=dict)
    failure: Failure | None = None
    reports: list[dict[str, Any]] = field(default_factory=list)

    @property
    def pending(self) -> bool:
        """Whether it is to be measured in another process."""
        return self.failure is None and self.done < self.wanted

    def share(self, scale: float) -> float:
        """Return the seconds of the next process: an equal part of what is left of the budget."""
        part = self.budget * scale / self.wanted
        left = (self.budget * scale - self.spent) / max(1, self.wanted - self.done)
        # An overdrawn budget shrinks the shares, and never to nothing.
        return max(left, part / 4)

    def fail(self, kind: FailureKind, message: str) -> None:
        """Note that it cannot be measured; the first reason stands."""
        if self.failure is None:
            self.failure = Failure(benchmark=self.declared.benchmark, kind=kind, message=message)

    def warn(self, slug: str, message: str, remedy: str) -> None:
        """Attach a doubt, once of a kind."""
        self.warnings.setdefault(slug, RunWarning(slug=slug, message=message, remedy=remedy))

    def enter(self, answer: dict[str, Any]) -> None:
        """Enter what a worker answered to one measurement."""
        self.done += 1
        self.reports = answer["reports"]
        for slug, message, remedy in answer["warnings"]:
            self.warn(slug, message, remedy)
        if answer["failure"] is not None:
            self.fail(*answer["failure"])
            return
        taken = answer["taken"]
        if taken is not None:
            self._enter_times(taken)
        try:
            for record in answer["records"]:
                symbol, better, noise = record["unit"]
                self._add(record["name"], record["values"], Unit(symbol=symbol, better=better, noise=noise))
        except LapwingError as error:
            self.fail("raised", str(error))

    def samples(self) -> list[Sample]:
        """Return its samples; none where it failed or was not reached."""
        if self.failure is not None:
            return []
        warnings = tuple(self.warnings.values())
        return [
            Sample(
                metric=MetricId(benchmark=self.declared.benchmark, name=name),
                unit=self.units[name],
                values=tuple(processes),
                loops=(self.loops or 1) if name in RESERVED else 1,
                warnings=warnings,
            )
            for name, processes in self.values.items()
        ]

    def _enter_times(self, taken: dict[str, Any]) -> None:
        self._add("time", taken["time"], SECONDS)
        self._add("cpu_time", taken["cpu_time"], SECONDS)
        self.spent += taken["spent"]
        self.longest = max(self.longest, taken["longest"])
        if self.loops is None:
            self.loops = int(taken["loops"])
        if self.single is None:
            self.single = bool(taken["single"])
            if self.single:
                fitting = math.floor(self.budget / max(taken["longest"], 1e-9))
                self.wanted = min(self.wanted, max(FEWEST, fitting))
        if self.single:
            self.warnings.pop("over-budget", None)
            self.warn(
                "over-budget",
                f"One call takes {fmean(taken['time']):.3g} s, longer than its share of the benchmark's "
                f"{self.budget:.3g} s, so it was called once in each of {self.wanted} processes.",
                "give it more time: @perf(time_budget=SECONDS) or --perf-time, or make it do less in one call.",
            )

    def _add(self, name: str, values: list[float], unit: Unit) -> None:
        known = self.units.setdefault(name, unit)
        if known != unit:
            self.fail(
                "raised", f"{name} was recorded in {known.symbol!r} by one process, in {unit.symbol!r} by another."
            )
            return
        self.values.setdefault(name, []).append(spaced([float(value) for value in values], CALLS_KEPT))
