import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.online.append import append
from lapwing.detect.online.replay import points_as_seen, replayed
from lapwing.detect.online.state import fleet
from lapwing.detect.points import points_in

small = settings(deadline=None, derandomize=True, max_examples=15)


def row(seed=0, before=60, after=60, step=1.2):
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(before + after) < before, 1.0, step)
    return level * np.exp(0.02 * rng.standard_t(4, before + after))


def test_a_clear_step_is_what_a_scan_finds():
    (scanned,) = points_in([row()], alpha=0.01, exact=[False])
    (seen,) = points_as_seen([row()], alpha=0.01, exact=[False])

    assert [(p.index, p.earliest, p.latest, p.ratio, p.state) for p in scanned] == [
        (p.index, p.earliest, p.latest, p.ratio, p.state) for p in seen
    ]


@small
@given(st.integers(0, 10_000), st.integers(60, 119), st.floats(1.0, 1.3))
def test_appending_equals_the_frozen_part_of_recomputing(seed, end, step):
    values = row(seed, step=step)
    (part,) = points_as_seen([values[:end]], alpha=0.01, exact=[False])
    (whole,) = points_as_seen([values], alpha=0.01, exact=[False])
    state = replayed([values[:end]], 0.01)
    for value in values[end:]:
        state = append(state, np.array([value])).fleet

    frozen = [point.index for point in part if point.state == "frozen"]
    assert frozen == [point.index for point in whole][: len(frozen)]
    assert len(whole) >= len(part)
    assert [(c.index, c.p_value) for c in state.changes[0]] == [(p.index, p.p_value) for p in whole]


def test_a_change_is_confirmed_and_then_frozen():
    states = [points_as_seen([row(after=after)], alpha=0.01, exact=[False])[0] for after in (3, 12, 30)]

    assert [[point.state for point in points] for points in states] == [[], ["confirmed"], ["frozen"]]


def test_rows_of_any_length_and_kind_keep_their_places():
    rows = [row(1, 30, 40), np.array([]), np.array([1.0, 1.0, 2.0]), row(2, 60, 60)]
    places = [list(range(100, 170)), [], [5, 7, 9], list(range(120))]
    found = points_as_seen(rows, alpha=0.01, exact=[False, False, True, False], places=places)

    assert [[point.index for point in points] for points in found] == [[130], [], [9], [60]]
    assert found[2][0].ratio.estimate == pytest.approx(2.0)
    assert points_as_seen([], alpha=0.01, exact=[]) == []


def test_exact_metrics_are_told_the_same_point_by_point():
    values = np.array([3.0, 3.0, 4.0, 3.0, 3.0])
    state = fleet([True])
    for value in values:
        state = append(state, np.array([value])).fleet
    (seen,) = points_as_seen([values], alpha=0.01, exact=[True])

    assert [change.index for change in state.changes[0]] == [point.index for point in seen]


@pytest.mark.parametrize(
    ("after", "shift"), [([1.4, 1.5, 1.4], 0.0), ([-9.0, -9.0, -9.0], 0.0), ([1.4, 1.5, 1.4], 1.0)]
)
def test_a_suspect_comes_last_where_it_is_asked_for(after, shift):
    values = np.concatenate([row(after=0), after]) - shift
    more = {"alpha": 0.01, "exact": [False], "places": [range(10, 73)]}
    (said,) = points_as_seen([values], **more)
    (told,) = points_as_seen([values], suspects=True, **more)

    assert told[: len(said)] == said == ()
    assert (told[-1].index, told[-1].state) == (70, "suspect")
    assert 0 < told[-1].p_value < 0.01


def test_a_suspect_is_told_against_its_own_level():
    values = np.concatenate([row(before=60, after=40, step=1.5), [2.5, 2.4, 2.5]])
    (points,) = points_as_seen([values], alpha=0.01, exact=[False], suspects=True)

    assert [(point.index, point.state) for point in points] == [(60, "frozen"), (100, "suspect")]
    assert points[1].ratio.estimate == pytest.approx(2.5 / 1.5, rel=0.05)


def test_where_none_is_suspect_none_is_told():
    assert points_as_seen([row(step=1.0)], alpha=0.01, exact=[False], suspects=True) == [()]
