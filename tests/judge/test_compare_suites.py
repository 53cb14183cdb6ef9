"""How the suites decide, told on suites that are fed directly."""

from __future__ import annotations

import math

import numpy as np

from judge.comparisons import POLICY
from lapwing.judge.compare.policy import LOOKS
from lapwing.judge.compare.suites import Phase, Suites


def fresh_pairs_until_accused(settled):
    """Return after how many fresh pairs a change of 10 % is accused beside ``settled`` candidates that seemed to be."""
    width = 1 + settled
    suites = Suites(1, np.full(width, math.log1p(0.03)), np.zeros(width, dtype=np.int64), POLICY)
    for _ in range(2):
        suites.feed(suites.open(), np.full(width, 0.1))
    assert (suites.phases == Phase.CANDIDATE).all()
    suites.phases[1:], suites.p_values[1:] = Phase.UNCHANGED, 1e-3
    while suites.phases[0] == Phase.CANDIDATE:
        suites.feed(np.array([0]), np.array([0.1]))
    assert suites.phases[0] == Phase.HIGHER
    return int(suites.fresh(np.array([0]))[0])


def test_what_was_settled_is_no_discovery_that_makes_the_next_one_cheaper():
    # All signs agree: 2 * 6 / 2^n must be at most 0.04 / candidates.
    assert [fresh_pairs_until_accused(settled) for settled in (0, 10)] == [LOOKS[1], LOOKS[2]]
