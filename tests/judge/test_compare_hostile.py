"""A recording may come from anywhere: whatever a file can hold is judged, with finite numbers and without a warning."""

from __future__ import annotations

import math

import pytest

from judge.comparisons import (
    POLICY,
    STATEMENTS,
    compared,
    judged,
    numbers,
    pair_of,
    paired,
    recording_of,
    slices,
    the,
)
from lapwing.judge.compare import decided, next_step
from lapwing.judge.compare.values import relative_change
from lapwing.recording import Paired

LEAST, MOST = 5e-324, 1.7e308


def times(base, head):
    return paired("a", base=slices(*[base] * 4), head=slices(*[head] * 4))


def recorded(base, head, **more):
    return Paired(benchmark="a", numbers=(numbers(base, head, **more),))


def finite(recording):
    """Ask everything there is to ask of a recording, and say whether all numbers of its verdicts are finite."""
    for attempt in (0, 1):
        next_step(recording, POLICY, attempt=attempt)
    decided(recording, POLICY)
    found = [
        number
        for one in judged(recording).verdicts
        for number in (one.base, one.head, one.detectable, one.p_value, *_ends(one.ratio))
        if number is not None
    ]
    return all(math.isfinite(number) for number in found)


def _ends(ratio):
    return () if ratio is None else (ratio.low, ratio.estimate, ratio.high)


@pytest.mark.parametrize("count", [1, 2, 4, 14, 20])
@pytest.mark.parametrize("attempt", [0, 1])
@pytest.mark.parametrize(
    "pair",
    [
        lambda i: times(LEAST, MOST),
        lambda i: times(MOST, MOST),
        lambda i: times(LEAST, LEAST),
        lambda i: times(*((LEAST, MOST) if i % 2 else (MOST, LEAST))),
        lambda i: recorded(0.0, 0.0),
        lambda i: recorded(-MOST, MOST),
        lambda i: recorded(*((-MOST, MOST) if i % 2 else (MOST, -MOST))),
        lambda i: recorded(-LEAST, LEAST),
        lambda i: recorded((MOST, MOST), 1.0),
        lambda i: recorded(-MOST, MOST, name="count", unit=STATEMENTS),
    ],
)
def test_the_smallest_and_the_largest_numbers_are_judged(pair, count, attempt):
    assert finite(recording_of(*(pair_of(pair(i), attempt=attempt and i // 2) for i in range(count))))


@pytest.mark.parametrize("limit", [LEAST, 1e-12, 1e9, 1e308])
def test_any_limit_above_nought_is_one(limit):
    assert finite(compared({"a": [0.0, 0.01, -0.02] * 5}, limit=limit))


@pytest.mark.parametrize("seed", [-1, 2**200])
def test_any_seed_is_one(seed):
    recording = compared({"a": [0.01] * 4}, seed=seed)

    assert finite(recording)
    assert judged(recording) == judged(recording)


@pytest.mark.parametrize("ended", [-1.0, 1e308])
def test_a_clock_that_goes_wrong_costs_time_and_nothing_else(ended):
    assert finite(recording_of(*(pair_of(paired("a"), ended=ended) for _ in range(3)), max_time=60.0))


def test_more_pairs_than_the_protocol_asks_for_and_benchmarks_twice_in_a_pair_are_taken_as_they_come():
    assert finite(compared({"a": [0.03, -0.03] * 200}))
    assert finite(recording_of(*(pair_of(paired("a", 0.01), paired("a", blocks=2)) for _ in range(20))))
    assert finite(recording_of(*(pair_of(paired("z")) for _ in range(20))))


def test_numbers_too_large_to_subtract_differ_by_as_much_as_small_ones():
    assert relative_change(-MOST, MOST) == relative_change(-1.0, 1.0) == 2.0
    assert relative_change(MOST, -MOST / 3) == pytest.approx(relative_change(3.0, -1.0))


def test_a_level_of_huge_numbers_is_one_of_them():
    assert the(judged(recording_of(*(pair_of(times(MOST, MOST)) for _ in range(4))))).base == MOST
