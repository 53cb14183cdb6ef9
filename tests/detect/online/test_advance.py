"""Many series side by side, point by point: as each by itself, from any state on, and nothing taken back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.detect.online import advance
from lapwing.detect.online.advance import advanced
from lapwing.detect.online.state import NOTHING

small = settings(deadline=None, derandomize=True, max_examples=15)


def row(seed=0, before=60, after=60, step=1.2, noise=0.02):
    rng = np.random.default_rng(seed)
    level = np.where(np.arange(before + after) < before, 1.0, step)
    return level * np.exp(noise * rng.standard_t(4, before + after))


def states(values, alpha=0.01):
    """Return the state after each point."""
    found = [NOTHING]
    for end in range(1, values.shape[0] + 1):
        found += advanced([values[:end]], found[-1:], alpha)
    return found[1:]


def test_a_step_is_suspect_then_confirmed_where_it_is():
    seen = states(row(3))
    when = next(i for i, one in enumerate(seen) if one.confirmed)

    assert 66 <= when <= 76
    assert [60] == [one.index for one in seen[-1].confirmed]
    assert all(one.confirmed == () for one in seen[:when])


@small
@given(st.integers(0, 10_000), st.floats(1.0, 1.2), st.integers(20, 100))
def test_nothing_confirmed_is_ever_taken_back_or_moved(seed, step, before):
    said = []
    for one in states(row(seed, before, 140 - before, step)):
        places = [(change.index, change.earliest, change.latest) for change in one.confirmed]
        assert said == places[: len(said)]
        assert sorted(places) == places
        said = places


@small
@given(st.integers(0, 10_000), st.floats(1.0, 1.2), st.lists(st.integers(1, 60), max_size=4))
def test_however_the_points_come_the_state_is_that_of_their_values(seed, step, counts):
    values = row(seed, step=step)
    seen = [NOTHING]
    for count in sorted({*counts, values.shape[0]}):
        seen = advanced([values[:count]], seen, 0.01)

    assert advanced([values], [NOTHING], 0.01) == seen


@small
@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=4), st.floats(1.0, 1.2))
def test_many_are_judged_as_one_by_one_whatever_is_known_of_each(seeds, step):
    rows = [row(seed, 40 + 7 * i, 30, step) for i, seed in enumerate(seeds)]
    known = [advanced([one[: 20 * i]], [NOTHING], 0.01)[0] for i, one in enumerate(rows)]

    assert [advanced([one], [NOTHING], 0.01)[0] for one in rows] == advanced(rows, known, 0.01)


@small
@given(st.integers(0, 10_000), st.floats(1e-6, 1e6))
def test_scaling_all_values_changes_no_place(seed, factor):
    values = row(seed, 50, 40, 1.1)
    (plain,), (scaled,) = advanced([values], [NOTHING], 0.01), advanced([factor * values], [NOTHING], 0.01)

    assert [one.index for one in plain.confirmed] == [one.index for one in scaled.confirmed]


def test_an_excursion_that_ends_is_two_changes():
    values = np.concatenate([row(1, 60, 40, 1.3), row(2, 60, 0)])
    (seen,) = advanced([values], [NOTHING], 0.01)

    assert [60, 100] == [one.index for one in seen.confirmed]


def test_a_long_history_is_looked_at_in_part():
    values = np.concatenate([row(2, 500, 100, 1.3), row(4, 100, 0, 1.0)])
    (seen,) = advanced([values], [NOTHING], 0.01)

    assert [500, 600] == [one.index for one in seen.confirmed]


@pytest.mark.parametrize(
    "values", [[], [5.0], [0.0] * 60, [5.0] * 200, [-1.0, 1.0] * 40, list(range(40)), [0.0] * 30 + [1.0] * 30]
)
def test_odd_series_have_a_defined_result(values):
    (seen,) = advanced([np.array(values, dtype=float)], [NOTHING], 0.01)

    assert len(values) == seen.count


def test_no_series_is_no_state():
    assert [] == advanced([], [], 0.01)


STEP = ((60, float(np.log(1.2))),)


def test_a_step_that_its_machine_took_is_no_change_of_a_series():
    (plain,) = advanced([row(3)], [NOTHING], 0.01)
    (cleared,) = advanced([row(3)], [NOTHING], 0.01, moves=[STEP])

    assert [60] == [one.index for one in plain.confirmed]
    assert () == cleared.confirmed


def test_up_to_a_step_of_its_machine_a_series_is_what_it_was():
    before = advanced([row(3, 90)[:60]], [NOTHING], 0.01)

    assert before == advanced([row(3, 90)[:60]], [NOTHING], 0.01, moves=[STEP])
    assert advanced([row(3)], before, 0.01, moves=[STEP]) == advanced([row(3)], [NOTHING], 0.01, moves=[STEP])


@settings(deadline=None, derandomize=True, max_examples=4)
@given(st.integers(0, 10_000), st.integers(1, 359), st.floats(-0.3, 0.3))
def test_looks_that_are_known_are_not_taken_again_and_change_no_bit(seed, place, step):
    values = np.concatenate([row(seed, 150, 30), row(seed + 1, 100, 80, 0.8)])
    known, moves = {}, ((place, step),)
    advanced([values], [NOTHING], 0.01, looks=[known])
    more = dict(known)

    assert advanced([values], [NOTHING], 0.01, moves=[moves]) == advanced(
        [values], [NOTHING], 0.01, moves=[moves], looks=[more]
    )
    assert known.items() <= more.items()
    assert all(not max(0, at - advance.CONTEXT) < place < at for at in more.keys() - known.keys())


def test_a_series_that_is_asked_again_is_not_scanned_again(monkeypatch):
    known = {}
    first = advanced([row(3)], [NOTHING], 0.01, looks=[known])
    scanned = []
    monkeypatch.setattr(advance, "find_splits", lambda rows, _: scanned.extend(rows) or [() for _ in rows])

    assert first == advanced([row(3)], [NOTHING], 0.01, looks=[known])
    assert [] == scanned
