import numpy as np
import pytest

from lapwing.detect.noise import inflation
from lapwing.detect.online.memory import widenings


def widening(values, split):
    return widenings(values[None, :], [split])[0]


def wandering(points, share):
    rng = np.random.default_rng(4)
    slow = np.convolve(rng.normal(size=points + 9), np.ones(10) / np.sqrt(10), mode="valid")
    return np.sqrt(share) * slow + np.sqrt(1 - share) * rng.normal(size=points)


def test_noise_that_wanders_slowly_widens_more_than_its_last_value_tells():
    values = wandering(128, 0.6)

    assert widening(values, 64) > 1.2 * inflation(values, (64,))


def test_a_step_is_no_memory():
    values = np.random.default_rng(2).normal(size=100)

    assert widening(np.where(np.arange(100) < 50, values, values + 40), 50) == pytest.approx(
        widening(values, 50), rel=0.1
    )


@pytest.mark.parametrize("values", [np.ones(40), np.repeat([1.0, 5.0], 8), np.array([1.0] * 14 + [5.0])])
def test_what_has_no_noise_has_no_memory(values):
    assert widening(values, 8) == 1.0


def test_what_one_level_remembers_does_not_depend_on_the_others():
    rows = np.stack([wandering(64, share) for share in np.linspace(0, 1, 9)] + [np.ones(64)])
    splits = list(range(20, 40, 2))

    assert [widening(row, split) for row, split in zip(rows, splits, strict=True)] == widenings(rows, splits)
