"""The nouns refuse what no store, table or statistic could hold."""

from __future__ import annotations

import math

import pytest

from factories import MACHINE, make_declared, make_sample
from lapwing.errors import RecordError, UsageError
from lapwing.model import MAX_NAME, Anchor, Commit, Interval, Level, Machine, MetricId, Outcome, Shard


@pytest.mark.parametrize("name", ["", "x" * (MAX_NAME + 1), "a\0b", "a\ud800"])
def test_a_name_that_nothing_can_hold_is_refused(name):
    with pytest.raises(UsageError, match="bad-name"):
        MetricId(benchmark=name, name="time")
    with pytest.raises(UsageError, match="bad-name"):
        MetricId(benchmark="b", name=name)
    with pytest.raises(UsageError, match="bad-name"):
        make_declared(name)
    with pytest.raises(UsageError, match="bad-name"):
        make_declared("b", node_id=name)
    with pytest.raises(UsageError, match="bad-name"):
        Commit(sha=name)


@pytest.mark.parametrize("name", ["a b", "é 日本", "a\nb", "<script>", "a[1/2::x|y]", "\x7f", "'\""])
def test_every_other_character_is_fine_in_a_name(name):
    assert name == MetricId(benchmark=name, name="time").benchmark


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_sample_holds_finite_numbers_only(bad):
    with pytest.raises(RecordError, match="not-finite"):
        make_sample("b", 1.0, (1.0, bad))


def test_a_sample_has_no_empty_process():
    with pytest.raises(RecordError, match="empty-sample"):
        make_sample("b", 1.0, ())


@pytest.mark.parametrize("bad", [{"loops": 0}, {"screened": 2}, {"screened": -1}])
def test_a_sample_has_at_least_one_judged_process(bad):
    with pytest.raises(RecordError, match="bad-sample"):
        make_sample("b", 1.0, 2.0, **bad)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_level_is_a_finite_number_above_nought(bad):
    with pytest.raises(RecordError, match="bad-level"):
        Level(benchmark="a", level=bad, root="b")


def test_an_anchor_has_one_level_for_a_benchmark():
    level = Level(benchmark="a", level=1.0, root="b")

    with pytest.raises(RecordError, match="bad-level"):
        Anchor(name="v1", sha="c", levels=(level, level))
    with pytest.raises(UsageError, match="bad-name"):
        Anchor(name="", sha="c")


def test_an_anchor_is_called_by_its_name_and_its_hash_once():
    assert "v1 (cccccccccc)" == Anchor(name="v1", sha="c" * 40).title
    assert "cccccccccc" == Anchor(name="cccc", sha="c" * 40).title


def test_a_machine_is_its_class_and_nothing_else():
    same = Machine(cpu="Test CPU", cpu_count=2, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")
    other = Machine(cpu="Test CPU", cpu_count=4, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")

    assert MACHINE.id == same.id
    assert MACHINE.id != other.id
    assert "Test CPU × 2, Linux 6.1, CPython 3.11" == MACHINE.title


def test_an_imported_machine_is_called_what_its_source_calls_it():
    machine = Machine(cpu="", cpu_count=0, os="", arch="", interpreter="", label="atom / py3.7")

    assert "atom / py3.7" == machine.title


def test_a_commit_has_a_short_form():
    assert "0123456789" == Commit(sha="0123456789abcdef").short


def test_an_interval_holds_its_estimate():
    with pytest.raises(ValueError, match="not an interval"):
        Interval(low=1.0, estimate=0.9, high=1.1)


def test_an_outcome_prints_as_the_plain_word():
    assert "regressed" == f"{Outcome.REGRESSED}"


@pytest.mark.parametrize(
    "wrong", [{"index": 0}, {"index": 5}, {"count": 0}, {"count": 10**5}, {"attempt": 0}, {"attempt": 2**60}]
)
def test_a_shard_is_a_part_of_something(wrong):
    with pytest.raises(RecordError) as caught:
        Shard(**({"index": 2, "count": 4} | wrong))
    assert "bad-shard" == caught.value.slug


@pytest.mark.parametrize("wrong", [{"suite": ("",)}, {"suite": ("a\0",)}, {"group": "x" * (MAX_NAME + 1)}])
def test_a_shard_names_what_a_store_can_hold(wrong):
    with pytest.raises(UsageError):
        Shard(index=1, count=1, **wrong)


def test_a_shard_says_what_a_person_calls_it():
    assert Shard(index=2, count=4, group="G").title == "shard 2 of 4"
    assert Shard(index=1, count=1).title == "shard 1 of 1"
