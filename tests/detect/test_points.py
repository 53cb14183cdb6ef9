import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lapwing
from lapwing.detect.points import change_points
from lapwing.errors import UsageError

small = settings(deadline=None, derandomize=True, max_examples=40)


def noisy_step(seed=0, before=40, after=40, step=1.3, noise=0.02):
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(before + after) < before, 1.0, step)
    return (level * np.exp(noise * rng.standard_t(4, before + after))).tolist()


def test_a_step_is_found_where_it_is_with_its_size():
    (point,) = lapwing.change_points(noisy_step())

    assert point.index == 40
    assert point.earliest <= 40 <= point.latest
    assert point.ratio.low < 1.3 < point.ratio.high
    assert 1.27 < point.ratio.estimate < 1.33
    assert point.p_value < 0.001
    assert (point.state, point.commits) == ("frozen", None)


@pytest.mark.parametrize(("after", "state"), [(4, "suspect"), (12, "confirmed"), (25, "frozen")])
def test_a_change_lives_from_suspect_to_frozen(after, state):
    (point,) = change_points(noisy_step(before=60, after=after, step=2.0), alpha=0.05)

    assert point.state == state


@pytest.mark.parametrize(
    "values", [[], [1.0], [None], [math.nan] * 9, [5.0] * 100, [0.0] * 50, [1.0, 2.0], [-3.0] * 30, [None, 1.0, None]]
)
def test_nothing_changes_where_there_is_nothing_to_change(values):
    assert change_points(values) == ()


def test_holes_are_counted_in_the_indices_and_filled_with_nothing():
    values = noisy_step()
    holed = [None, *values[:20], math.nan, None, *values[20:]]
    (plain,), (point,) = change_points(values), change_points(holed)

    assert point.index == plain.index + 3
    assert point.ratio == plain.ratio


def test_values_that_are_not_positive_are_judged_by_difference():
    values = [value - 2 for value in noisy_step()]
    (point,) = change_points(values)

    assert point.index == 40
    assert point.ratio.estimate == pytest.approx(1.3, abs=0.03)


def test_spikes_are_no_change():
    values = noisy_step(step=1.0)
    values[20] = values[21] = values[60] = 30.0

    assert change_points(values) == ()


def test_a_staircase_is_climbed_step_by_step():
    rng = np.random.default_rng(1)
    values = np.exp(0.01 * (5 * (np.arange(1000) // 91) + rng.normal(size=1000)))
    found = [point.index for point in change_points(values.tolist())]

    assert len(found) == 10
    assert max(abs(a - b) for a, b in zip(found, range(91, 1000, 91), strict=False)) <= 2


def test_any_change_of_an_exact_metric_is_a_change():
    found = change_points([10, 10, 11, 11, None, 11, 12], exact=True)

    assert [(p.index, p.earliest, p.latest, p.state, p.p_value) for p in found] == [
        (2, 2, 2, "confirmed", 0.0),
        (6, 6, 6, "confirmed", 0.0),
    ]
    assert found[0].ratio.low == found[0].ratio.high == pytest.approx(1.1)


@pytest.mark.parametrize(
    ("values", "more", "slug"),
    [
        ([1.0, math.inf], {}, "infinite-value"),
        ([1.0, "fast"], {}, "not-a-number"),
        ([1.0, object()], {}, "not-a-number"),
        ([10**400], {}, "not-a-number"),
        ([[1.0], [2.0]], {}, "not-a-number"),
        ([1.0], {"alpha": 0}, "bad-alpha"),
        ([1.0], {"alpha": math.nan}, "bad-alpha"),
    ],
)
def test_what_is_no_sequence_of_numbers_is_refused(values, more, slug):
    with pytest.raises(UsageError) as refused:
        change_points(values, **more)

    assert refused.value.slug == slug


@pytest.mark.parametrize(
    ("values", "index"),
    [
        ([1e308] * 20 + [-1e308] * 20, 20),
        ([0.0] * 30 + [5e-324] * 30, 30),
        ([0] * 40 + [1] * 40, 40),
    ],
)
def test_values_of_any_size_and_with_ties_are_judged(values, index):
    (point,) = change_points(values)

    assert abs(point.index - index) <= 1
    assert all(math.isfinite(one) for one in (point.ratio.low, point.ratio.estimate, point.ratio.high))


@small
@given(st.lists(st.none() | st.floats(allow_infinity=False, allow_subnormal=True), max_size=40))
def test_whatever_the_numbers_the_points_are_in_order_and_within_their_ranges(values):
    found = change_points(values, alpha=0.9)

    assert [point.index for point in found] == sorted({point.index for point in found})
    assert all(point.earliest <= point.index <= point.latest for point in found)


@small
@given(st.integers(0, 10_000), st.floats(1e-9, 1e9))
def test_scaling_all_values_changes_nothing(seed, factor):
    values = noisy_step(seed, step=1.05)
    plain = change_points(values)
    scaled = change_points([value * factor for value in values])

    assert [p.index for p in plain] == [p.index for p in scaled]
    assert [p.p_value for p in plain] == pytest.approx([p.p_value for p in scaled])


@small
@given(st.integers(0, 10_000))
def test_reading_backwards_turns_the_change_over(seed):
    values = noisy_step(seed, step=1.5)
    (forth,), (back,) = change_points(values), change_points(values[::-1])

    assert abs(80 - back.index - forth.index) <= 1
    assert back.ratio.estimate == pytest.approx(1 / forth.ratio.estimate, rel=0.02)


@small
@given(st.integers(0, 10_000))
def test_appending_does_not_move_a_frozen_change(seed):
    values = noisy_step(seed, before=60, after=90, step=1.2)
    found = [{point.index for point in change_points(values[:end])} for end in (90, 110, 150)]

    assert set.intersection(*found)


@pytest.mark.parametrize(
    "values",
    [
        [1.7e308] * 30 + [0.85e308] * 30,
        [1e308] * 30 + [1e-308] * 30,
        [1e308, -1e308] * 15 + [1e308] * 30,
        [5e-324] * 30 + [1e-320] * 30,
        [5e-324, -5e-324] * 15 + [1e-320] * 30,
        [10**300] * 30 + [10**301] * 30,
        [False] * 30 + [True] * 30,
        np.repeat(np.array([5, 6], dtype=np.int8), 30),
        np.repeat(np.array([0.5, 0.6], dtype=np.float32), 30),
    ],
)
def test_a_step_is_found_at_the_ends_of_what_a_float_holds(values):
    (point,) = change_points(values)

    assert point.earliest <= 30 <= point.latest + 1
    assert all(math.isfinite(one) for one in (point.ratio.low, point.ratio.estimate, point.ratio.high))


@pytest.mark.parametrize(("index", "values"), [(1, [1.0, math.inf, -math.inf]), (2, [None, 1.0, -math.inf])])
def test_an_infinite_value_is_refused_by_its_index(index, values):
    with pytest.raises(UsageError, match=f"at index {index} is infinite"):
        change_points(values)


def test_a_hundred_thousand_points_are_judged():
    values = noisy_step(before=50_000, after=50_000)

    assert 50_000 in [point.index for point in change_points(values)]
