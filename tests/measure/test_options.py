from __future__ import annotations

import pytest

from lapwing import perf
from lapwing.errors import LapwingError
from lapwing.measure.options import parse


def options(*kwargs, args=()):
    return parse([(args, one) for one in kwargs], where="test_a.py::test_a")


def test_the_closest_mark_wins_and_the_rest_is_merged():
    merged = options({"limit": 0.1}, {"limit": 0.2, "loops": 3})
    assert (0.1, 3) == (merged.limit, merged.loops)


@pytest.mark.parametrize(
    ("given", "kept"),
    [({"was": "a"}, ("a",)), ({"was": ["a", "b"]}, ("a", "b")), ({"budget": "p99 < 2 ms"}, ("p99 < 2 ms",))],
)
def test_a_text_or_a_list_of_them_is_taken(given, kept):
    (name,) = given
    assert kept == getattr(options(given), name)


@pytest.mark.parametrize(
    ("budget", "per_call"), [("p99 < 2 ms", True), ("max < 1 s", True), ("mean < 1 s", False), ("median < 1 s", False)]
)
def test_percentiles_need_single_calls(budget, per_call):
    assert per_call == options({"budget": budget}).per_call


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 10},
        {"limit": True},
        {"limit": "0.1"},
        {"limit": float("nan")},
        {"budget": 3},
        {"budget": ""},
        {"setup": "prepare"},
        {"id": ""},
        {"id": 3},
        {"was": [""]},
        {"was": {"a": 1}},
        {"loops": 0},
        {"loops": 1.5},
        {"loops": True},
        {"warmup": -1},
        {"gc": "maybe"},
        {"time_budget": 0},
        {"time_budget": float("inf")},
        {"processes": 65},
        {"timeout": -1},
        {"metric": "cycles"},
        {"metric": ["time"]},
        {"metric": True},
    ],
)
def test_a_wrong_value_is_refused_by_its_name(wrong):
    with pytest.raises(LapwingError) as refused:
        options(wrong)
    (name,) = wrong
    assert "bad-option" == refused.value.slug or "budget" == name
    assert name in str(refused.value) or "budget" in refused.value.slug


def test_a_benchmark_is_judged_by_its_time_unless_it_says_otherwise():
    assert ["time", "time", "instructions"] == [
        options(given).metric for given in ({}, {"metric": "time"}, {"metric": "instructions"})
    ]


def test_another_metric_is_refused_with_the_two_there_are():
    with pytest.raises(LapwingError, match=r"metric='cycles' of .* is not 'time' or 'instructions'"):
        options({"metric": "cycles"})


def test_an_unknown_option_is_refused_with_the_nearest():
    with pytest.raises(LapwingError, match="did you mean 'time_budget'") as refused:
        options({"time_buget": 1})
    assert "unknown-option" == refused.value.slug


def test_an_option_without_a_name_is_refused():
    with pytest.raises(LapwingError, match="mark-argument"):
        options({}, args=(0.1,))


def test_perf_is_a_mark_wherever_pytest_takes_one():
    def test_a():
        pass

    marked = perf(limit=0.1)(perf(test_a))
    assert [{}, {"limit": 0.1}] == [mark.kwargs for mark in marked.pytestmark]
    assert "perf" == perf.mark.name
    assert pytest.param(1, marks=perf(loops=2)).marks[0].kwargs == {"loops": 2}
    assert "<lapwing.perf>" == repr(perf)
