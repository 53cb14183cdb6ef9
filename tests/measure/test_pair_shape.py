"""How a benchmark is sliced, from how long a call is."""

from __future__ import annotations

import math

import pytest

from lapwing.measure.pair_shape import BLOCKS, MOST_BLOCKS, READING_SECONDS, SLICE_SECONDS, enough_blocks, shape_of


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


def enough(*, spread=0.02, among=20, block=3.5e-3):
    ratios = [spread * number for number in (-1.5, -1.0, -0.5, 0.5, 1.0, 1.5)]
    return enough_blocks(ratios, fixed=0.4 / among + 0.01, block=block)


def test_the_noisier_its_blocks_the_more_a_pair_takes():
    assert enough(spread=0.04) == pytest.approx(2 * enough(spread=0.02))


def test_a_benchmark_alone_in_its_pairs_takes_more_blocks_than_one_among_many():
    assert 3 * enough(among=20) < enough(among=1) < 5 * enough(among=20)


def test_long_blocks_are_fewer():
    assert enough(block=0.35) == pytest.approx(enough(block=0.0035) / 10)


def test_one_block_says_nothing_of_its_spread():
    assert math.inf == enough_blocks([0.01], fixed=0.1, block=1e-3)


def test_blocks_that_agree_are_enough():
    assert 0 == enough(spread=0.0)


def test_which_side_is_slower_does_not_change_how_many_blocks_are_taken():
    ratios = [0.01, 0.05, 0.03, -0.01, 0.02, 0.09]
    mirrored = [-one for one in ratios]
    assert enough_blocks(ratios, fixed=0.1, block=1e-3) == enough_blocks(mirrored, fixed=0.1, block=1e-3)


def test_a_clock_that_stands_still_asks_for_no_endless_pair():
    assert enough(block=0.0) < 1_000
