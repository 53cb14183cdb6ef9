import numpy as np
import pytest

from lapwing.detect.tail import chance, tail

BASE = np.random.default_rng(1).normal(size=30)


def test_one_spike_tells_little_and_several_tell_more():
    spike = tail(BASE, np.array([0.0, 0.1, 30.0]))
    three = tail(BASE, np.array([8.0, 9.0, 30.0]))

    assert (spike.count, three.count) == (1, 3)
    assert three.p_value < spike.p_value
    assert three.nearest < tail(BASE, np.array([9.0])).nearest


def test_the_nearest_point_decides():
    assert tail(BASE, np.array([50.0, 0.5])).nearest < 2


def test_downward_tails_are_negative():
    assert tail(BASE, np.array([-9.0, -8.0])).nearest < 0


@pytest.mark.parametrize("base", [BASE[:7], np.ones(20)])
def test_a_level_of_unknown_scale_tells_nothing(base):
    assert tail(base, np.array([9.0])) is None


def test_points_on_the_level_tell_nothing():
    assert tail(BASE, np.array([np.median(BASE[-20:])])) is None


def test_chances_fall_with_size_and_count():
    assert chance(1, 0) == 1.0
    assert chance(1, 3) > chance(1, 6) > chance(2, 6) > chance(4, 6) > 0
