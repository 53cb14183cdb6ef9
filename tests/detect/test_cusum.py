import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from lapwing.detect.cusum import peaks, rank_peak, tied
from lapwing.detect.intervals import intervals, penalty
from lapwing.detect.ranks import centred_ranks, rank_scores

small = settings(deadline=None, derandomize=True, max_examples=50)


def highest(scores):
    """The highest Z over all splits, from the formula."""
    m, centred = len(scores), np.asarray(scores) - np.mean(scores)
    squares = float((centred**2).sum())
    if squares < 1e-9:
        return 0.0
    return max(abs(centred[:k].sum()) / math.sqrt(k * (m - k) * squares / (m * (m - 1))) for k in range(1, m))


@small
@given(st.lists(st.integers(0, 9), min_size=2, max_size=30))
def test_the_cusum_is_the_tie_corrected_rank_sum_test_at_each_split(values):
    ranks = (2 * rankdata(values) - len(values) - 1) / len(values)

    assert highest(ranks) == pytest.approx(peaks(ranks[None, :], intervals(len(values)))[0][0, 0], abs=1e-6)


def test_every_interval_is_standardised_by_itself():
    scores = np.random.default_rng(5).normal(size=(2, 70))
    grid = intervals(70)
    found, sums, spread = peaks(scores, grid)

    for i in range(grid.starts.shape[0]):
        inside = scores[1, grid.starts[i] : grid.ends[i]]
        assert highest(inside) == pytest.approx(found[1, i])
        assert inside.var() == pytest.approx(spread[1, i])
    assert sums.shape == (2, grid.splits.shape[0])


def test_equal_scores_have_no_peak():
    assert not peaks(np.full((1, 40), 0.3), intervals(40))[0].any()
    assert rank_peak(np.ones(40), 40, 1.0) == pytest.approx(-penalty(40, 40))


def test_ranks_without_ties_are_never_held_back():
    for width in (2, 16, 99):
        ranks = centred_ranks(np.arange(100.0)[None, :])[0][:width]
        assert tied(np.array(ranks.var() * (1 - 1e-9)), width, 100) == 1.0


def test_one_odd_value_beside_equal_ones_is_little_evidence():
    odd = np.r_[np.zeros(99), 1.0]

    assert rank_peak(odd, 100, 1.0) < 1.1
    assert rank_peak(np.repeat([0.0, 1.0], 50), 100, 1.0) > 8


def test_the_peak_of_a_stretch_by_its_ranks_is_widened_and_pays_for_its_length():
    values = np.random.default_rng(1).normal(size=40) + np.repeat([0.0, 2.0], 20)
    bare = max(highest(scores) for scores in rank_scores(centred_ranks(values[None, :])[0]))

    assert rank_peak(values, 40, 1.0) == pytest.approx(bare - penalty(40, 40))
    assert rank_peak(values, 400, 2.0) == pytest.approx(bare / 2 - penalty(400, 40))
