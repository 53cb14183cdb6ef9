"""What most series of a machine do together, and what they do not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.changes import points_in
from lapwing.detect.common_mode import Track, common_events, rebased

LENGTH = 100


def track(logs, *, places=None, family="f"):
    """Make a track of ``logs``, NaN for holes; its own changes are found as judging finds them."""
    filled = np.flatnonzero(~np.isnan(logs)) if places is None else np.asarray(places)
    values = logs[filled]
    (points,) = points_in([np.exp(values)], alpha=0.01, exact=[False], places=[filled.tolist()])
    splits = tuple((point.index, point.earliest, point.latest) for point in points)
    return Track(values=values, places=filled, splits=splits, family=family)


def machine(count=40, *, steps=(), seed=0, noise=0.02):
    """Return the logs of quiet series with ``steps`` (place, which series, size) in them."""
    rng = np.random.default_rng(seed)
    logs = noise * rng.standard_t(4, (count, LENGTH))
    for place, which, size in steps:
        logs[list(which), place:] += np.broadcast_to(size, (len(list(which)),))[:, None]
    return [(row, f"t{i % 5}.py") for i, row in enumerate(logs)]


def events(rows):
    return common_events([track(row, family=family) for row, family in rows], LENGTH)


def test_a_quiet_machine_has_no_event():
    assert [] == [found for seed in range(5) for found in events(machine(seed=seed))]


def test_what_all_series_do_at_once_is_one_event_with_each_ones_own_step():
    (event,) = events(machine(steps=[(60, range(40), 0.12)]))

    assert 60 == event.place
    assert (40, 40) == (len(event.moved), event.measured)
    assert pytest.approx(0.12, abs=0.03) == np.median(event.moves)


def test_series_may_move_by_different_amounts_and_ways():
    sizes = np.where(np.arange(40) % 3, 0.1, -0.15)
    (event,) = events(machine(steps=[(60, range(40), sizes)]))

    assert 60 == event.place
    assert np.abs(np.array(event.moves) - sizes).max() < 0.04


def test_ten_of_forty_that_a_commit_made_slower_are_no_event():
    assert () == events(machine(steps=[(60, range(10), 0.3)]))


def test_most_series_of_few_files_are_no_event():
    rows = machine(steps=[(60, range(30), 0.3)])
    of_one_file = [(row, "core.py" if i < 30 else f"t{i % 5}.py") for i, (row, _) in enumerate(rows)]

    assert () == events(of_one_file)


def test_a_change_of_one_benchmark_beside_the_event_is_left_in_it():
    rows = machine(steps=[(60, range(40), 0.1), (75, [3], 0.3)])
    (event,) = events(rows)
    values = rebased(np.exp(rows[3][0]), np.arange(LENGTH), event.place, event.moves[3])
    (points,) = points_in([values], alpha=0.01, exact=[False])

    assert [75] == [point.index for point in points]
    assert pytest.approx(np.exp(0.3), rel=0.05) == points[0].ratio.estimate


def test_a_benchmark_that_creeps_keeps_its_creep():
    rows = machine(steps=[(50, range(40), 0.12)])
    rows[3][0][:] += np.linspace(0, 0.6, LENGTH)
    (event,) = events(rows)

    assert pytest.approx(0.12, abs=0.04) == event.moves[3]


def test_without_the_event_a_machine_is_as_quiet_as_one_that_had_none():
    """1 % of series are flagged where nothing is: 2 of these 200, and more than 5 once in 60 times."""
    left = []
    for seed in range(5):
        rows = machine(steps=[(60, range(40), 0.12)], seed=seed)
        (event,) = events(rows)
        left += [
            rebased(np.exp(row), np.arange(LENGTH), event.place, move)
            for (row, _), move in zip(rows, event.moves, strict=True)
        ]

    flagged = [points for points in points_in(left, alpha=0.01, exact=[False] * len(left)) if points]

    assert 5 >= len(flagged)
    assert not [point for points in flagged for point in points if abs(point.index - 60) <= 5]


def test_two_events_are_two():
    found = events(machine(steps=[(30, range(40), 0.15), (70, range(40), -0.1)]))

    assert [30, 70] == [event.place for event in found]
    assert pytest.approx(0.15, abs=0.03) == np.median(found[0].moves)
    assert pytest.approx(-0.1, abs=0.03) == np.median(found[1].moves)


def test_holes_and_series_that_begin_late_or_end_early_take_part():
    rows = machine(steps=[(60, range(40), 0.12)])
    for i, (row, _) in enumerate(rows):
        row[i % 7 :: 7] = np.nan
        row[: 50 if i % 4 == 0 else 0] = np.nan
        row[72 if i % 4 == 1 else 99 :] = np.nan
    (event,) = events(rows)

    assert abs(event.place - 60) <= 1
    assert pytest.approx(0.12, abs=0.03) == np.median(event.moves)


def test_a_series_with_too_few_values_on_one_side_is_left_as_it_is():
    rows = machine(steps=[(60, range(40), 0.12)])
    rows[0][0][62:] = np.nan
    (event,) = events(rows)

    assert (0.0, 39) == (event.moves[0], event.measured)
    assert 0 not in event.moved


def test_of_five_to_seven_series_all_must_move_and_fewer_say_nothing():
    assert [60] == [event.place for event in events(machine(6, steps=[(60, range(6), 0.3)]))]
    assert () == events(machine(6, steps=[(60, range(4), 0.3)]))
    assert () == events(machine(4, steps=[(60, range(4), 0.3)]))


@pytest.mark.parametrize("apart", [6, 10])
def test_series_that_change_all_the_time_prove_nothing_by_changing_together(apart):
    splits = tuple((place, place, place) for place in range(apart, LENGTH - 5, apart))
    tracks = [Track(values=row, places=np.arange(LENGTH), splits=splits, family=family) for row, family in machine(8)]

    assert () == common_events(tracks, LENGTH)


@given(seed=st.integers(0, 1000), scale=st.floats(-5, 5), turned=st.booleans())
@settings(deadline=None, derandomize=True, max_examples=8)
def test_levels_order_and_direction_change_no_place(seed, scale, turned):
    rows = machine(12, steps=[(60, range(12), 0.15)], seed=seed)
    sign = -1 if turned else 1
    given_rows = [(sign * row + scale, family) for row, family in rows][::-1]
    plain, other = events(rows), events(given_rows)

    assert [event.place for event in plain] == [event.place for event in other]
    for one, two in zip(plain, other, strict=True):
        assert one.moves == pytest.approx([sign * move for move in two.moves[::-1]])


def test_rebasing_moves_the_past_to_the_present():
    values = rebased(np.array([1.0, 1.0, 2.0]), np.array([0, 3, 5]), 5, float(np.log(2)))

    assert [2.0, 2.0, 2.0] == pytest.approx(values)


@pytest.mark.parametrize("move", [1400.0, -1400.0])
def test_rebasing_beyond_what_a_float_holds_stays_finite_and_above_nought(move):
    values = rebased(np.array([1e250, 1e-250, np.nan, 1.0]), np.arange(4), 3, move)

    assert np.all(np.isfinite(values[:2]))
    assert np.all(values[:2] > 0)
    assert np.isnan(values[2])
    assert 1.0 == values[3]
