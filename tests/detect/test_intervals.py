from itertools import pairwise

import numpy as np
import pytest

from lapwing.detect.intervals import SHORTEST, SPLITS, intervals, penalty


@pytest.mark.parametrize("length", [2, 15, 16, 17, 100, 333, 5000, 20_000])
def test_intervals_cover_everything_and_overlap_by_half(length):
    grid = intervals(length)

    assert (grid.starts[0], grid.ends[0]) == (0, length)
    for width in set(grid.widths[1:].astype(int).tolist()):
        starts = grid.starts[grid.widths == width]
        assert width >= SHORTEST
        assert (starts[0], starts[-1] + width) == (0, length)
        assert all(b - a <= width / 2 + 1 for a, b in pairwise(starts.tolist()))


@pytest.mark.parametrize("length", [2, 90, 1000])
def test_each_interval_has_its_splits(length):
    grid = intervals(length)

    assert grid.firsts[-1] == grid.splits.shape[0] == grid.before.shape[0]
    for i in range(grid.starts.shape[0]):
        splits = grid.splits[grid.firsts[i] : grid.firsts[i + 1]]
        width = grid.ends[i] - grid.starts[i]
        assert grid.starts[i] < splits[0] <= splits[-1] < grid.ends[i]
        assert len(splits) == min(width, SPLITS) - 1
        assert grid.counts[i] == len(splits)
        assert grid.penalties[i] == pytest.approx(penalty(length, width))


@pytest.mark.parametrize("lengths", [range(46, 63), range(88, 124), range(250, 351, 7)])
def test_series_of_nearly_one_length_have_equally_many_intervals(lengths):
    # So that p-values may be read between the rows of the table.
    assert len({intervals(length).starts.shape[0] for length in lengths}) == 1


def test_splits_left_out_are_left_out_alike_at_both_ends():
    grid = intervals(1000)
    splits = grid.splits[: grid.firsts[1]]

    assert abs(splits[0] - (1000 - splits[-1])) <= 1


def test_weights_are_one_over_the_standard_deviation_of_sums():
    grid = intervals(12)

    np.testing.assert_allclose(np.sqrt(12 / (np.arange(1, 12) * np.arange(11, 0, -1))), grid.weights)


def test_the_intervals_of_a_length_are_kept_for_the_next_series():
    assert intervals(64) is intervals(64)
    assert intervals(5000) is intervals(5000)
    assert intervals(20_000) is not intervals(20_000)
