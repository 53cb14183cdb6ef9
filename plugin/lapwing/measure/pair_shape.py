"""How is a benchmark sliced in a pair, and how many blocks of it are enough?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lapwing.detect.noise import robust_scale

SLICE_SECONDS: Final = 1.5e-3
"""Length of a slice: long against handing over (0.1 ms), short against the neighbours' bursts. On a machine whose
processors ran at half speed whenever the neighbour's did, 24 blocks of 1.2 ms spread by 1.5 % between pairs, 6 of 4.5
ms by 2.2 %."""

READING_SECONDS: Final = 150e-6
"""Least length of a reading: making one takes 6 µs beside the clock, and 30 of them make a quartile."""

BLOCKS: Final = 6
"""Blocks that every pair takes: fewer tell nothing of their own spread."""

MOST_BLOCKS: Final = 96
"""Blocks that a pair takes at most."""

LAYOUT: Final = 0.009
"""Spread of pairs that no further block lessens: memory layouts alone spread them by 0.6 to 0.9 %, and neighbours stay
for longer than a block."""

_PAIR_SECONDS: Final = 0.5
_LONG_SECONDS: Final = 0.1
_LONGER_SECONDS: Final = 0.5
_MOST_LOOPS: Final = 1_000_000
_LEAST_SECONDS: Final = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a benchmark is sliced: ``blocks`` to ``most`` of two slices, each of ``readings`` of ``loops`` calls."""

    blocks: int
    most: int
    readings: int
    loops: int

    @property
    def calls(self) -> int:
        """The calls to a slice."""
        return self.readings * self.loops


def shape_of(opened: dict[str, Any]) -> Shape:
    """Return the slices of a benchmark from how long a call was when it was warm."""
    call, fixed, most = float(opened["call"]), opened["loops"], opened["most"]
    loops = fixed if fixed is not None else 1
    if fixed is None and call > 0:
        loops = max(1, min(_MOST_LOOPS, round(READING_SECONDS / call)))
    reading = call * loops
    readings = max(1, min(30, round(SLICE_SECONDS / reading))) if reading > 0 else 1
    blocks = BLOCKS if reading < _LONG_SECONDS else 3 if reading < _LONGER_SECONDS else 2
    more = max(blocks, min(MOST_BLOCKS, round(_PAIR_SECONDS / (2 * max(reading * readings, SLICE_SECONDS)))))
    if most is not None:
        blocks = min(blocks, most)
        readings = max(1, min(readings if call > 0 else most, most // blocks))
        more = most // readings
    return Shape(blocks=blocks, most=more, readings=readings, loops=loops)


def enough_blocks(ratios: list[float], *, fixed: float, block: float) -> float:
    """Return how many blocks make the best of a pair, from the log-ratios of those it has.

    A pair of n blocks has the variance ``LAYOUT**2 + own**2 / n`` and costs ``fixed + n * block`` seconds: ``fixed`` is
    the benchmark's share of starting the sessions, ``own`` the spread of a block, times 1.2533 for their median. What
    costs least for the same certainty is n = own / LAYOUT * sqrt(fixed / block) (Cochran, Sampling Techniques, 3rd
    ed., 10.6: the sizes of a two-stage sample). The last candidate, alone in its pairs, takes four times the blocks
    that it takes among twenty. What decides is a spread, whose sign nobody sees, so a pair stays symmetric.
    """
    if len(ratios) < 2:  # noqa: PLR2004 - one block has no spread
        return math.inf
    own = 1.2533 * robust_scale(np.array(ratios))
    return own / LAYOUT * math.sqrt(fixed / max(block, _LEAST_SECONDS))
