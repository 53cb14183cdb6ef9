"""Is the scoring of change points what it says? Small cases counted by hand."""

import pytest

from cases import Case, Step
from scoring import drawn_anew, match, tally


def a_case(*places, points=100, sigma=2.0):
    steps = tuple(Step(index=place, sigma=sigma, log_ratio=0.1) for place in places)
    return Case(series="s", source="hand", sigma=0.01, values=(1.0,) * points, steps=steps)


def test_a_point_within_five_of_the_true_one_is_right():
    assert {50: 45, 80: 85} == match([50, 80], [45, 85])
    assert {} == match([50], [44, 56])


def test_two_found_points_cannot_both_be_right_about_one_true_point():
    assert {50: 51} == match([50], [47, 51])


def test_one_found_point_cannot_be_right_about_two_true_points():
    assert {54: 53} == match([50, 54], [53])


def test_the_nearest_pairs_are_matched_first():
    assert {50: 48, 54: 54} == match([50, 54], [54, 48])


def test_f1_precision_and_recall_are_of_all_points_of_the_cases_with_steps():
    counted = tally([a_case(20, 60), a_case(40, sigma=5.0)], [[21, 90], [70]])
    assert (1, 2, 2) == (counted.right, counted.false, counted.missed)
    assert pytest.approx(2 / 6) == counted.f1
    assert pytest.approx(1 / 3) == counted.precision
    assert {2.0: "1 of 2", 5.0: "0 of 1"} == {sigma: str(share) for sigma, share in counted.by_sigma.items()}
    assert 1.0 == counted.offset


def test_quiet_cases_count_apart():
    counted = tally([a_case(points=200), a_case(points=300), a_case(50)], [[10, 20], [], [50]])
    assert "1 of 2" == str(counted.flagged)
    assert pytest.approx(4.0) == counted.false_per_1000
    assert 1.0 == counted.f1


def test_nothing_at_all_is_no_division_by_nought():
    counted = tally([], [])
    assert (0.0, 0.0, 0.0, 0.0) == (counted.f1, counted.precision, counted.false_per_1000, counted.offset)


def test_the_interval_holds_the_value_and_is_the_same_each_time():
    cases = [a_case(50) for _ in range(40)]
    found = [[50] if i % 4 else [] for i in range(40)]
    low, high = drawn_anew(cases, found, lambda one: one.f1)
    assert low < tally(cases, found).f1 < high
    assert (low, high) == drawn_anew(cases, found, lambda one: one.f1)
