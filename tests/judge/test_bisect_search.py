"""Which commit is measured next, and what is left in the end, where every answer is right."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapwing.judge.bisect import HUNG, Tried, begin, planned_steps, question_risk
from lapwing.judge.bisect.search import MOST_SKIPPED, MOST_UNCLEAR, RISK


def searched(count, change, skipped=(), *, level=0.1):
    """Search with right answers for the commit ``change``, where those at ``skipped`` cannot be measured."""
    search = begin(count=count, level=level, limit=0.03)
    while (place := search.next_place) is not None:
        side = "skipped" if place in skipped else "new" if place >= change else "old"
        search = search.after(Tried(place=place, side=side, level=abs(level) if side == "new" else 0.0))
    return search


@st.composite
def histories(draw):
    count = draw(st.integers(1, 150))
    change = draw(st.integers(1, count))
    skipped = draw(st.sets(st.integers(1, max(count - 1, 1)), max_size=MOST_SKIPPED - 1))
    return count, change, skipped


@given(histories())
def test_the_range_that_is_left_holds_the_change_and_nothing_that_could_have_been_measured(history):
    count, change, skipped = history
    found = searched(count, change, skipped)

    assert found.low < change <= found.high
    assert set(range(found.low + 1, found.high)) <= skipped


@given(st.integers(1, 5_000), st.data())
def test_where_nothing_is_skipped_one_commit_is_left_after_as_many_steps_as_halving_takes(count, data):
    change = data.draw(st.integers(1, count))
    found = searched(count, change)

    assert (change - 1, change) == (found.low, found.high)
    assert len(found.tried) <= planned_steps(count)


@given(histories())
def test_all_questions_together_have_the_risk_of_one(history):
    count, change, skipped = history
    search = begin(count=count, level=-0.1, limit=0.03)
    spent = 2 * question_risk(count)
    while (place := search.next_place) is not None:
        spent += search.risk if place not in skipped else 0.0
        side = "skipped" if place in skipped else "new" if place >= change else "old"
        search = search.after(Tried(place=place, side=side))

    assert spent <= RISK + 1e-12


def test_no_number_of_steps_spends_more_than_there_is():
    search = begin(count=4, level=0.1, limit=0.03)
    spent = 2 * question_risk(4)
    for _ in range(200):
        spent += search.risk
        search = replace(search, tried=(*search.tried, Tried(place=1, side="old")))

    assert spent <= RISK + 1e-12


def test_a_broken_stretch_is_left_in_few_tries():
    found = searched(400, 30, set(range(100, 301)))

    assert (29, 30) == (found.low, found.high)
    assert sum(one.side == "skipped" for one in found.tried) <= 8


def test_a_change_inside_a_long_broken_stretch_is_not_looked_for_for_ever():
    found = searched(400, 200, set(range(100, 301)))

    assert found.low < 200 <= found.high
    inside = [one for one in found.tried if found.low < one.place < found.high]
    assert MOST_SKIPPED == len(inside)


def test_what_is_skipped_is_passed_over_to_the_nearest_then_farther_and_farther():
    search = begin(count=40, level=0.1, limit=0.03)
    asked = []
    for _ in range(5):
        asked.append(search.next_place)
        search = search.after(Tried(place=asked[-1], side="skipped"))

    assert [20, 19, 18, 16, 12] == asked


def test_a_commit_between_shows_several_steps_and_the_larger_one_is_followed():
    search = begin(count=16, level=0.10, limit=0.03)
    assert 0.05 == search.middle

    after = search.after(Tried(place=8, side="between", level=0.052))
    assert (0, 8, 0.026) == (after.low, after.high, after.middle)
    assert (0.0, 0.052) == after.levels

    after = search.after(Tried(place=8, side="between", level=0.048))
    assert (8, 16, 0.074) == (after.low, after.high, pytest.approx(after.middle))
    assert (0.048, 0.10) == after.levels


def test_steps_that_no_comparison_could_show_are_not_followed():
    search = begin(count=16, level=0.025, limit=0.03)
    for number in range(MOST_UNCLEAR):
        assert search.next_place is not None
        search = search.after(Tried(place=search.next_place, side="between", level=0.0125))
        assert ("unclear", 0, 16) == (search.tried[number].side, search.low, search.high)
    assert search.next_place is None


def test_the_level_of_what_hangs_is_not_known():
    slower = begin(count=8, level=0.1, limit=0.03)
    assert (0.0, 0.1) == slower.after(Tried(place=4, side="new", effect=HUNG)).levels
    faster = begin(count=8, level=-0.1, limit=0.03)
    assert not faster.slower
    assert (0.0, 0.1) == faster.after(Tried(place=4, side="old", effect=HUNG)).levels


def test_where_bad_hangs_the_middle_is_beyond_every_number():
    assert math.inf == begin(count=8, level=math.inf, limit=0.03).middle
