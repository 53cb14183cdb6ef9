"""How a benchmark is sliced, from how long a call is."""

from __future__ import annotations

import pytest

from lapwing.measure.pair import BLOCKS, MOST_BLOCKS, READING_SECONDS, SLICE_SECONDS, shape_of


def shape(call, *, loops=None, most=None):
    return shape_of({"call": call, "loops": loops, "most": most})


@pytest.mark.parametrize("call", [1e-8, 1e-6, 2e-5, 1e-4, 5e-4])
def test_a_slice_of_a_quick_call_is_about_a_slice_long(call):
    assert SLICE_SECONDS / 2 <= shape(call).calls * call <= 2 * SLICE_SECONDS


@pytest.mark.parametrize("call", [1e-9, 1e-7, 1e-5])
def test_a_reading_of_a_very_quick_call_is_many_calls(call):
    assert READING_SECONDS / 2 <= shape(call).loops * call <= 2 * READING_SECONDS


def test_a_long_call_is_a_slice_of_its_own():
    assert 1 == shape(0.02).calls


@pytest.mark.parametrize(("call", "blocks"), [(0.05, BLOCKS), (0.2, 3), (2.0, 2)])
def test_the_longer_a_call_the_fewer_its_blocks(call, blocks):
    assert blocks == shape(call).blocks
    assert shape(call).most == blocks


def test_a_noisy_quick_call_may_take_more_blocks():
    assert MOST_BLOCKS == shape(1e-4).most


@pytest.mark.parametrize("most", [1, 2, 3, 5, 10, 100])
@pytest.mark.parametrize("call", [0.0, 1e-4, 0.3])
def test_a_pedantic_test_is_called_no_more_than_it_allows(most, call):
    found = shape(call, loops=1, most=most)
    assert 1 <= found.most * found.readings <= most
    assert 1 <= found.blocks <= found.most


def test_calls_to_a_reading_are_fixed_where_the_test_fixes_them():
    assert 50 == shape(1e-3, loops=50).loops
