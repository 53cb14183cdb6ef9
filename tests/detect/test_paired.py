from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapwing.detect.paired import hodges_lehmann, location

rows = st.lists(st.floats(-1, 1, allow_nan=False), min_size=1, max_size=10)


def by_hand(values):
    return np.median([(a + b) / 2 for a, b in itertools.combinations_with_replacement(values, 2)])


@given(rows)
def test_the_location_is_the_median_of_all_means_of_two(values):
    assert hodges_lehmann(np.array([values]))[0] == pytest.approx(by_hand(values))


@given(rows)
def test_negating_a_row_negates_its_location_and_interval_to_the_bit(values):
    low, middle, high = location(np.array([values]), 0.95)
    mirrored = location(-np.array([values]), 0.95)

    assert (-high[0], -middle[0], -low[0]) == tuple(one[0] for one in mirrored)


def test_one_wild_pair_hardly_moves_it():
    steady = np.full((1, 9), 0.01)
    wild = np.append(steady, [[0.9]], axis=1)

    assert hodges_lehmann(wild)[0] == pytest.approx(0.01)


def test_five_pairs_have_no_interval():
    low, middle, high = location(np.arange(5.0)[None, :], 0.95)

    assert (low[0], middle[0], high[0]) == (-np.inf, 2.0, np.inf)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    values = 0.02 + 0.01 * np.random.default_rng(1).standard_t(3, size=(5_000, 12))
    low, _, high = location(values, 0.95)

    assert np.mean((low <= 0.02) & (high >= 0.02)) == pytest.approx(0.95, abs=0.012)
