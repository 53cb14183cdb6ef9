"""When is it tried again? Soon, then later and later, each time at a random moment, and not for ever."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST: Final = 0.02
LONGEST: Final = 3.0
"""Seconds. A push to a local remote takes 0.1 s, to a hosted one 1 to 2."""

PATIENCE: Final = 240.0
"""Seconds for one append. 16 processes that pushed 20 runs each, from clones of their own, took 379 s for all 320 on
two cores that were ten times overbooked; none of them gave up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The time and the chance that a store goes by: ``clock`` counts seconds, ``today`` is seconds since the epoch.

    ``chance`` gives a number from 0 to 1.
    """

    clock: Callable[[], float]
    today: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]

    def wait(self, tries: int) -> None:
        """Wait after the failure number ``tries`` (from 0): anything up to twice as long as the time before.

        Full jitter (Brooker, "Exponential backoff and jitter", AWS 2015): writers that collided do not meet again.
        """
        self.sleep(min(LONGEST, SHORTEST * 2.0 ** min(tries, 20)) * (0.1 + 0.9 * self.chance()))


def system_timing() -> Timing:
    """Return the time and the chance of this machine."""
    # Two writers must not draw the same numbers: this is the one place that asks the system for chance.
    draw = random.SystemRandom()
    return Timing(clock=time.monotonic, today=time.time, sleep=time.sleep, chance=draw.random)
