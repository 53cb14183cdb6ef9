"""What did the whole suite do in this run: how far did it spread, and did the machine itself move?

Many unrelated benchmarks that move together are one event of the machine, the image or the toolchain. The common
shift may excuse a benchmark, never accuse one: dividing by it would double the error of the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.noise import robust_scale

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

LEAST: Final = 8
"""Benchmarks from which a suite says something of the machine."""

LEAST_TOGETHER: Final = 5
"""Benchmarks from which the machine is taken to have moved if every one of them did; too few to know the spread."""

CLASS_SPREAD: Final = 0.06
"""Run-to-run spread of the centre of five processes, where nothing else is known: on a bad box single processes spread
by 5 to 9 %, the median of five of them by 1.25 / sqrt(5) of that, 3 to 5 %, and the box itself drifts by as much again
between runs. Five unchanged
benchmarks on a wandering box were accused 5 times in 1,900 with 4 %, once with 6 % (simulate_head.py)."""

RATIO_SPREAD: Final = 0.015
"""The same for the step of ratios to an anchor, which have no machine in them: between values of 8 pairs of the same
code, on two cores shared with six other jobs, it was 1.0 % and at most 1.9 % (4 benchmarks, 8 values each)."""

LEAST_SPREAD: Final = 0.01
"""A suite's spread is taken for no less: benchmarks differ, and a quiet majority says little of the noisiest."""

_MAJORITY: Final = 0.7
_SURE: Final = 3.0
_LEAST_SHIFT: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The benchmarks of one unit in one run: ``spread`` of their log steps, and the common ``shift`` (worse above 0).

    ``shift`` is 0 unless a clear majority moved together; ``count`` is how many there are.
    """

    spread: float = CLASS_SPREAD
    shift: float = 0.0
    count: int = 0


def suite_of(steps: Floats) -> Suite:
    """Return what the log steps (head over base, worse above 0) of a suite's noisy benchmarks say of the machine.

    The suite moved if its median step is beyond 1 % and 3 of its standard errors, and 70 % of the steps (of 5 to 7
    benchmarks all) are on the same side of half of it.
    """
    known = steps[np.isfinite(steps)]
    count = known.shape[0]
    if count < LEAST_TOGETHER:
        return Suite(count=count)
    middle, spread = float(np.median(known)), robust_scale(known)
    error = 1.2533 * spread / math.sqrt(count)
    together = float(np.mean(known * math.copysign(1, middle) > abs(middle) / 2))
    moved = abs(middle) > max(_LEAST_SHIFT, _SURE * error) and together >= (_MAJORITY if count >= LEAST else 1.0)
    return Suite(
        spread=max(spread, LEAST_SPREAD) if count >= LEAST else CLASS_SPREAD,
        shift=middle if moved else 0.0,
        count=count,
    )


def ratio_suite_of(steps: Floats) -> Suite:
    """Return the same of ratios to an anchor: their spread, and never a shift.

    The anchor ran beside head on the machine as it was. Ratios that move together share code, a dependency or a
    compiler's option, and are to be accused together: excusing them is how a slower core goes through unseen.
    """
    known = steps[np.isfinite(steps)]
    count = known.shape[0]
    return Suite(spread=max(robust_scale(known), LEAST_SPREAD) if count >= LEAST else RATIO_SPREAD, count=count)
