from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wilcoxon

from lapwing.detect.signed_rank import MOST_EXACT, interval_rank, upper_p, upper_tail

numbers = st.floats(-10, 10, allow_nan=False)


@pytest.mark.parametrize("count", [1, 2, 5, 8, 20, 50])
def test_p_values_are_those_of_scipy(count):
    rows = np.random.default_rng(count).normal(0.3, 1.0, size=(50, count))
    expected = [wilcoxon(row, alternative="greater", method="exact").pvalue for row in rows]

    assert upper_p(rows) == pytest.approx(expected, abs=1e-12)


def test_eight_values_above_nought_are_as_rare_as_eight_heads():
    assert upper_p(np.array([[1.0, 2, 3, 4, 5, 6, 7, 8]])).tolist() == [1 / 256]


def test_a_nought_counts_as_not_above_and_keeps_its_rank():
    assert upper_p(np.array([[0.0, 1.0, 2.0]])).tolist() == [upper_tail(3)[5]]
    assert upper_p(np.zeros((1, 5))).tolist() == [1.0]


def test_tied_values_never_make_the_p_value_smaller():
    tied = upper_p(np.array([[1.0, 1.0, 1.0, -1.0]]))[0]

    assert tied >= upper_p(np.array([[1.0, 1.1, 1.2, -0.9]]))[0]


@pytest.mark.parametrize("sizes", [(1, 1, 1), (1, 1, 1, 2, 2, 2, 3, 3), (0, 1, 1, 2, 2, 2), (1, 2, 2, 2, 3, 3, 3, 4)])
def test_of_tied_values_none_is_below_its_p_value_more_often_than_that(sizes):
    signs = np.array(list(product([-1.0, 1.0], repeat=len(sizes))))
    p_values = upper_p(signs * np.array(sizes))

    assert all(np.mean(p_values <= p) <= p for p in np.unique(p_values))


def test_values_tied_on_one_side_are_as_good_as_others():
    tied, apart = np.array([[2.0, 2.0, 2.0, -1.0]]), np.array([[2.0, 2.1, 2.2, -1.0]])

    assert upper_p(tied) == upper_p(apart)


def test_beyond_the_exact_table_the_normal_approximation_goes_on_from_it():
    rows = np.random.default_rng(3).normal(0.1, 1.0, size=(5, MOST_EXACT + 1))
    expected = [wilcoxon(row, alternative="greater", method="approx", correction=True).pvalue for row in rows]

    assert upper_p(rows) == pytest.approx(expected, rel=1e-6)


@given(st.lists(numbers, min_size=1, max_size=12), st.randoms())
def test_the_order_of_pairs_says_nothing(values, chance):
    shuffled = list(values)
    chance.shuffle(shuffled)

    assert upper_p(np.array([values])) == upper_p(np.array([shuffled]))


@given(st.lists(numbers, min_size=1, max_size=12))
def test_no_row_is_above_and_below_nought_at_once(values):
    row = np.array([values])

    assert upper_p(row)[0] + upper_p(-row)[0] >= 1


def test_unchanged_code_is_found_changed_as_often_as_said():
    rows = np.random.default_rng(5).standard_t(2, size=(20_000, 12))

    assert np.mean(upper_p(rows) <= 0.01) == pytest.approx(upper_tail(12)[upper_tail(12) <= 0.01].max(), abs=0.002)


def test_interval_ranks_are_those_of_the_tables():
    # Hollander and Wolfe, table A.4: 95 % needs 6 pairs, and at 8, 12 and 16 the 4th, 14th and 30th average.
    assert [interval_rank(count, 0.95) for count in (4, 5, 6, 8, 12, 16)] == [0, 0, 1, 4, 14, 30]
    assert interval_rank(MOST_EXACT + 1, 0.95) > interval_rank(MOST_EXACT, 0.95)
