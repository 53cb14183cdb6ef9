"""The public ``lapwing.compare``: as honest about pairs as the command."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lapwing
from lapwing import Comparison, compare
from lapwing.errors import UsageError
from lapwing.model import Outcome

PAIRS = 12
BASE = [1.0, 1.3, 0.9, 1.1, 1.2, 1.0, 0.8, 1.4, 1.1, 1.0, 0.95, 1.05]
JITTER = [0.002, -0.001, 0.001, -0.002, 0.0, 0.001, -0.001, 0.002, 0.0, -0.002, 0.001, 0.0]


def head(change):
    return [base * (1 + change + jitter) for base, jitter in zip(BASE, JITTER, strict=True)]


def slugs(found):
    return [warning.slug for warning in found.warnings]


def test_it_is_a_public_name():
    assert lapwing.compare is compare
    assert {"compare", "Comparison"} <= set(dir(lapwing))


def test_equal_lengths_are_pairs_and_what_the_machine_did_falls_out():
    found = compare(BASE, head(0.05))

    assert (Outcome.REGRESSED, PAIRS, ()) == (found.outcome, found.pairs, found.warnings)
    assert found.ratio.estimate == pytest.approx(1.05, abs=0.002)
    assert found.ratio.low < found.ratio.estimate < found.ratio.high
    assert found.p_value == 2 / 2**12
    assert 0.015 < found.detectable < 0.02


@pytest.mark.parametrize(
    ("change", "better", "outcome"),
    [
        (-0.05, "lower", Outcome.IMPROVED),
        (0.05, "higher", Outcome.IMPROVED),
        (-0.05, "higher", Outcome.REGRESSED),
        (0.0, "lower", Outcome.UNCHANGED),
        (0.01, "lower", Outcome.UNCHANGED),
    ],
)
def test_the_direction_is_the_units(change, better, outcome):
    assert outcome is compare(BASE, head(change), better=better).outcome


def test_the_limit_is_what_matters():
    assert Outcome.UNCHANGED is compare(BASE, head(0.05), limit=0.2).outcome
    assert Outcome.REGRESSED is compare(BASE, head(0.01), limit=0.005).outcome


def test_without_pairs_the_machine_counts_as_a_change_and_it_is_said():
    found = compare(BASE, head(0.05), paired=False)

    assert (Outcome.INCONCLUSIVE, 0, ["unpaired"]) == (found.outcome, found.pairs, slugs(found))
    assert found.detectable > 0.1
    assert 0 == compare(BASE, head(0.05)[:-1]).pairs


@pytest.mark.parametrize(("change", "outcome"), [(0.8, Outcome.REGRESSED), (-0.5, Outcome.IMPROVED)])
def test_a_large_change_is_seen_without_pairs_too(change, outcome):
    assert outcome is compare(BASE, head(change)[:-1]).outcome


def test_values_of_one_process_are_one_number_its_quartile_on_the_better_side():
    processes = [(one, one * 1.5, one * 2.0, one * 9.0, one * 1.2) for one in BASE]
    flat = compare([1.2 * one for one in BASE], head(0.05))

    assert flat.ratio == compare(processes, head(0.05)).ratio


def test_a_thousand_values_of_one_process_say_nothing_of_the_next_one():
    with pytest.raises(UsageError, match="too-few-processes"):
        compare([[1.0] * 1000], [[2.0] * 1000])


@pytest.mark.parametrize("count", [2, 5])
def test_fewer_than_six_pairs_can_show_nothing_and_it_is_said(count):
    found = compare(BASE[:count], head(0.5)[:count])

    assert (Outcome.INCONCLUSIVE, ["too-few-pairs"]) == (found.outcome, slugs(found))
    assert math.isfinite(found.ratio.high)
    assert found.ratio.estimate == pytest.approx(1.5, abs=0.01)


def test_three_against_three_processes_can_show_nothing_either():
    assert ["unpaired", "too-few-pairs"] == slugs(compare([1.0, 1.1, 1.2], [2.0, 2.1, 2.2], paired=False))


def test_values_that_are_not_all_positive_are_compared_by_their_differences():
    base = [-10.0 + i / 100 for i in range(12)]
    found = compare(base, [one - 2.0 for one in base])

    assert ["linear-scale"] == slugs(found)
    assert (found.ratio.estimate, found.outcome) == (pytest.approx(0.8, abs=0.01), Outcome.IMPROVED)
    assert Outcome.UNCHANGED is compare([0.0] * 8, [0.0] * 8).outcome


@pytest.mark.parametrize(
    ("base", "other", "slug"),
    [
        ([], [1.0, 2.0], "no-values"),
        ([1.0, 2.0], [], "no-values"),
        ([[1.0], []], [1.0, 2.0], "no-values"),
        ([1.0, math.nan], [1.0, 2.0], "not-finite"),
        ([1.0, 2.0], [1.0, math.inf], "not-finite"),
        ([1.0, "fast"], [1.0, 2.0], "not-a-number"),
        ([1.0, None], [1.0, 2.0], "not-a-number"),
        ([1.0, 10**400], [1.0, 2.0], "not-a-number"),
        ([1.0], [1.0], "too-few-processes"),
    ],
)
def test_bad_input_is_one_clear_error(base, other, slug):
    with pytest.raises(UsageError, match=slug):
        compare(base, other)


def test_unequal_numbers_are_no_pairs_and_a_limit_is_above_nought():
    with pytest.raises(UsageError, match="not-pairs"):
        compare(BASE, BASE[:-1], paired=True)
    with pytest.raises(UsageError, match="bad-limit"):
        compare(BASE, BASE, limit=0)


numbers = st.lists(st.floats(1e-6, 1e6), min_size=6, max_size=12)


@given(numbers, st.randoms(use_true_random=False))
def test_swapping_base_and_head_mirrors_it(base, chance):
    other = list(base)
    chance.shuffle(other)
    there, back = compare(base, other), compare(other, base)

    assert there.p_value == back.p_value
    assert there.ratio.low == pytest.approx(1 / back.ratio.high)
    assert {Outcome.REGRESSED: Outcome.IMPROVED, Outcome.IMPROVED: Outcome.REGRESSED}.get(
        there.outcome, there.outcome
    ) is back.outcome


def test_unchanged_code_is_accused_no_more_often_than_said():
    draw = np.random.default_rng(1)
    accused = [
        compare(np.exp(draw.normal(0, 0.2, 8)), np.exp(draw.normal(0, 0.2, 8))).outcome is not Outcome.INCONCLUSIVE
        for _ in range(400)
    ]

    assert np.mean(accused) <= 0.05
    assert isinstance(compare(BASE, BASE), Comparison)
