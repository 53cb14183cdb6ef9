import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from lapwing.detect.noise import inflation, robust_scale
from lapwing.detect.place import locate
from lapwing.detect.ranks import centred_ranks, dense_ranks, rank_cusum
from lapwing.detect.scan import best_peaks, candidates, highest_score, penalty, seeded_intervals
from lapwing.detect.segments import find_splits
from lapwing.detect.thresholds import critical_value, p_value
from lapwing.detect.thresholds_table import CRITICAL, LEVELS, SIZES

small = settings(deadline=None, derandomize=True, max_examples=50)


@small
@given(st.lists(st.integers(0, 6), min_size=2, max_size=30))
def test_ranks_are_mid_ranks_less_their_mean(values):
    row = np.array([values], dtype=float)
    expected = rankdata(values) - (len(values) + 1) / 2

    np.testing.assert_allclose(expected, centred_ranks(dense_ranks(row))[0])


@small
@given(st.lists(st.integers(0, 9), min_size=2, max_size=30), st.data())
def test_the_cusum_is_the_tie_corrected_rank_sum_test_at_each_split(values, data):
    k = data.draw(st.integers(1, len(values) - 1))
    ranks = rankdata(values) - (len(values) + 1) / 2
    m, squares = len(values), float((ranks**2).sum())
    expected = 0 if squares == 0 else abs(ranks[:k].sum()) / math.sqrt(k * (m - k) * squares / (m * (m - 1)))

    assert rank_cusum(dense_ranks(np.array([values], dtype=float)))[0, k - 1] == pytest.approx(expected)


def test_intervals_cover_everything_and_overlap_by_half():
    for width, starts in seeded_intervals(333):
        assert starts[0] == 0
        assert starts[-1] + width == 333
        assert all(b - a <= width / 2 + 1 for a, b in pairwise(starts))


def test_a_perfect_split_reaches_the_highest_score():
    row = dense_ranks(np.repeat([[0.0, 1.0]], 10, axis=1) + np.arange(20) * 1e-9)

    assert rank_cusum(row).max() == pytest.approx(highest_score(20))
    split, score = best_peaks(row, 20, -math.inf)
    assert (split[0], score[0]) == (10, pytest.approx(highest_score(20) - penalty(20, 20)))


def test_one_point_has_no_peak():
    assert best_peaks(np.zeros((1, 1), dtype=np.int32), 1, 0.0)[1][0] == -math.inf


def test_many_series_give_what_each_gives_by_itself():
    rng = np.random.default_rng(2)
    rows = [rng.normal(size=n) + (np.arange(n) > n // 3) * 2 for n in (30, 80, 80, 80, 200)]

    assert [candidates([row], 0.05)[0] for row in rows] == candidates(rows, 0.05)
    assert [find_splits([row], 0.05)[0] for row in rows] == find_splits(rows, 0.05)


def test_p_values_invert_critical_values_and_never_rise():
    for size in (7, 16, 50, 300, 5000):
        for alpha in (0.3, 0.05, 0.01, 0.004):
            assert p_value(size, critical_value(size, alpha)) == pytest.approx(alpha)
        p_values = [p_value(size, score) for score in np.linspace(-1, 30, 200)]
        assert p_values == sorted(p_values, reverse=True)
    assert critical_value(50, 0.9) == critical_value(50, 0.5)
    assert p_value(50, 1e9) == 1e-12


def test_the_table_is_monotone_in_size_and_level():
    table = np.array(CRITICAL)

    assert (len(SIZES), len(LEVELS)) == table.shape
    assert (np.diff(table, axis=1) > 0).all()
    assert (np.diff(table, axis=0) >= -0.02).all()


@pytest.mark.parametrize("size", [12, 40, 150])
def test_shuffled_series_fire_at_most_alpha(size):
    rows = list(np.random.default_rng(size).permuted(np.tile(np.arange(float(size)), (1500, 1)), axis=1))
    fired = np.mean([bool(found) for found in find_splits(rows, 0.05)])

    # 0.05 and three standard errors of 1500 trials.
    assert fired <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 1500)


def test_noise_with_memory_fires_no_more():
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(400, 200))
    for i in range(1, 200):
        noise[:, i] += 0.3 * noise[:, i - 1]
    fired = np.mean([bool(found) for found in find_splits(list(noise), 0.05)])

    assert fired <= 0.085


def test_inflation_knows_memory_and_ignores_what_it_cannot_know():
    rng = np.random.default_rng(4)
    white = rng.normal(size=4000)
    walk = np.cumsum(white)
    memory = white.copy()
    for i in range(1, 4000):
        memory[i] += 0.3 * memory[i - 1]

    assert inflation(white, ()) < 1.06
    assert 1.25 < inflation(memory, ()) < 1.5
    assert inflation(walk, ()) == pytest.approx(2.0)
    assert inflation(white[:10], ()) == 1.0
    assert inflation(np.repeat([1.0, 2.0], 20), (20,)) == 1.0
    assert inflation(np.arange(16.0), tuple(range(1, 16))) == 1.0


def test_memory_is_not_counted_where_every_pair_is_cut():
    values = np.tile([1.0, 2.0, 5.0], 8)

    assert inflation(values, tuple(range(3, 24, 3))) >= 1.0


def test_robust_scale_is_right_on_normal_noise_and_unknown_for_one_point():
    assert robust_scale(np.random.default_rng(1).normal(size=5000)) == pytest.approx(1.0, abs=0.05)
    assert math.isnan(robust_scale(np.array([1.0])))


def test_locating_moves_a_rough_split_to_the_true_place():
    rng = np.random.default_rng(3)
    values = rng.normal(size=80) + 6.0 * (np.arange(80) >= 50)
    place = locate(values, 42)

    assert place.index == 50
    assert place.earliest <= 50 <= place.latest <= 52


def test_a_step_without_noise_is_located_exactly():
    place = locate(np.repeat([1.0, 2.0], 10), 7)

    assert (place.index, place.earliest, place.latest) == (10, 10, 10)


def test_the_range_holds_the_true_place_as_often_as_it_says():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(400):
        place = locate(rng.normal(size=60) + 1.5 * (np.arange(60) >= 30), 30)
        held.append(place.earliest <= 30 <= place.latest)

    assert np.mean(held) >= 0.92
