"""Which clocks measure? The only module that reads one: wall time, the process's processor time, the time of day."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

# As many tries as find the true minimum of a 50 ns operation on a busy machine, in about 10 µs.
_TRIES: Final = 51


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopwatch:
    """Two clocks that only go forward, in seconds, and the smallest step each can show.

    ``wall`` counts everything that passes, ``cpu`` what this process computed, all its threads together.
    """

    wall: Callable[[], float]
    cpu: Callable[[], float]
    wall_step: float
    cpu_step: float

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
    """Return the clocks of this process: ``perf_counter`` and ``process_time``."""
    return Stopwatch(
        wall=time.perf_counter,
        cpu=time.process_time,
        wall_step=time.get_clock_info("perf_counter").resolution,
        cpu_step=time.get_clock_info("process_time").resolution,
    )


class SystemClock:
    """The time of day; implements :class:`lapwing.ports.Clock`."""

    def now(self) -> float:
        """Return seconds since the epoch, UTC."""
        return time.time()
