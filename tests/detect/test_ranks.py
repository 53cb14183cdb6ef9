import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata, t

from lapwing.detect.ranks import centred_ranks, rank_scores

small = settings(deadline=None, derandomize=True, max_examples=50)


@small
@given(st.lists(st.integers(0, 6), min_size=2, max_size=30))
def test_ranks_are_mid_ranks_centred_and_within_one(values):
    expected = (2 * rankdata(values) - len(values) - 1) / len(values)

    np.testing.assert_allclose(expected, centred_ranks(np.array([values], dtype=float))[0])


@small
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_turning_values_over_turns_ranks_over(values):
    row = np.array([values])

    np.testing.assert_array_equal(-centred_ranks(row), centred_ranks(-row))


def test_rows_are_ranked_by_themselves():
    rows = np.array([[3.0, 1.0, 2.0], [1.0, 1.0, 5.0]])

    np.testing.assert_allclose([[2 / 3, -2 / 3, 0.0], [-1 / 3, -1 / 3, 2 / 3]], centred_ranks(rows))


def test_the_second_score_is_the_optimal_one_of_two_degrees_of_freedom():
    ranks = np.linspace(-0.9, 0.9, 6)  # without the middle, where both are nothing
    at = t.ppf((ranks + 1) / 2, 2)
    optimal = 3 * at / (2 + at**2)
    linear, peaked = rank_scores(ranks)

    np.testing.assert_array_equal(ranks, linear)
    assert peaked / optimal == pytest.approx(peaked[0] / optimal[0], abs=1e-9)
