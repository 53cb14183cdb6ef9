import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.cusum import rank_cusum
from lapwing.detect.online.window import LEAST_AFTER, LEAST_BEFORE, WINDOW, begin_anew, best_splits, empty, extend

small = settings(deadline=None, derandomize=True, max_examples=30)


def grown(lines):
    windows = empty(lines.shape[1])
    for line in lines:
        windows = extend(windows, line)
    return windows


def numbers(seed, points, series=3, *, ties=False):
    values = np.random.default_rng(seed).normal(size=(points, series))
    return np.round(2 * values) if ties else values


@small
@given(st.integers(0, 10_000), st.integers(1, WINDOW + 40), st.booleans())
def test_one_point_later_is_what_ranking_the_whole_level_says(seed, points, ties):
    lines = numbers(seed, points, ties=ties)
    windows = grown(lines)
    splits, rises = best_splits(windows)

    for row in range(lines.shape[1]):
        level = lines[-WINDOW:, row]
        np.testing.assert_array_equal(level, windows.level(row))
        cusum = rank_cusum(level[None, :])[0]
        before = np.arange(1, level.size)
        cusum = np.where((before >= LEAST_BEFORE) & (level.size - before >= LEAST_AFTER), cusum, 0)
        assert abs(rises[row] - cusum.max(initial=0)) < 1e-5
        if rises[row]:
            assert abs(cusum[splits[row] - 1] - rises[row]) < 1e-5


@small
@given(st.integers(0, 10_000), st.integers(0, WINDOW - 1), st.booleans())
def test_a_level_given_whole_is_one_that_grew(seed, points, ties):
    lines = numbers(seed, points + 1, series=1, ties=ties)
    anew, grew = extend(empty(1), np.zeros(1)), grown(lines)
    begin_anew(anew, 0, lines[:, 0])

    for name in ("values", "pairs", "counts", "ties"):
        np.testing.assert_array_equal(getattr(grew, name), getattr(anew, name))


def test_a_hole_leaves_its_series_as_it_is():
    windows = grown(numbers(1, 30))
    after = extend(windows, np.array([1.0, np.nan, 2.0]))

    np.testing.assert_array_equal(after.values[1], windows.values[1])
    np.testing.assert_array_equal(after.pairs[1], windows.pairs[1])
    assert after.counts.tolist() == [31, 30, 31]


def test_a_constant_level_has_no_split():
    splits, rises = best_splits(grown(np.ones((60, 2))))

    assert rises.tolist() == [0, 0]
    assert splits.shape == (2,)
