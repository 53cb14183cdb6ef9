import numpy as np
import pytest

from lapwing.detect.suspects import chance, suspect

QUIET = np.random.default_rng(7).normal(size=64)


def after(*newest, level=QUIET):
    return suspect(np.concatenate([level, newest]))


def test_a_step_is_suspect_after_few_points():
    found = after(6.5, 7.5, 6.0, 7.0)

    assert (4, pytest.approx(6, abs=1)) == (found.count, found.nearest)
    assert 0 < found.p_value < 0.01


@pytest.mark.parametrize("sign", [1, -1])
def test_the_side_is_kept(sign):
    assert after(sign * 6.0, sign * 7.0, sign * 6.0).nearest * sign > 0


def test_one_spike_is_no_suspect_and_two_small_ones_are_none():
    assert after(50.0) is None
    assert after(3.0, 3.0) is None


def test_points_on_both_sides_are_none():
    assert after(9.0, -9.0, 9.0, -9.0) is None


def test_a_smaller_step_takes_more_points():
    assert [after(*[3.6] * points) is not None for points in (2, 3, 6)] == [False, True, True]


def test_the_nearest_point_decides():
    assert after(50.0, 50.0, 0.5) is None


def test_a_short_level_asks_for_more():
    assert after(4.5, 4.5, level=QUIET[:16]) is None
    assert after(6.0, 6.0, level=QUIET[:16]) is not None


@pytest.mark.parametrize(("every", "least"), [(99, 2.5), (5, 3.75)])
def test_wild_noise_asks_for_more_than_steady_noise(every, least):
    """A level of 40 values 1 off its median, but each so many that is far off."""
    level = np.where(np.arange(48) % 2, 1.0, -1.0) * np.where(np.arange(48) % every == 1, 20.0, 1.0)
    sigma = 1.4826 * 40 / 39.2
    newest = np.full(4, sigma)

    assert after(*(least - 0.01) * newest, level=level[:44]) is None
    assert after(*(least + 0.01) * newest, level=level[:44]) is not None


@pytest.mark.parametrize("level", [QUIET[:7], np.ones(40)])
def test_a_level_of_unknown_scale_tells_nothing(level):
    assert after(20.0, 20.0, 20.0, level=level) is None


def test_chances_fall_with_size_and_count():
    assert chance(1, 0) == 1.0
    assert chance(1, 3) > chance(1, 6) > chance(2, 6) > chance(4, 6) > 0
