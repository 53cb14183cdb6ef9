"""Does head's own run stand off the current level, and by how much?

One run is little: the scale of its noise comes from the level's earlier runs, from the spread between processes, and,
where the past is short, from the whole suite. The evidence is the head process *nearest* to the level: a disturbed
process can only make the median look worse, not the best of five fresh ones spread over the session.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtr, stdtrit

from lapwing.detect.effect import bounded_exp, magnitude
from lapwing.detect.noise import robust_scale
from lapwing.detect.suspects import chance
from lapwing.judge.case import Evidence
from lapwing.judge.policy import NULL_MARGIN
from lapwing.model import Interval

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats
    from lapwing.judge.case import Case
    from lapwing.judge.suite import Suite

FREEDOM: Final = 8.0
"""Degrees of freedom of head's noise once the nearest process has been taken. By benchmarks/detect/simulate_head.py a
+50 % step of one of 40 benchmarks after one run is found 37 times in 40 with 8 (32 with 6), and of 18,240 verdicts on
unchanged code 3 accuse. The tails of single runs are far heavier (1 % beyond 8 sigma), which is why no single
unconfirmed run accuses."""

PRIOR_WEIGHT: Final = 4.0
"""Runs that the suite's spread counts for beside a level's own: the scale of 4 runs is off by half."""

_WINDOW: Final = 20
_FLOOR: Final = 0.003
"""No level is known to better than 0.3 %, whatever a few equal values say."""

_OWN: Final = 3
"""Runs from which a level's own spread is listened to at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Head against the current level on the scale where noise adds.

    ``base`` is the level, ``off`` head less base and ``nearest`` the same of the process nearest to the level (0 where
    the processes lie on both sides), ``own`` the level's own scale (NaN where unknown), ``error`` the standard error
    of head and base from the spread between processes, ``runs`` how many runs the level has, ``unit`` what one
    unit of this scale is relative to the base (1 for logs).
    """

    base: float
    off: float
    nearest: float
    own: float
    error: float
    runs: int
    unit: float


def measure_step(case: Case, start: int) -> Step:
    """Return head's step from the level that begins at ``start``, at least one value before head's."""
    last = case.values.shape[0] - 1
    window = slice(max(start, last - _WINDOW), last)
    stretch = case.scaled(window)
    raw = case.values[window]
    base = float(np.median(stretch))
    unit = 1.0 if case.logarithmic else 1 / magnitude(raw, raw)
    off = case.scale_one(case.head) - base
    sides = [case.scale_one(value) - base for value in case.processes]
    together = all(side > 0 for side in sides) or all(side < 0 for side in sides)
    nearest = min(sides, key=abs, default=off) if together else 0.0
    errors = case.errors[window]
    known = errors[~np.isnan(errors)]
    before = float(np.median(known)) / math.sqrt(stretch.shape[0]) if known.size else 0.0
    head = 0.0 if math.isnan(case.errors[-1]) else float(case.errors[-1])
    return Step(
        base=base,
        off=off * unit,
        nearest=nearest * unit,
        own=robust_scale(stretch) * unit if stretch.shape[0] >= _OWN else math.nan,
        error=math.hypot(before, head),
        runs=stretch.shape[0],
        unit=unit,
    )


def recent_moves(case: Case) -> Floats:
    """Return how much worse head is than each of the last 20 values before it, oldest first, NaN where there are fewer.

    As logs, or, where not all values are positive, as shares of their level.
    """
    before = case.scaled(slice(-1 - _WINDOW, -1))
    unit = 1.0 if case.logarithmic else 1 / magnitude(before, before)
    moves = np.full(_WINDOW, np.nan)
    moves[_WINDOW - before.shape[0] :] = (case.scale_one(case.head) - before) * unit
    return moves if case.unit.better == "lower" else -moves


def moves_over(recent: Floats, runs: int) -> Floats:
    """Return for each row of :func:`recent_moves` head against the median of the last ``runs`` values before it."""
    moves: Floats = np.nanmedian(recent[:, _WINDOW - runs :], axis=1)
    return moves


def scale_of(step: Step, suite: Suite) -> float:
    """Return the standard deviation of head's step where nothing changed.

    The level's own spread is drawn towards the suite's on the log scale, the less the more runs it has; neither is
    believed below what the processes' spread says. The level itself is known to 1.2533 / sqrt(runs) of it.
    """
    if math.isnan(step.own):
        return max(suite.spread, step.error, _FLOOR)
    # The suite's spread is that of a difference; one run's share of it is the part without the level's own error.
    widening = math.sqrt(1 + math.pi / 2 / step.runs)
    share = step.runs / (step.runs + PRIOR_WEIGHT)
    pooled: float = max(step.own, _FLOOR) ** share * (suite.spread / widening) ** (1 - share)
    return max(pooled * widening, step.error, _FLOOR)


def weigh_step(case: Case, step: Step, suite: Suite, least_p: float) -> Evidence:
    """Return the evidence of head's step; ``least_p`` is the p-value it would take to be accused."""
    if case.exact:
        return _exact(case, step)
    scale = scale_of(step, suite)
    half = float(stdtrit(FREEDOM, 0.975)) * scale
    far = -float(stdtrit(FREEDOM, least_p / 2)) * scale + abs(step.off - step.nearest)
    margin = math.log1p(case.limit) * NULL_MARGIN
    return Evidence(
        ratio=Interval(
            low=_ratio(case, step.off - half), estimate=_ratio(case, step.off), high=_ratio(case, step.off + half)
        ),
        p_value=p_of(case, step.nearest, scale),
        detectable=max(case.limit, math.expm1(min(max(far, margin + half), 700.0))),
        base=math.exp(step.base) if case.logarithmic else step.base,
        points=step.runs,
    )


def p_of(case: Case, nearest: float, scale: float) -> float:
    """Return the two-sided probability of noise reaching ``nearest``.

    Where there is a recorded value and no processes to look at, the heavy tails of single values apply.
    """
    if not case.processes:
        return chance(1, abs(nearest) / scale)
    return float(2 * stdtr(FREEDOM, -abs(nearest) / scale))


def _exact(case: Case, step: Step) -> Evidence:
    """Return the evidence of a metric without noise: what is seen is all there is."""
    base = float(case.values[-2])
    off = (case.scale_one(case.head) - case.scale_one(base)) * step.unit
    ratio = _ratio(case, off)
    return Evidence(
        ratio=Interval(low=ratio, estimate=ratio, high=ratio),
        p_value=1.0 if case.head == base else 0.0,
        detectable=case.limit,
        base=base,
        points=step.runs,
    )


def _ratio(case: Case, off: float) -> float:
    return bounded_exp(off) if case.logarithmic else 1 + off


def without_shift(case: Case, evidence: Evidence, step: Step, suite: Suite) -> Evidence:
    """Return ``evidence`` as it would be had the suite not moved: head less the common shift."""
    shift = suite.shift if case.unit.better == "lower" else -suite.shift
    ratio = evidence.ratio
    scale = scale_of(step, suite)
    # The nearest process stays on the far side only if the shift does not carry it over.
    nearest = step.nearest - shift if (step.nearest - shift) * step.nearest > 0 else 0.0
    moved = [_moved(case, value, shift) for value in (ratio.low, ratio.estimate, ratio.high)]
    return Evidence(
        ratio=Interval(low=moved[0], estimate=moved[1], high=moved[2]),
        p_value=max(evidence.p_value, p_of(case, nearest, scale)),
        detectable=evidence.detectable,
        base=evidence.base,
        points=evidence.points,
    )


def _moved(case: Case, ratio: float, shift: float) -> float:
    return ratio * math.exp(-shift) if case.logarithmic else ratio - shift
