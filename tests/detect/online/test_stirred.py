import numpy as np
import pytest

from lapwing.detect.online.stirred import LENGTHS, looked_at, stirred


def level(seed, points=64, *, memory=0.0, step=0.0):
    shocks = np.random.default_rng(seed).normal(size=points)
    values = np.empty(points)
    last = 0.0
    for i, shock in enumerate(shocks):
        values[i] = last = memory * last + shock
    return np.exp(0.01 * (values + np.where(np.arange(points) >= points - 12, step, 0.0)))


def test_a_step_stirs_and_noise_does_not():
    assert [1] == stirred(np.stack([level(0), level(1, step=6), level(2)])).tolist()


def test_few_of_many_quiet_levels_are_stirred():
    assert stirred(np.stack([level(seed) for seed in range(1200)])).shape[0] < 12


def test_noise_that_wanders_is_not_stirred_by_it():
    rows = np.stack([level(seed, 128, memory=0.8) for seed in range(100)])

    assert stirred(rows).shape[0] < 40


@pytest.mark.parametrize("value", [0.0, 1.0, -3.5])
def test_a_constant_level_is_quiet(value):
    assert [] == stirred(np.full((3, 40), value)).tolist()


def test_no_levels_are_none():
    assert [] == stirred(np.empty((0, 40))).tolist()


def test_what_one_level_is_does_not_depend_on_the_others():
    rows = np.stack([level(seed, step=seed % 7) for seed in range(700)])
    alone = [i for i, row in enumerate(rows) if stirred(row[None, :]).size]

    assert alone == stirred(rows).tolist()


def test_of_a_level_the_newest_points_are_looked_at():
    assert [0, 12, 12, 16, 200, 200] == [looked_at(points) for points in (11, 12, 15, 16, 200, 5000)]
    assert sorted(LENGTHS) == list(LENGTHS)
