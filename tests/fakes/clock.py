"""Clocks that tests turn by hand."""

from __future__ import annotations

from lapwing.measure.clock import Stopwatch


class FakeClock:
    """Time that passes when it is spent: implements :class:`lapwing.ports.Clock` and makes stopwatches.

    Reading ``wall`` costs ``reading`` seconds, as reading a real clock does; ``cpu`` counts what was computed.
    """

    def __init__(self, now: float = 1_700_000_000.0, *, reading: float = 0.0) -> None:
        self._now = now
        self._cpu = 0.0
        self._reading = reading

    def now(self) -> float:
        return self._now

    def spend(self, seconds: float, *, computing: bool = True) -> None:
        self._now += seconds
        if computing:
            self._cpu += seconds

    def wall(self) -> float:
        self._now += self._reading
        return self._now

    def cpu(self) -> float:
        return self._cpu

    def stopwatch(self, *, step: float = 1e-9) -> Stopwatch:
        # From zero: a double of 1.7e9 seconds has steps of 240 ns.
        self._now = 0.0
        return Stopwatch(wall=self.wall, cpu=self.cpu, wall_step=step, cpu_step=step)
