import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.changes import points_in
from lapwing.detect.online.replay import points_as_seen, seen_of
from lapwing.detect.online.state import NOTHING, Confirmed, Seen

small = settings(deadline=None, derandomize=True, max_examples=15)


def row(seed=0, before=60, after=60, step=1.2):
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(before + after) < before, 1.0, step)
    return level * np.exp(0.02 * rng.standard_t(4, before + after))


def told(values, *, exact=False):
    return points_as_seen([values], alpha=0.01, exact=[exact])[0]


def test_a_clear_step_is_what_a_scan_finds():
    (scanned,) = points_in([row()], alpha=0.01, exact=[False])

    assert [(p.index, p.ratio, p.state) for p in scanned] == [(p.index, p.ratio, p.state) for p in told(row())]


@small
@given(st.integers(0, 10_000), st.integers(60, 119), st.floats(1.0, 1.3))
def test_what_was_said_is_still_said_when_there_are_more_points(seed, end, step):
    values = row(seed, step=step)
    said = [point.index for point in told(values[:end]) if point.state != "suspect"]

    assert said == [point.index for point in told(values)][: len(said)]


def test_a_change_is_suspect_then_confirmed_then_frozen():
    states = [[point.state for point in told(row(before=200, after=after))] for after in (3, 8, 14, 30)]

    assert [[], ["suspect"], ["confirmed"], ["frozen"]] == states


def test_rows_of_any_length_and_kind_are_told():
    rows = [row(1, 30, 40), np.array([]), np.array([1.0, 1.0, 2.0]), row(2, 60, 60)]
    found = points_as_seen(rows, alpha=0.01, exact=[False, False, True, False])

    assert [[30], [], [2], [60]] == [[point.index for point in points] for points in found]
    assert pytest.approx(2.0) == found[2][0].ratio.estimate
    assert "confirmed" == found[2][0].state
    assert [] == points_as_seen([], alpha=0.01, exact=[])


def test_states_that_are_known_are_not_worked_out_again():
    known = Seen(count=120, confirmed=(Confirmed(index=40, earliest=40, latest=40, p_value=0.5),))
    (points,) = points_as_seen([row()], alpha=0.01, exact=[False], seen=[known])

    assert [40] == [point.index for point in points]
    assert [known, NOTHING] == seen_of([row(), np.ones(3)], alpha=0.01, exact=[False, True], before=[known, NOTHING])
