import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from lapwing.errors import SettingsError
from lapwing.judge.multiplicity import adjusted
from lapwing.judge.policy import Policy, decide, worsening, worst
from lapwing.model import Interval, Outcome

small = settings(deadline=None, derandomize=True, max_examples=100)
OPPOSITE = {Outcome.REGRESSED: Outcome.IMPROVED, Outcome.IMPROVED: Outcome.REGRESSED}


def interval(low, estimate, high):
    return Interval(low=low, estimate=estimate, high=high)


@pytest.mark.parametrize(
    ("ratio", "outcome"),
    [
        ((1.06, 1.10, 1.14), "regressed"),
        ((1.03, 1.06, 1.09), "regressed"),
        ((1.02, 1.06, 1.10), "inconclusive"),
        ((1.03, 1.05, 1.07), "inconclusive"),
        ((0.99, 1.00, 1.01), "unchanged"),
        ((0.96, 1.00, 1.05), "unchanged"),
        ((0.94, 1.00, 1.05), "inconclusive"),
        ((0.80, 0.90, 0.95), "improved"),
        ((-2.0, -1.0, 0.5), "improved"),
    ],
)
def test_the_interval_decides_against_the_limit(ratio, outcome):
    assert decide(interval(*ratio), limit=0.05, better="lower", significant=True) == Outcome(outcome)


def test_without_evidence_nobody_is_accused():
    assert decide(interval(1.2, 1.3, 1.4), limit=0.05, better="lower", significant=False) is Outcome.INCONCLUSIVE


def test_a_throughput_that_rises_is_an_improvement():
    assert decide(interval(1.2, 1.3, 1.4), limit=0.05, better="higher", significant=True) is Outcome.IMPROVED


@small
@given(
    st.tuples(*[st.floats(0.3, 3)] * 3).map(sorted),
    st.floats(0.001, 1),
    st.booleans(),
    st.sampled_from(["lower", "higher"]),
)
def test_swapping_head_and_base_flips_the_outcome(ends, limit, significant, better):
    ratio = interval(*ends)
    back = interval(1 / ratio.high, 1 / ratio.estimate, 1 / ratio.low)
    edges = (math.log1p(limit), math.log1p(limit) / 2)
    if any(abs(abs(math.log(end)) - edge) < 1e-12 for end in ends for edge in edges):
        return
    forth = decide(ratio, limit=limit, better=better, significant=significant)

    assert decide(back, limit=limit, better=better, significant=significant) == OPPOSITE.get(forth, forth)


def test_worsening_of_what_is_no_ratio_is_endless():
    assert worsening(-0.5, "lower") == -math.inf
    assert worsening(0.0, "higher") == math.inf


def test_a_report_is_as_bad_as_its_worst_verdict():
    assert worst((Outcome.NEW, Outcome.UNCHANGED, Outcome.IMPROVED)) is Outcome.IMPROVED
    assert worst((Outcome.FAILED, Outcome.REGRESSED, Outcome.MISSING)) is Outcome.REGRESSED
    assert worst((Outcome.MISSING, Outcome.FAILED, Outcome.INCONCLUSIVE)) is Outcome.FAILED
    assert worst(()) is Outcome.NEW


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": math.nan}, {"false_discovery": 1}, {"frozen_after": 0}])
def test_a_policy_that_judges_nothing_is_refused(wrong):
    with pytest.raises(SettingsError) as refused:
        Policy(**wrong)

    assert refused.value.slug == "bad-policy"


def test_cpu_time_is_evidence_only():
    assert [Policy().judges(name) for name in ("time", "cpu_time", "rows/s")] == [True, False, True]


@small
@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_p_values_are_those_of_scipy(p_values):
    expected = false_discovery_control(p_values) if p_values else np.array([])

    np.testing.assert_allclose(expected, adjusted(p_values))
