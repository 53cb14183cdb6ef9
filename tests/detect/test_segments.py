import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.scale import additive
from lapwing.detect.segments import find_splits
from lapwing.detect.surprise import p_values

small = settings(deadline=None, derandomize=True, max_examples=40)


def indices(values, alpha=0.05):
    return [split.index for split in find_splits([np.asarray(values, dtype=float)], alpha)[0]]


def steps(seed, *lengths, size=4.0, noise=None):
    """Noise about levels that rise by ``size`` sigma and fall again, each as long as ``lengths`` say."""
    rng = np.random.default_rng(seed)
    level = np.repeat([size * (i % 2) for i in range(len(lengths))], lengths)
    return level + (rng.standard_t(4, level.size) if noise is None else noise(rng, level.size))


def test_many_series_give_what_each_gives_by_itself():
    rng = np.random.default_rng(2)
    rows = [rng.normal(size=n) + (np.arange(n) > n // 3) * 2 for n in (30, 80, 0, 80, 80, 1, 200)]

    assert [find_splits([row], 0.05)[0] for row in rows] == find_splits(rows, 0.05)


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
    fired = [len(found) for found in find_splits(list(noise), 0.05)]

    # 0.5 false points in 1000.
    assert sum(fired) <= 0.5 * noise.size / 1000


@pytest.mark.parametrize("shape", ["standard_normal", "standard_cauchy"])
def test_the_p_values_of_changes_are_honest_on_shuffled_noise(shape):
    rng = np.random.default_rng(9)
    rows = [getattr(rng, shape)(int(rng.integers(40, 200))) for _ in range(1500)]
    least = np.array([min((split.p_value for split in found), default=1.0) for found in find_splits(rows, 0.05)])

    # Each with three standard errors of 1500 trials.
    for level in (0.05, 0.01, 0.002):
        assert (least <= level).mean() <= level + 3 * math.sqrt(level / 1500)


@pytest.mark.parametrize(("count", "length"), [(10, 1000), (30, 3000)])
def test_every_step_of_a_staircase_is_found(count, length):
    every = length // (count + 1)
    level = 5.0 * np.minimum(np.arange(length) // every, count)
    found = indices(level + np.random.default_rng(count).normal(size=length))

    assert len(found) == count
    assert max(abs(a - every * (i + 1)) for i, a in enumerate(found)) <= 2


def test_neighbours_fifteen_points_apart_are_told_apart():
    found = indices(steps(4, 100, 15, 100, size=5.0))

    assert len(found) == 2
    assert abs(found[0] - 100) <= 1
    assert abs(found[1] - 115) <= 1


@pytest.mark.parametrize("length", [3, 9])
def test_what_returns_soon_is_no_change(length):
    assert indices(steps(5, 100, length, 100, size=8.0)) == []


def test_a_sharp_peak_is_seen_to_move_between_points_scattered_far_from_it():
    def peaked(rng, count):
        return np.where(rng.random(count) < 0.45, rng.uniform(-60, 60, count), 0.5 * rng.normal(size=count))

    (at,) = indices(steps(6, 90, 90, noise=peaked))

    assert abs(at - 90) <= 3


@pytest.mark.parametrize("seed", range(6))
def test_a_step_between_values_of_few_kinds_is_found(seed):
    (at,) = indices(steps(seed, 250, 250, size=1.0, noise=lambda rng, count: rng.integers(0, 2, count)))

    assert abs(at - 250) <= 10


def test_a_change_hidden_by_larger_ones_is_found():
    rng = np.random.default_rng(3)
    level = np.repeat([0.0, 40.0, 42.5, 0.0], [80, 40, 40, 80])
    found = indices(level + rng.normal(size=240))

    assert [round(at / 10) for at in found] == [8, 12, 16]


@small
@given(st.integers(0, 10_000), st.floats(-50, 50), st.sampled_from([-4.0, -1.0, 0.25, 8.0]))
def test_shifting_scaling_and_turning_over_changes_no_place(seed, by, factor):
    values = np.round(steps(seed, 50, 40), 6)

    assert indices(values) == indices(np.round(by, 3) + factor * values)


@small
@given(st.integers(0, 10_000))
def test_reading_backwards_finds_the_same_changes(seed):
    values = steps(seed, 50, 40, 60)
    forth, back = indices(values), [values.size - at for at in reversed(indices(values[::-1]))]

    assert len(forth) == len(back)
    assert all(abs(a - b) <= 2 for a, b in zip(forth, back, strict=True))


@small
@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, -1e300, 1e-300]), max_size=60), st.sampled_from([0.05, 0.99]))
def test_ties_of_any_size_give_increasing_places_within_their_ranges(values, alpha):
    found = find_splits([additive(np.array(values))], alpha)[0]

    assert [split.index for split in found] == sorted({split.index for split in found})
    assert all(0 < split.earliest <= split.index <= split.latest < len(values) for split in found)
    assert all(0 < split.p_value <= 1 for split in found)


def test_no_change_is_surer_than_that_there_is_any():
    values = steps(1, 12, 8, size=100.0)
    (split,) = find_splits([values], 0.5)[0]

    assert split.p_value == p_values([values])[0] > 1e-6
