import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.online.append import append
from lapwing.detect.online.state import fleet
from lapwing.errors import UsageError

small = settings(deadline=None, derandomize=True, max_examples=15)


def noise(seed, points, *, memory=0.0):
    shocks = np.random.default_rng(seed).standard_t(4, points)
    values = np.empty(points)
    last = 0.0
    for i, shock in enumerate(shocks):
        values[i] = last = memory * last + shock
    return values


def row(seed=0, before=60, after=60, step=1.2, *, memory=0.0):
    level = np.where(np.arange(before + after) < before, 1.0, step)
    return level * np.exp(0.02 * noise(seed, before + after, memory=memory))


def folded(rows, *, exact=None, alpha=0.01):
    """Return the state after each point of ``rows``."""
    state, states = fleet(exact or [False] * len(rows), alpha=alpha), []
    for line in np.array(rows, dtype=float).T:
        states.append(append(state, line))
        state = states[-1].fleet
    return states


def ended(rows, **more):
    return folded(rows, **more)[-1].fleet


def same_state(one, other):
    for name in ("seen", "resting"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for name in ("values", "pairs", "counts", "ties"):
        np.testing.assert_array_equal(getattr(one.windows, name), getattr(other.windows, name))
    for name in ("centre", "scale", "least", "logged", "since", "side"):
        np.testing.assert_array_equal(getattr(one.tails, name), getattr(other.tails, name))
    assert one.changes == other.changes
    assert [(a.series, a.before.tolist()) for a in one.open] == [(b.series, b.before.tolist()) for b in other.open]


def test_a_step_is_confirmed_where_it_is_and_then_frozen():
    states = folded([row()])
    when = next(i for i, step in enumerate(states) if step.confirmed)
    (change,) = states[-1].fleet.changes[0]

    assert 66 <= when <= 75
    assert states[when].confirmed == (0,)
    assert (change.index, change.earliest, change.latest) == (60, 60, 60)
    assert change.state(when + 1) == "confirmed"
    assert [i for i, step in enumerate(states) if step.frozen] == [79]
    assert change.state(80) == "frozen"
    assert not states[-1].fleet.open


def test_more_points_make_an_open_change_surer():
    states = folded([row(seed=3)])
    first = next(step.fleet.changes[0][0] for step in states if step.confirmed)

    assert states[-1].fleet.changes[0][0].p_value < first.p_value <= 1


@small
@given(st.integers(0, 10_000), st.floats(1.0, 1.1), st.integers(20, 120))
def test_nothing_confirmed_is_taken_back_and_nothing_frozen_moves(seed, step, before):
    said = []
    for i, one in enumerate(folded([row(seed, before, 150 - before, step)])):
        changes = one.fleet.changes[0]
        assert len(changes) >= len(said)
        for old, new in zip(said, changes, strict=False):
            assert (old.earliest, old.latest) == (new.earliest, new.latest)
            assert new.earliest <= new.index <= new.latest
            assert new.score >= old.score
            if old.state(i) == "frozen":
                assert new == old
        said = changes


@small
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=4), st.floats(1.0, 1.1))
def test_a_batch_is_judged_as_one_by_one(seeds, step):
    rows = [row(seed, step=step) for seed in seeds]
    together = ended(rows)

    for i, values in enumerate(rows):
        alone = ended([values])
        assert together.changes[i] == alone.changes[0]
        assert together.tails.since[i] == alone.tails.since[0]
        np.testing.assert_array_equal(together.windows.pairs[i], alone.windows.pairs[0])


@small
@given(st.integers(0, 10_000), st.integers(0, 3))
def test_holes_change_nothing(seed, every):
    values = row(seed, 40, 40, 1.1)
    holed = np.insert(values, np.arange(0, 80, 4 + every), np.nan)

    same_state(ended([values]), ended([holed]))


@small
@given(st.integers(0, 10_000), st.floats(1e-6, 1e6))
def test_scaling_all_values_changes_nothing_that_is_said(seed, factor):
    values = row(seed, 50, 30, 1.1)
    plain, scaled = ended([values]), ended([factor * values])

    assert [c.index for c in plain.changes[0]] == [c.index for c in scaled.changes[0]]
    assert plain.suspects.tolist() == scaled.suspects.tolist()


def test_what_was_appended_to_is_left_alone():
    before = ended([row(before=40, after=5)])
    copy = before.windows.pairs.copy(), before.windows.values.copy()
    for _ in range(12):
        append(before, np.array([2.0]))

    np.testing.assert_array_equal(before.windows.pairs, copy[0])
    np.testing.assert_array_equal(before.windows.values, copy[1])
    with pytest.raises(ValueError, match="read-only"):
        before.seen[0] = 0


def test_an_open_change_moves_within_its_range_as_points_tell_more():
    states = folded([row(seed, 60, 40, 1.03) for seed in range(100)])
    moved = [step.fleet.changes[i][-1] for step in states for i in step.moved]

    assert moved
    assert all(change.earliest <= change.index <= change.latest for change in moved)
    assert any(change.earliest < change.latest for change in moved)


def test_an_excursion_that_ends_is_two_changes():
    values = np.concatenate([row(1, 60, 40, 1.3), row(2, 60, 0)])
    changes = ended([values]).changes[0]

    assert [change.index for change in changes] == [60, 100]


def test_a_small_step_is_seen_late_and_is_frozen_at_once():
    states = folded([row(seed, 60, 60, 1.02) for seed in range(30)])
    late = [(i, step) for step in states for i in set(step.confirmed) & set(step.frozen)]

    assert late
    assert all(i not in {one.series for one in step.fleet.open} for i, step in late)


def test_noise_with_memory_is_refused_until_the_grid_comes_round():
    states = folded([row(seed, 100, 60, 1.0, memory=0.7) for seed in range(20)])

    assert any(step.fleet.resting.any() for step in states)
    assert sum(map(len, states[-1].fleet.changes)) <= 4


def test_a_second_change_ends_the_life_of_the_first():
    values = np.concatenate([row(4, 60, 14, 1.3), 1.6 * row(5, 30, 0)])
    states = folded([values])
    first, second = states[-1].fleet.changes[0]

    assert (first.index, second.index) == (60, 74)
    assert (first.state(80), second.state(80)) == ("frozen", "confirmed")


def test_an_exact_metric_changes_wherever_its_value_does():
    states = folded([[10, 10, 11, 11, np.nan, 12], [1, 1, 1, 1, 1, 1]], exact=[True, True])

    assert [step.confirmed for step in states] == [(), (), (0,), (), (), (0,)]
    assert [(c.index, c.earliest, c.latest, c.p_value) for c in states[-1].fleet.changes[0]] == [
        (2, 2, 2, 0.0),
        (4, 4, 4, 0.0),
    ]
    assert states[-1].fleet.changes[1] == ()


def test_bad_input_is_refused():
    state = fleet([False, False])
    for newest, slug in ((np.zeros(3), "wrong-count"), (np.array([1.0, math.inf]), "infinite-value")):
        with pytest.raises(UsageError) as refused:
            append(state, newest)
        assert refused.value.slug == slug
    with pytest.raises(UsageError) as refused:
        fleet([False], alpha=1.0)
    assert refused.value.slug == "bad-alpha"


@pytest.mark.parametrize("values", [[0.0] * 60, [5.0] * 200, [-1.0, 1.0] * 40, list(range(40)), [np.nan] * 5])
def test_odd_series_have_a_defined_result(values):
    assert isinstance(ended([values]).changes[0], tuple)


def test_no_series_is_a_fleet_too():
    assert append(fleet([]), np.array([])).fleet.changes == ()
