"""One look after the other: suspect, confirmed, frozen, and nothing confirmed taken back."""

from __future__ import annotations

import pytest

from lapwing.detect.online.looked import looked
from lapwing.detect.online.state import NOTHING, Confirmed, Seen, Suspected
from lapwing.detect.segments import Split

ALPHA = 0.01


def split(index=50, p=0.005, reach=0):
    return Split(index=index, earliest=index - reach, latest=index + reach, p_value=p)


def looks(*those, seen=NOTHING):
    """Return the state after looks at (points, changes found)."""
    for at, found in those:
        seen = looked(seen, at, found, ALPHA)
    return seen


def test_what_is_found_is_suspect_and_gone_when_it_is_not_found_again():
    once = looks((60, [split()]))

    assert [50] == [one.index for one in once.suspected]
    assert () == once.confirmed
    assert Seen(count=64) == looks((64, []), seen=once)


def test_less_than_five_points_are_not_even_suspect():
    assert Seen(count=54) == looks((54, [split(p=1e-9)]))
    assert [50] == [one.index for one in looks((55, [split(p=1e-9)])).confirmed]


def test_what_stands_for_four_points_is_confirmed():
    first = looks((60, [split(p=0.0009)]))

    assert [60] == [one.since for one in first.suspected]
    assert () == looks((62, [split(p=0.0009)]), seen=first).confirmed
    assert [50] == [one.index for one in looks((64, [split(p=0.0009)]), seen=first).confirmed]


def test_a_doubt_between_begins_the_waiting_anew():
    seen = looks((60, [split(p=0.0009)]), (61, [split(p=0.002)]), (64, [split(p=0.0009)]))

    assert () == seen.confirmed
    assert [64] == [one.since for one in seen.suspected]


def test_what_is_sure_enough_is_confirmed_at_once():
    assert [(50, 0.0001)] == [(one.index, one.p_value) for one in looks((60, [split(p=0.0001)])).confirmed]


def test_what_is_confirmed_stays_and_does_not_move():
    seen = looks((60, [split(p=0.0001)]), (64, [split(52, p=0.004)]), (68, []), (72, [split(70, p=0.004)]))

    assert [(50, 50, 50)] == [(one.index, one.earliest, one.latest) for one in seen.confirmed]


@pytest.mark.parametrize(("at", "p"), [(64, 1e-6), (69, 1e-6), (70, 1e-4)])
def test_it_becomes_surer_until_it_is_frozen(at, p):
    seen = looks((60, [split(p=1e-4)]), (at, [split(51, p=1e-6)]))

    assert [p] == [one.p_value for one in seen.confirmed]


def test_one_within_the_range_of_the_other_is_the_same_change():
    wide = looks((60, [split(p=0.0001, reach=12)]))

    assert () == looks((70, [split(61, p=0.0001)]), seen=wide).suspected
    narrow = looks((80, [split(p=0.0001)]))
    assert () == looks((90, [split(61, p=0.0001, reach=12)]), seen=narrow).suspected


def test_nothing_before_the_newest_confirmed_change_is_looked_for():
    seen = looks((60, [split(p=0.0001)]), (64, [split(30, p=0.00001), split(p=0.0001)]))

    assert [50] == [one.index for one in seen.confirmed]
    assert () == seen.suspected


def test_what_is_confirmed_makes_what_was_suspect_before_it_past():
    seen = looks((80, [split(40, p=0.005), split(60, p=0.00001), split(70, p=0.005)]))

    assert [60] == [one.index for one in seen.confirmed]
    assert [70] == [one.index for one in seen.suspected]
    assert 60 == seen.start


def test_the_states_are_plain():
    assert 0 == NOTHING.start
    assert Confirmed(index=1, earliest=1, latest=1, p_value=0.1) != Suspected(
        index=1, earliest=1, latest=1, p_value=0.1
    )


def test_a_level_that_begins_has_not_been_found_calm():
    before = Seen(count=56, calm=4.5)

    assert 4.5 == looks((60, [split(p=0.005)]), seen=before).calm
    assert 0.0 == looks((60, [split(p=0.0001)]), seen=before).calm
