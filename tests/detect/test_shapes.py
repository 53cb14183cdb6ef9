import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.given import as_numbers
from lapwing.detect.noise import inflation
from lapwing.detect.points import change_points
from lapwing.detect.ranks import centred_ranks
from lapwing.detect.shapes import read
from lapwing.detect.shapes.bimodal import two_values
from lapwing.detect.shapes.levels import Levels
from lapwing.detect.shapes.ramp import beats_steps, best_ramp
from lapwing.detect.shapes.row_ranks import row_ranks
from lapwing.detect.shapes.spread import spreads
from lapwing.detect.shapes.transient import brief
from lapwing.detect.shapes.trend import slope, thinned, trend_score
from lapwing.model import ChangePoint, Interval

small = settings(deadline=None, derandomize=True, max_examples=15)
COUNT = 200
INDEX = np.arange(COUNT)
FLAT = np.zeros(COUNT)


def noise(seed=1, scale=0.02, count=COUNT):
    return np.random.default_rng(seed).normal(size=count) * scale


def excursion(first, end, size=0.15):
    return np.where((first <= INDEX) & (end > INDEX), size, 0.0)


def reading(logarithms, holes=()):
    values = [math.exp(value) for value in logarithms]
    for hole in holes:
        values[hole] = None
    return read(as_numbers(values), change_points(values))


def points_at(*places):
    one = Interval(low=1.0, estimate=1.0, high=1.0)
    return [
        ChangePoint(index=place, earliest=place, latest=place, ratio=one, p_value=0.001, state="frozen")
        for place in places
    ]


def indices(found):
    return [point.index for point in found.points]


def shapes(found):
    return [(shape.kind, shape.first, shape.last) for shape in found.shapes]


def test_noise_has_no_shape():
    assert (reading(noise()).points, reading(noise()).shapes) == ((), ())


def test_a_step_stays_a_step():
    found = reading(noise() + np.where(INDEX >= 120, 0.1, 0))

    assert (indices(found), found.shapes) == ([120], ())


def test_a_staircase_stays_steps():
    found = reading(noise(2) + 0.1 * (INDEX // 40))

    assert (indices(found), found.shapes) == ([40, 80, 120, 160], ())


def test_ten_steps_in_a_thousand_points_stay_steps():
    index = np.arange(1000)
    found = reading(noise(3, count=1000) + 0.1 * (index // 91))

    assert (len(found.points), found.shapes) == (10, ())


def test_spikes_have_no_shape():
    values = noise()
    values[[20, 77, 140, 141, 142]] += 1.0

    assert reading(values).shapes == ()


def test_an_excursion_that_was_found_as_two_steps_is_a_transient():
    found = reading(noise() + excursion(100, 116))
    (shape,) = found.shapes

    assert (found.points, shapes(found)) == ((), [("transient", 100, 115)])
    assert shape.explains == (100, 116)
    assert shape.size.low < math.exp(0.15) < shape.size.high
    assert shape.p_value < 0.01


@pytest.mark.parametrize("end", [106, 112])
def test_an_excursion_too_short_for_the_scan_is_a_transient_too(end):
    values = noise() + excursion(100, end)
    found = reading(values)
    (shape,) = found.shapes

    assert change_points(np.exp(values).tolist()) == ()
    assert shapes(found) == [("transient", 100, end - 1)]
    assert shape.explains == ()


def test_several_short_excursions_are_named_one_by_one():
    found = reading(noise() + excursion(40, 46) - excursion(140, 147))

    assert shapes(found) == [("transient", 40, 45), ("transient", 140, 146)]
    assert found.shapes[0].size.low > 1 > found.shapes[1].size.high


def test_a_short_excursion_beside_a_step_is_told_from_it():
    found = reading(noise() + np.where(INDEX >= 100, 0.3, 0) + excursion(50, 56) + excursion(150, 156))

    assert indices(found) == [100]
    assert shapes(found) == [("transient", 50, 55), ("transient", 150, 155)]


def test_an_excursion_that_lasts_twenty_points_is_two_steps():
    found = reading(noise() + excursion(100, 125))

    assert (indices(found), found.shapes) == ([100, 125], ())


def test_an_excursion_that_does_not_return_is_steps():
    found = reading(noise() + excursion(100, 115, 0.3) + np.where(INDEX >= 115, 0.15, 0))

    assert (indices(found), found.shapes) == ([100, 115], ())


def test_an_excursion_that_has_just_ended_is_not_yet_a_transient():
    found = reading(noise() + excursion(183, 197, 0.3))

    assert found.points != ()
    assert "transient" not in [shape.kind for shape in found.shapes]


def test_too_few_points_after_an_excursion_leave_it_open():
    found = read(np.exp(noise() + excursion(183, 197, 0.3)), points_at(183, 197))

    assert indices(found) == [183, 197]


def test_a_small_wander_of_noise_with_memory_is_no_transient():
    values = noise(scale=0.02)
    values[60:79] += 0.028

    assert read(np.exp(values), ()).shapes == ()


def test_a_run_without_a_level_around_it_is_none():
    left = noise() + excursion(100, 106)
    levels = Levels(values=left, logarithmic=True, splits=(), off=excursion(100, 106) == 0, slope=FLAT)

    assert brief(levels, left) == ()


def test_an_excursion_in_three_steps_is_one_transient():
    found = read(np.exp(noise() + excursion(100, 109, 0.3) + excursion(109, 118, 0.45)), points_at(100, 109, 118))

    assert indices(found) == []
    assert shapes(found) == [("transient", 100, 117)]


def test_a_slope_is_a_drift_and_no_steps():
    values = noise(4) + 0.2 * INDEX / COUNT
    found = reading(values)
    (shape,) = found.shapes

    assert len(change_points(np.exp(values).tolist())) > 1
    assert found.points == ()
    assert shape.kind == "drift"
    assert shape.first < 20
    assert shape.last > 180
    assert shape.size.low < math.exp(0.2) < shape.size.high + 0.02
    assert len(shape.explains) > 1


def test_a_drift_of_part_of_a_series_is_where_it_is():
    found = reading(noise(5) + 0.3 * np.clip((INDEX - 60) / 80, 0, 1))
    ((kind, first, last),) = shapes(found)

    assert (found.points, kind) == ((), "drift")
    assert abs(first - 60) < 15
    assert abs(last - 140) < 15


def test_a_step_within_a_drift_stays_a_step():
    found = reading(noise(5) + 0.2 * INDEX / COUNT + np.where(INDEX >= 90, 0.2, 0))

    assert indices(found) == [90]
    assert {shape.kind for shape in found.shapes} == {"drift"}


def test_a_rise_and_a_fall_are_two_drifts():
    found = reading(noise(5) + 0.3 * (1 - np.abs(INDEX - 100) / 100))

    assert found.points == ()
    assert [shape.kind for shape in found.shapes] == ["drift", "drift"]
    assert found.shapes[0].size.low > 1 > found.shapes[1].size.high


def test_a_slope_too_gentle_for_any_step_is_still_a_drift():
    values = noise(6, count=1200) + 0.028 * np.arange(1200) / 1200
    found = read(np.exp(values), ())

    assert [shape.kind for shape in found.shapes] == ["drift"]
    assert found.shapes[0].explains == ()


def test_a_step_that_nobody_saw_is_no_drift():
    found = read(np.exp(noise() + np.where(INDEX >= 120, 0.1, 0)), ())

    assert "drift" not in [shape.kind for shape in found.shapes]


def test_levels_that_fall_between_steps_up_are_no_drift_up():
    saw = 0.1 * (INDEX // 50) - 0.08 * (INDEX % 50) / 50
    found = read(np.exp(noise() + saw), points_at(50, 100, 150))

    assert indices(found) == [50, 100, 150]
    assert all(shape.size.high < 1 for shape in found.shapes)


def test_points_taken_back_are_passed_over_by_a_drift():
    found = reading(noise(7) + 0.3 * INDEX / COUNT + excursion(100, 110, 0.4))

    assert found.points == ()
    assert [shape.kind for shape in found.shapes] == ["drift", "transient"]


def test_a_line_without_noise_is_a_drift():
    values = np.exp(np.arange(100) / 1000)
    found = read(values, change_points(values.tolist()))

    assert found.points == ()
    assert [shape.kind for shape in found.shapes] == ["drift"]


def test_larger_noise_is_a_change_of_variance():
    found = reading(noise() * np.where(INDEX >= 110, 4, 1))
    (shape,) = found.shapes

    assert (found.points, shape.kind) == ((), "variance")
    assert abs(shape.first - 110) < 10
    assert shape.last == COUNT - 1
    assert shape.size.low < 4 < shape.size.high


def test_a_burst_of_noise_is_two_changes_of_variance():
    found = reading(noise(count=300) * np.where((np.arange(300) >= 110) & (np.arange(300) < 190), 4, 1))

    assert [shape.kind for shape in found.shapes] == ["variance", "variance"]
    assert found.shapes[0].size.low > 1 > found.shapes[1].size.high


def test_a_little_more_noise_is_nobodys_news():
    left = noise(count=6000) * np.where(np.arange(6000) >= 3000, 1.3, 1)

    assert spreads(left) == ()


def test_noise_that_begins_from_nothing_has_no_ratio():
    left = np.concatenate([np.zeros(100), noise(count=100)])

    assert spreads(left) == ()


def test_two_values_that_take_turns_are_told():
    upper = np.random.default_rng(8).random(COUNT) < 0.4
    found = reading(noise() + 0.2 * upper)
    (shape,) = found.shapes

    assert (found.points, shape.kind, shape.first, shape.last) == ((), "bimodal", 0, COUNT - 1)
    assert shape.size.low < math.exp(0.2) < shape.size.high


def test_two_values_are_sought_in_the_longest_level():
    upper = (np.random.default_rng(8).random(COUNT) < 0.4) & (INDEX < 140)
    found = reading(noise(scale=0.01) + 0.1 * upper + np.where(INDEX >= 140, 1.0, 0))

    assert ("bimodal", 0, 139) in shapes(found)


@pytest.mark.parametrize(
    "left",
    [
        noise(count=29),
        np.zeros(50),
        np.random.default_rng(1).random(300),
        np.where(INDEX >= 100, 1.0, 0.0) + noise(),
        np.where(INDEX % 50 == 0, 9.0, 0.0) + noise(),
    ],
    ids=["few", "constant", "even", "a level each", "spikes"],
)
def test_one_value_is_not_two(left):
    assert two_values(left) is None


def test_many_points_of_two_values_are_judged_by_some_of_them():
    found = two_values(noise(count=3000) + np.arange(3000) % 2)

    assert found.low < 1 < found.high


@pytest.mark.parametrize("count", [0, 1, 5, 19, 20, 25])
def test_few_points_have_no_shape(count):
    assert read(np.exp(noise(count=count)), ()).shapes == ()


@pytest.mark.parametrize("values", [np.ones(100), np.zeros(60), np.full(40, -2.0), np.full(50, np.nan)])
def test_equal_values_have_no_shape(values):
    assert read(values, ()).shapes == ()


def test_values_that_are_not_positive_are_read_by_difference():
    values = noise() - 0.05 + excursion(100, 112, 0.3)
    found = read(values, change_points(values.tolist()))
    (shape,) = found.shapes

    assert (found.points, shape.kind) == ((), "transient")
    assert shape.size.estimate == pytest.approx(1 + 0.3 / 0.05, rel=0.1)


def test_holes_are_counted_in_the_indices():
    holes = range(3, COUNT, 7)
    values = noise() + excursion(100, 118)
    found = reading(values, holes)

    assert shapes(found) == [("transient", 100, 117)]
    assert found.shapes[0].explains == (100, 118)


@pytest.mark.parametrize("memory", [0.0, 0.3])
def test_quiet_series_are_given_no_shape(memory):
    """1 % of series may have one of a kind; none of 150 has, and one more would be a surprise of 1 in 100."""
    source = np.random.default_rng(12)
    named = []
    for _ in range(150):
        steps = source.normal(size=160)
        for i in range(1, 160):
            steps[i] += memory * steps[i - 1]
        named += read(np.exp(0.02 * steps), change_points(np.exp(0.02 * steps).tolist())).shapes

    assert len(named) <= 2


def test_spikes_of_heavy_tails_are_given_no_shape():
    """Of 4000 such series 4 have one at the most; a second one of these 100 would be a surprise."""
    source = np.random.default_rng(13)
    named = [shape for _ in range(100) for shape in read(np.exp(0.02 * source.standard_t(4, 200)), ()).shapes]

    assert len(named) <= 1


@small
@given(st.integers(0, 1000), st.floats(1e-6, 1e6))
def test_scaling_all_values_changes_no_shape(seed, factor):
    values = np.exp(noise(seed) + excursion(100, 112) + np.where(INDEX >= 150, 0.2, 0))
    plain = read(values, change_points(values.tolist()))
    scaled = read(values * factor, change_points((values * factor).tolist()))

    assert shapes(plain) == shapes(scaled)
    assert indices(plain) == indices(scaled)


@small
@given(st.integers(0, 1000))
def test_turning_a_series_over_turns_its_shapes_over(seed):
    up = reading(noise(seed) + excursion(100, 112))
    down = reading(-noise(seed) - excursion(100, 112))

    assert shapes(up) == shapes(down)
    assert up.shapes[0].size.estimate == pytest.approx(1 / down.shapes[0].size.estimate)


@small
@given(st.lists(st.sampled_from([0.0, 1.0, -1.0, 2.5, 1e-9, 1e9, math.nan]), max_size=60))
def test_any_numbers_are_read(values):
    found = read(np.array(values, dtype=float), change_points(values))

    assert all(0 <= shape.first <= shape.last < len(values) for shape in found.shapes)


def test_the_ranks_of_one_series_are_those_of_a_batch():
    for values in (noise(), np.round(noise(), 2), np.ones(7), np.array([2.0])):
        assert np.allclose(row_ranks(values), centred_ranks(values[None, :])[0] * values.size / 2)


def test_a_walk_has_no_level_and_is_read_all_the_same():
    walk = np.cumsum(noise(2, count=3000))
    found = read(np.exp(walk), change_points(np.exp(walk).tolist()))

    assert len([shape for shape in found.shapes if shape.kind == "transient"]) < 100


def test_a_trend_needs_points_and_values_that_differ():
    times = np.arange(9.0)

    assert trend_score([np.array([1.0, 2.0]), np.ones(9)], [np.arange(2.0), times]) == 0
    assert trend_score([times], [times]) > 2
    assert trend_score([-times], [times]) < -2


def test_a_flat_part_says_nothing_of_a_trend_elsewhere():
    times = np.arange(9.0)
    rising, flat = noise(count=9) + times, noise(2, count=60)

    assert trend_score([rising, flat], [times, np.full(60, 9.0)]) == trend_score([rising], [times])


def test_the_memory_that_a_staircase_leaves_over_of_a_slope_does_not_speak_for_the_slope():
    index = np.arange(1000)
    values = noise(3, count=1000) + 0.06 * (index // 91)
    ramp = best_ramp(values, 30)
    widening = inflation(ramp.left(values), ())

    assert widening > 1.4
    assert not beats_steps(values, ramp, range(91, 1000, 91), 4 * widening)


def test_the_slope_of_many_points_is_that_of_their_medians():
    low, estimate, high = slope(0.5 * np.arange(1000) + noise(scale=1.0, count=1000), 1.0)

    assert low < 0.5 < high
    assert estimate == pytest.approx(0.5, abs=0.01)
    assert [len(part) if np.ndim(part) else part for part in thinned(np.arange(1001.0), 300)] == [250, 4]


def test_a_long_drift_is_found_through_medians():
    found = read(np.exp(noise(9, count=2000) + 0.1 * np.clip((np.arange(2000) - 600) / 900, 0, 1)), ())
    ((kind, first, last),) = shapes(found)

    assert kind == "drift"
    assert abs(first - 600) < 150
    assert abs(last - 1500) < 150
