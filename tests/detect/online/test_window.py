"""What a look sees of a series whose machine took steps: the past as on the machine of its newest point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lapwing.detect.online.window import window, within

VALUES = np.arange(1.0, 11.0)
TWICE, HALF = math.log(2), math.log(0.5)


def test_what_lies_before_a_step_is_seen_as_after_it():
    assert [6.0, 8.0, 5.0, 6.0] == window(VALUES, ((4, TWICE),), 2, 6).tolist()


@pytest.mark.parametrize(("low", "high"), [(0, 4), (4, 10), (5, 8)])
def test_a_look_at_one_side_of_a_step_sees_what_was_measured_to_the_bit(low, high):
    assert VALUES[low:high].tolist() == window(VALUES, ((4, 0.1),), low, high).tolist()
    assert () == within(((4, 0.1),), low, high)


def test_steps_that_follow_each_other_are_all_taken_out():
    assert [4.0, 8.0, 6.0, 4.0] == pytest.approx(window(VALUES, ((2, TWICE), (3, TWICE)), 0, 4).tolist())
    assert [1.0, 2.0, 3.0, 4.0] == pytest.approx(window(VALUES, ((2, TWICE), (2, HALF)), 0, 4).tolist())


def test_what_was_measured_is_left_as_it_is():
    window(VALUES, ((4, TWICE),), 0, 10)

    assert [1.0, 2.0] == VALUES[:2].tolist()
