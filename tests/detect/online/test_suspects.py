import numpy as np
import pytest

from lapwing.detect.online.append import append
from lapwing.detect.online.state import fleet

QUIET = np.random.default_rng(7).normal(size=64)


def told(values, *, times=1):
    """Return whether the series is suspect after each point, and since when."""
    state, suspects = fleet([False] * times), []
    for value in values:
        state = append(state, np.full(times, value)).fleet
        suspects.append(int(state.tails.since[0]))
    return suspects


def ratios(noise=QUIET, *, step=(), scale=0.02):
    return np.exp(scale * np.concatenate([noise, step]))


def test_a_step_is_suspect_after_few_points_from_where_it_begins():
    since = told(ratios(step=[6.5, 7.5, 6.0, 7.0]))

    assert since[:64] == [-1] * 64
    assert since[-3:] == [64, 64, 64]


@pytest.mark.parametrize("sign", [1, -1])
def test_direction_does_not_matter(sign):
    assert told(ratios(step=[sign * 6, sign * 7, sign * 6]))[-1] == 64


def test_one_spike_is_no_suspect_and_two_small_ones_are_none():
    assert told(ratios(step=[50.0]))[-1] == -1
    assert told(ratios(step=[3.0, 3.0]))[-1] == -1


def test_a_smaller_step_takes_more_points():
    since = told(ratios(step=[3.6] * 6))

    assert since[65] == -1
    assert since[67] == 64


def test_a_suspect_stays_on_less_than_it_came_with_and_goes_when_the_level_is_back():
    since = told(ratios(step=[7.0, 7.0, 7.0, 2.0, 7.0, 0.0]))

    assert since[-3:] == [64, 64, -1]


def test_what_is_confirmed_is_suspect_no_longer():
    state, said = fleet([False]), []
    for value in ratios(step=[8.0 + i % 3 for i in range(16)]):
        step = append(state, np.array([value]))
        state = step.fleet
        said.append((step.suspected, step.confirmed, len(state.suspects)))

    assert ((0,), (), 1) in said
    assert said[-1] == ((), (), 0)
    assert len(state.changes[0]) == 1


def test_what_is_neither_confirmed_nor_gone_becomes_the_new_level():
    # The level is known from so few points that no rank test can be sure of a change.
    state = fleet([False], alpha=1e-9)
    since = []
    for value in np.concatenate([QUIET[:30], 20 + QUIET[:40]]):
        state = append(state, np.array([value])).fleet
        since.append(int(state.tails.since[0]))

    assert since[40] == 30
    assert since[-1] == -1


def test_values_that_are_not_positive_are_judged_by_difference():
    assert told(np.concatenate([QUIET, [7.0, 7.0, 7.0]]))[-1] == 64


def test_a_fall_to_nought_is_off_a_level_of_ratios():
    assert told(np.concatenate([ratios(), [0.0, -1.0, 0.0]]))[-1] == 64


def test_wild_noise_asks_for_more_than_steady_noise():
    asked = []
    for spread in (1.0, 3.0, 20.0):
        state = fleet([False])
        for value in ratios(noise=np.where(np.arange(64) % 5 == 0, spread, 1.0) * np.abs(QUIET)):
            state = append(state, np.array([value])).fleet
        asked.append(float(state.tails.least[0]))

    assert asked == sorted(asked)
    assert asked[0] < asked[-1]


def test_a_level_of_unknown_scale_tells_nothing():
    assert set(told(np.concatenate([np.ones(40), [9.0] * 4]))) == {-1}
    assert set(told(ratios(noise=QUIET[:12], step=[20.0] * 3))) == {-1}


def test_many_series_are_told_the_same_as_one():
    values = ratios(step=[6.5, 7.5, 6.0])

    assert told(values) == told(values, times=5)
