"""How often does a quiet series, looked at after every point, reach a score? Looking again and again has a price.

Ranks make the answer one table for every benchmark. It is made by ``benchmarks/detect/make_rates.py`` from a fixed
seed; nothing is simulated when judging.
"""

from __future__ import annotations

import math
from typing import Final

from lapwing.detect.online.rates_table import RATES, SCORES

SPAN: Final = 24
"""Appended points in which a quiet series is given a false change with probability ``alpha``: at 1 %, 0.4 in 1000.

Of steps of one and two sigma in real noise 53 % and 80 % are found so, half of the latter after 16 points; with alpha
spread over 100 points it is 43 % and 71 %, after 26."""

_LOG_RATES: Final = tuple(math.log(rate) for rate in RATES)
_LEAST_P: Final = 1e-12


def least_score(alpha: float) -> float:
    """Return the score that a quiet series reaches with probability ``alpha`` in :data:`SPAN` appended points.

    Log-linear between the table's rows, and drawn on beyond its ends; the true rate falls faster, which errs towards
    doubt.
    """
    target = math.log(-math.log1p(-alpha) / SPAN)
    upper = next((i for i in range(1, len(SCORES)) if _LOG_RATES[i] <= target), len(SCORES) - 1)
    share = (target - _LOG_RATES[upper - 1]) / (_LOG_RATES[upper] - _LOG_RATES[upper - 1])
    return SCORES[upper - 1] + share * (SCORES[upper] - SCORES[upper - 1])


def p_value(points: int, score: float) -> float:
    """Return the probability that a quiet series of ``points`` points, looked at after each, ever reaches ``score``."""
    upper = next((i for i in range(1, len(SCORES)) if SCORES[i] >= score), len(SCORES) - 1)
    share = (score - SCORES[upper - 1]) / (SCORES[upper] - SCORES[upper - 1])
    rate = math.exp(_LOG_RATES[upper - 1] + share * (_LOG_RATES[upper] - _LOG_RATES[upper - 1]))
    return max(_LEAST_P, -math.expm1(-rate * points))
