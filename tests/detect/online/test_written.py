"""States as text: what is written is read again to the bit, and anything else is nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapwing.detect.online.state import NOTHING, Confirmed, Seen, Suspected
from lapwing.detect.online.written import key_of, read, written


@given(st.lists(st.tuples(st.integers(1, 9), st.floats(0, 1)), max_size=6), st.integers(0, 6), st.floats(0, 1e9))
def test_what_is_written_is_read_again_to_the_bit(steps, sure, calm):
    at, confirmed, suspected = 0, [], []
    for i, (step, p) in enumerate(steps):
        at += step
        one = {"index": at, "earliest": 1, "latest": 99, "p_value": p}
        (confirmed if i < sure else suspected).append(one)
    seen = Seen(
        count=100,
        confirmed=tuple(Confirmed(**one) for one in confirmed),
        suspected=tuple(Suspected(**one, since=7) for one in suspected),
        calm=calm,
    )

    assert seen == read(written(seen), 100)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "nonsense",
        "[]",
        "[1, 2]",
        "{}",
        '"ab"',
        "[[[5, 5, 5]], [], 0.0]",
        "[[[5, 5, 5, 0.1, 1]], [], 0.0]",
        "[[[5.0, 5, 5, 0.1]], [], 0.0]",
        "[[[true, 1, 1, 0.1]], [], 0.0]",
        "[[[5, 5, 5, 1]], [], 0.0]",
        "[[[5, 5, 5, NaN]], [], 0.0]",
        "[[[5, 5, 5, 1e999]], [], 0.0]",
        "[[[5, 6, 5, 0.1]], [], 0.0]",
        "[[[5, 5, 100, 0.1]], [], 0.0]",
        "[[[0, 0, 0, 0.1]], [], 0.0]",
        "[[[9, 9, 9, 0.1], [5, 5, 5, 0.1]], [], 0.0]",
        "[[[5, 5, 5, 0.1]], [[5, 5, 5, 0.1, 0]], 0.0]",
        "[[], [[5, 5, 5, 0.1, 101]], 0.0]",
        "[[], []]",
        "[[], [], 1]",
        "[[], [], -0.5]",
        "[[], [], NaN]",
        "[[], [], Infinity]",
        "[" * 100_000,
    ],
)
def test_what_no_state_is_written_as_is_nothing(text):
    assert read(text, 100) is None


def test_a_state_is_of_its_values_and_rules():
    values = np.array([1.0, 2.0])

    assert key_of(values, 0.01) == key_of(values.copy(), 0.01)
    assert 3 == len({key_of(values, 0.01), key_of(values, 0.02), key_of(values[:1], 0.01)})
    assert [[], [], 0.0] == json.loads(written(NOTHING))
