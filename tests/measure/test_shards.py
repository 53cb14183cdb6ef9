"""Which benchmarks are a job's own, where several measure one suite."""

from __future__ import annotations

from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from lapwing.measure.shards import dealt, shard_of
from lapwing.model import Shard

names = st.sets(st.text(min_size=1, max_size=8), max_size=40)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(suite=names, count=st.integers(1, 50), order=st.randoms())
def test_parts_are_disjoint_even_and_together_the_suite_in_whatever_order_it_was_collected(suite, count, order):
    shuffled = list(suite)
    order.shuffle(shuffled)
    parts = [dealt(suite, index, count) for index in range(1, count + 1)]
    assert parts == [dealt(shuffled, index, count) for index in range(1, count + 1)]
    assert sorted(suite) == sorted(chain.from_iterable(parts))
    sizes = {len(part) for part in parts}
    assert max(sizes) - min(sizes) <= 1


def shard(part=(2, 4), *, suite=("a", "b", "c"), kept=("b",), dealt_here=True):
    return shard_of(part, suite=suite, kept=kept, dealt_here=dealt_here, group="G", attempt=3)


def test_a_part_that_was_dealt_here_knows_its_suite():
    assert Shard(index=2, count=4, suite=("a", "b", "c"), group="G", attempt=3) == shard()
    assert ("b",) == shard(suite=("b",), kept=("b",)).suite


def test_a_part_of_somebody_elses_knows_it_only_where_it_was_collected_here():
    assert ("a", "b", "c") == shard(dealt_here=False).suite
    assert () == shard(suite=("b",), kept=("b",), dealt_here=False).suite


def test_the_whole_of_what_was_asked_for_is_no_shard():
    assert shard(None) is None
