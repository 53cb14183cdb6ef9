from __future__ import annotations

import pytest

from factories import make_declared
from lapwing.measure.book import Book
from lapwing.measure.options import PerfOptions


def make_book(**more):
    ordinary = {"declared": make_declared(), "options": PerfOptions(), "budget": 1.0, "wanted": 5, "timeout": 60.0}
    return Book(**(ordinary | more))


def answer(*values, spent=0.2, single=False, failure=None, records=(), warnings=()):
    taken = {
        "time": values,
        "cpu_time": values,
        "loops": 3,
        "spent": spent,
        "single": single,
        "longest": max(values, default=0),
    }
    return {
        "taken": taken if values else None,
        "records": list(records),
        "warnings": list(warnings),
        "failure": failure,
        "reports": [],
    }


def record(value, symbol="B"):
    return {"name": "size", "values": [value], "unit": [symbol, "lower", "exact"]}


def test_each_process_is_a_group_of_values():
    book = make_book(wanted=2)
    book.enter(answer(1.0, 2.0))
    book.enter(answer(3.0))
    time, cpu_time = book.samples()
    assert ((1.0, 2.0), (3.0,)) == time.values == cpu_time.values
    assert (3, 3) == (time.loops, cpu_time.loops)
    assert not book.pending


def test_the_loops_are_those_of_both_times_and_not_of_what_was_recorded():
    book = make_book(wanted=1)
    book.enter(answer(1.0, records=[record(2.0)]))
    assert {"time": 3, "cpu_time": 3, "size": 1} == {sample.metric.name: sample.loops for sample in book.samples()}


def test_the_share_makes_up_for_what_earlier_processes_took():
    book = make_book()
    assert pytest.approx(0.2) == book.share(1.0)
    book.enter(answer(0.1, spent=0.4))
    assert pytest.approx(0.15) == book.share(1.0)
    book.enter(answer(0.1, spent=0.9))
    assert pytest.approx(0.05) == book.share(1.0)


def test_a_long_call_is_measured_in_as_many_processes_as_fit_and_in_three_at_least():
    fits, too_long = make_book(), make_book()
    fits.enter(answer(0.25, single=True))
    too_long.enter(answer(10.0, single=True))
    assert (4, 3) == (fits.wanted, too_long.wanted)
    assert "over-budget" in too_long.warnings


def test_fewer_processes_asked_for_are_never_made_more():
    book = make_book(wanted=1)
    book.enter(answer(10.0, single=True))
    assert 1 == book.wanted


def test_a_failure_in_any_process_leaves_no_sample_and_is_not_tried_again():
    book = make_book()
    book.enter(answer(1.0))
    book.enter(answer(failure=["raised", "ValueError"]))
    book.fail("crashed", "later")
    assert ([], "raised", False) == (book.samples(), book.failure.kind, book.pending)


def test_a_record_whose_unit_changes_between_processes_fails():
    book = make_book()
    book.enter(answer(records=[record(1)]))
    book.enter(answer(records=[record(1, "s")]))
    assert "raised" == book.failure.kind


def test_a_record_with_a_unit_that_is_none_fails():
    book = make_book()
    book.enter(answer(records=[record(1, "\n")]))
    assert "bad-unit" in book.failure.message


def test_a_doubt_is_kept_once():
    book = make_book()
    for _ in range(2):
        book.enter(answer(1.0, warnings=[["leaks-thread", "It did.", "End it."]]))
    assert ["leaks-thread"] == [one.slug for one in book.samples()[0].warnings]
