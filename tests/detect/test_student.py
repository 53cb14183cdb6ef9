import numpy as np
import pytest

from lapwing.detect.stretches import end_to_end
from lapwing.detect.student import Student, each, fitted, levels


def sizes(residuals):
    return np.sort(np.abs(residuals))


@pytest.mark.parametrize("freedom", [0.7, 1.0, 2.0, 4.0])
def test_the_noise_is_known_by_its_core(freedom):
    noise = fitted(sizes(3.0 * np.random.default_rng(2).standard_t(freedom, 100_000)), 1.0)

    assert noise.freedom == pytest.approx(freedom, rel=0.2)
    assert noise.scale == pytest.approx(3.0, rel=0.1)


def test_spikes_change_nothing():
    noise = np.random.default_rng(3).normal(size=1000)
    spiked = np.r_[noise[:-20], np.full(20, 1e9)]

    assert fitted(sizes(spiked), 1.0).scale == pytest.approx(fitted(sizes(noise), 1.0).scale, rel=0.1)


@pytest.mark.parametrize(
    ("left", "noise"),
    [
        ([0.0, 0.0, 0.0], Student(freedom=30.0, scale=7.0)),
        ([1e-300] * 4, Student(freedom=30.0, scale=7e-50)),
    ],
)
def test_without_noise_there_is_a_scale_all_the_same(left, noise):
    assert noise == fitted(sizes(left), 7.0)


@pytest.mark.parametrize("left", [[0.0] * 9 + [1.0], [0.0] * 5 + [1.0] * 5, [2.0]])
def test_ties_leave_a_scale_above_nought(left):
    assert fitted(sizes(left), 1.0).scale > 0


def test_a_pull_is_the_slope_of_the_loss():
    noise = Student(freedom=2.0, scale=0.5)
    at = np.array([-3.0, -0.1, 0.0, 0.7])
    slope = (noise.losses(at + 1e-6) - noise.losses(at - 1e-6)) / 2e-6

    np.testing.assert_allclose(slope * noise.scale, noise.pulls(at), atol=1e-6)


def test_steps_of_reweighting_come_to_the_likeliest_levels():
    rng = np.random.default_rng(4)
    values = np.r_[rng.standard_t(2, 50), rng.standard_t(2, 30) + 4]
    noise = Student(freedom=2.0, scale=1.0)
    old, new = levels(values, end_to_end([[0, 50, 80]]), np.array([0.1, 3.9]), each([noise], [80]), rounds=4)

    for part, level in ((values[:50], old), (values[50:], new)):
        grid = level + np.linspace(-0.5, 0.5, 101)
        losses = [noise.losses(part - one).sum() for one in grid]
        assert level == pytest.approx(grid[int(np.argmin(losses))], abs=0.1)
