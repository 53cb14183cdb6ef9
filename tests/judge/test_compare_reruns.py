"""What a rerun adds to the first attempt, told on suites that are fed directly."""

from __future__ import annotations

import math

import numpy as np
import pytest

from judge.comparisons import POLICY
from lapwing.judge.compare.reruns import Reruns
from lapwing.judge.compare.suites import Phase, Suites


def suites_of(width):
    return Suites(1, np.full(width, math.log1p(0.03)), np.zeros(width, dtype=np.int64), POLICY)


def pairs_until_decided(others):
    """Return how many pairs of a rerun accuse a change of 10 % where ``others`` were candidates and are settled."""
    suites = suites_of(1 + others)
    rows = suites.open()
    for _ in range(2):
        suites.feed(rows, np.full(rows.size, 0.1))
    assert (suites.phases == Phase.CANDIDATE).all()
    while (rows := suites.open()[1:]).size:
        suites.feed(rows, np.where(suites.counts[rows] % 2, 0.001, -0.001))
    assert (suites.phases[1:] == Phase.UNCHANGED).all()
    again, count = Reruns(suites, POLICY), 0
    while suites.phases[0] == Phase.CANDIDATE:
        again.feed(np.array([0]), np.array([0.1]))
        count += 1
    assert suites.phases[0] == Phase.HIGHER
    return count


def test_what_was_a_candidate_beside_it_counts_though_it_was_settled_since():
    assert pairs_until_decided(0) < pairs_until_decided(30)


@pytest.mark.parametrize("spread", [0.02, 0.05])
def test_first_attempt_and_rerun_together_accuse_few_at_the_margin(spread):
    draw, wrong = np.random.default_rng(3), 0
    for _ in range(40):
        suites = suites_of(20)
        feeder = suites
        for count in range(24 + 40):
            feeder = Reruns(suites, POLICY) if count == 24 else feeder
            if (rows := suites.open()).size:
                feeder.feed(rows, suites.margins[rows] + spread * draw.normal(size=rows.size))
        wrong += bool(np.isin(suites.phases, (Phase.HIGHER, Phase.LOWER)).any())

    assert wrong <= 3
