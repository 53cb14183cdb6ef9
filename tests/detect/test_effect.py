import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.effect import _rank, bounded_exp, magnitude, ratio, shift
from lapwing.detect.scale import on_log_scale

small = settings(deadline=None, derandomize=True, max_examples=60)
levels = st.lists(st.floats(0.01, 100), min_size=1, max_size=15).map(np.array)


@small
@given(levels, levels)
def test_swapping_old_and_new_turns_the_ratio_over(old, new):
    forth, back = ratio(old, new), ratio(new, old)

    assert forth.estimate == pytest.approx(1 / back.estimate)
    assert forth.low == pytest.approx(1 / back.high)


@small
@given(levels, levels, st.floats(1e-6, 1e6))
def test_scaling_all_values_scales_nothing(old, new, factor):
    assert ratio(old * factor, new * factor).estimate == pytest.approx(ratio(old, new).estimate)


def test_values_that_are_not_all_positive_give_a_difference_relative_to_the_old_level():
    assert ratio(np.array([-2.0] * 5), np.array([-1.0] * 5)).estimate == 1.5
    assert ratio(np.array([0.0]), np.array([4.0])).estimate == 2.0
    assert ratio(np.array([0.0]), np.array([0.0])).estimate == 1.0
    assert magnitude(np.array([0.0]), np.array([0.0])) == 1.0


def test_the_rank_is_that_of_the_tables():
    # Lower 2.5 % critical values of the Mann-Whitney statistic, as printed in textbooks, plus one.
    assert [_rank(n, n) for n in (3, 4, 5, 6, 8, 10)] == [0, 1, 3, 6, 14, 24]
    assert _rank(1, 30) == 0
    assert _rank(1, 39) == 1
    assert _rank(40, 40) == pytest.approx(597, abs=1)


@pytest.mark.parametrize(("before", "after"), [(2, 2), (5, 5), (3, 20), (30, 30)])
def test_the_interval_holds_the_truth_as_often_as_it_says(before, after):
    rng = np.random.default_rng([before, after])
    held = []
    for _ in range(600):
        low, _, high = shift(rng.normal(size=before), rng.normal(size=after) + 1)
        held.append(low <= 1 <= high)

    assert np.mean(held) >= 0.93


def test_one_against_one_has_no_width():
    assert shift(np.array([1.0]), np.array([3.0])) == (2.0, 2.0, 2.0)


def test_no_exponent_is_too_large():
    assert math.isfinite(bounded_exp(1e9))
    assert on_log_scale(np.array([]), np.array([1.0]))
