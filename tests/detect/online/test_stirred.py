import numpy as np
import pytest

from lapwing.detect.online.stirred import LENGTHS, RISEN, looked_at, stirred


def level(seed, points=64, *, memory=0.0, step=0.0):
    shocks = np.random.default_rng(seed).normal(size=points)
    values = np.empty(points)
    last = 0.0
    for i, shock in enumerate(shocks):
        values[i] = last = memory * last + shock
    return np.exp(0.01 * (values + np.where(np.arange(points) >= points - 12, step, 0.0)))


def asked(levels, calm=0.0):
    """Return which levels are worth a scan, all of them as calm as ``calm``."""
    return stirred(levels, np.full(levels.shape[0], calm))[0].tolist()


def test_a_step_stirs_and_noise_does_not():
    assert [1] == asked(np.stack([level(0), level(1, step=6), level(2)]))


def test_few_of_many_quiet_levels_are_stirred():
    assert len(asked(np.stack([level(seed) for seed in range(1200)]))) < 12


def test_noise_that_wanders_is_not_stirred_by_it():
    rows = np.stack([level(seed, 128, memory=0.8) for seed in range(100)])

    assert len(asked(rows)) < 40


@pytest.mark.parametrize("value", [0.0, 1.0, -3.5])
def test_a_constant_level_is_quiet(value):
    assert [] == asked(np.full((3, 40), value))


def test_no_levels_are_none():
    assert [] == asked(np.empty((0, 40)))


def test_what_one_level_is_does_not_depend_on_the_others():
    rows = np.stack([level(seed, step=seed % 7) for seed in range(700)])
    calm = np.linspace(0, 5, 700)
    alone = [stirred(row[None, :], calm[i : i + 1]) for i, row in enumerate(rows)]
    together, left = stirred(rows, calm)

    assert [i for i, (one, _) in enumerate(alone) if one.size] == together.tolist()
    assert [float(calm[0]) for _, calm in alone] == left.tolist()


def test_what_held_nothing_is_asked_again_once_it_has_risen():
    rows = level(1, step=6)[None, :]
    _, (highest,) = stirred(rows, np.zeros(1))

    assert [0] == asked(rows, highest - RISEN)
    assert [] == asked(rows, highest - RISEN + 0.01)


def test_what_is_calmer_than_it_was_is_as_calm_as_that_from_now_on():
    rows = np.stack([level(0), level(1, step=6)])
    _, (quiet, stirs) = stirred(rows, np.zeros(2) + 50)

    assert [] == asked(rows, 50)
    assert quiet < 3.6 < stirs < 50
    assert [(1.0, stirs)] == [tuple(stirred(rows, np.ones(2))[1].tolist())]


def test_of_a_level_the_newest_points_are_looked_at():
    assert [0, 12, 12, 16, 200, 200] == [looked_at(points) for points in (11, 12, 15, 16, 200, 5000)]
    assert sorted(LENGTHS) == list(LENGTHS)
