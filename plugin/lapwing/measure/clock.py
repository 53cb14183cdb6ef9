"""Which clocks measure? The only module that reads one: wall, processor and waiting time, the time of day."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# As many tries as find the true minimum of a 50 ns operation on a busy machine, in about 10 µs.
_TRIES: Final = 51


def _never() -> float:
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Clocks that only go forward, in seconds, and the smallest step the first two can show.

    ``wall`` counts everything that passes, ``cpu`` what this process computed, all its threads together. ``waiting``
    counts the time in which the main thread could have run and had no processor; it stands still where the system does
    not tell. That time is the neighbours' and not the benchmark's, so it is taken off every value: with four other
    processes on two processors the lower quartile of wall time was 6 % high and its median 50 %, without the waiting
    both were within 1 % of the processor time. Sleeping and waiting for a disk or a lock is not in it.
    """

    wall: Callable[[], float]
    cpu: Callable[[], float]
    wall_step: float
    cpu_step: float
    waiting: Callable[[], float] = _never

    def reading_cost(self) -> float:
        """Return the seconds between two readings of ``wall`` with nothing between them: the minimum of many."""
        wall = self.wall
        least = float("inf")
        for _ in range(_TRIES):
            start = wall()
            end = wall()
            least = min(least, end - start)
        return least


def system_stopwatch() -> Stopwatch:
    """Return the clocks of this process: ``perf_counter``, ``process_time`` and Linux's ``schedstat``."""
    return Stopwatch(
        wall=time.perf_counter,
        cpu=time.process_time,
        wall_step=time.get_clock_info("perf_counter").resolution,
        cpu_step=time.get_clock_info("process_time").resolution,
        waiting=waiting_clock(),
    )


def waiting_clock(path: str = "/proc/self/schedstat") -> Callable[[], float]:
    """Return a clock of the time spent ready to run without a processor; one that stands still where nobody counts.

    The second number of the file is nanoseconds on the run queue (Linux, Documentation/scheduler/sched-stats). Reading
    it takes 1 µs, outside of what is timed. The file is opened once: it is this process's for good.
    """
    try:
        file = os.open(path, os.O_RDONLY)
    except OSError:
        return _never

    def waiting() -> float:
        return int(os.pread(file, 64, 0).split()[1]) * 1e-9

    try:
        waiting()
    except (OSError, ValueError, IndexError, AttributeError):
        os.close(file)
        return _never
    return waiting


class SystemClock:
    """The time of day; implements :class:`lapwing.ports.Clock`."""

    def now(self) -> float:
        """Return seconds since the epoch, UTC."""
        return time.time()
