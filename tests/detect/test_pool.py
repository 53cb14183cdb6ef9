"""Several runs of one commit are one value: the median of theirs."""

from __future__ import annotations

import math
from itertools import permutations

import pytest

from lapwing.detect.pool import pooled_error, pooled_value


@pytest.mark.parametrize(
    ("values", "expected"), [([3.0], 3.0), ([1.0, 2.0], 1.5), ([9.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 9.0], 3.0)]
)
def test_the_pooled_value_is_the_median_of_the_runs(values, expected):
    assert {expected} == {pooled_value(order) for order in permutations(values)}


def test_a_disturbed_run_of_three_does_not_move_the_pooled_value():
    assert 1.01 == pooled_value([1.0, 1.01, 40.0])


def test_the_error_is_that_of_a_mean_of_independent_runs_to_the_bit_in_any_order():
    errors = (0.1, 0.02, 0.003, math.nan, 0.3)
    (found,) = {pooled_error(order) for order in permutations(errors)}
    assert pytest.approx(math.sqrt(0.1**2 + 0.02**2 + 0.003**2 + 0.3**2) / 4) == found
    assert 0.1 == pooled_error([0.1, math.nan])
    assert math.isnan(pooled_error([math.nan]))
