"""What is accepted does not block and is told; it is open again when it gets worse or its time is over."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapwing.judge.waivers import Waiver, matches, settle, worse_by
from lapwing.model import Interval, Outcome
from lapwing.units import Unit
from report.cases import make_report, make_verdict

TODAY = date(2026, 11, 27)
RATE = Unit(symbol="rows/s", better="higher", noise="noisy")


def accepts(pattern="t.py::slow", **more):
    return Waiver(**({"pattern": pattern, "by": "alice", "reason": "worth it", "source": "file"} | more))


def settled(*waivers, ratio=1.124, seen=None, verdicts=None, **more):
    slow = make_verdict("t.py::slow", "regressed", ratio, **more)
    rest = (make_verdict("t.py::same"),) if verdicts is None else verdicts
    return settle(make_report("regressed", slow, *rest), waivers, today=TODAY, seen=seen)


def test_what_is_accepted_no_longer_blocks_and_is_told():
    found = settled(accepts(up_to=0.15))
    assert Outcome.UNCHANGED is found.report.outcome
    assert ["t.py::same"] == [one.metric.benchmark for one in found.report.verdicts]
    (accepted,) = found.accepted
    assert ("t.py::slow", "alice", 0.15) == (accepted.verdict.metric.benchmark, accepted.waiver.by, accepted.share)


def test_without_waivers_a_report_stays_as_it_is():
    found = settled()
    assert Outcome.REGRESSED is found.report.outcome
    assert ((), ()) == (found.accepted, found.reopened)


def test_what_gets_worse_than_accepted_is_open_again():
    found = settled(accepts(up_to=0.10))
    assert Outcome.REGRESSED is found.report.outcome
    assert ["worse"] == [one.why for one in found.reopened]


def test_what_is_out_of_time_is_open_again_from_the_next_day_on():
    assert settled(accepts(until=TODAY)).accepted
    assert ["expired"] == [one.why for one in settled(accepts(until=date(2026, 11, 26))).reopened]


def test_one_waiver_that_holds_is_enough():
    over, small, holds = accepts(until=date(2026, 1, 1)), accepts(up_to=0.01), accepts(up_to=0.5, by="bob")
    assert ["bob"] == [one.waiver.by for one in settled(over, small, holds).accepted]
    assert ["worse"] == [one.why for one in settled(over, small).reopened]


def test_without_a_number_it_is_accepted_as_it_was_seen():
    metric = make_verdict("t.py::slow").metric
    assert pytest.approx(0.138) == settled(accepts()).accepted[0].share
    assert settled(accepts(), seen={metric: 0.13}).accepted
    assert ["worse"] == [one.why for one in settled(accepts(), seen={metric: 0.05}).reopened]


def test_a_metric_that_is_better_higher_gets_worse_downwards():
    assert settled(accepts(up_to=0.3), ratio=0.8, unit=RATE).accepted
    assert settled(accepts(up_to=0.2), ratio=0.8, unit=RATE).reopened
    assert worse_by(make_verdict(ratio=0.8, unit=RATE), far=True) > worse_by(make_verdict(ratio=0.8, unit=RATE))


def test_what_has_no_ratio_can_be_accepted_and_a_crash_cannot():
    gone = make_verdict("t.py::gone", "missing", None)
    crash = make_verdict("t.py::crash", "failed", None)
    found = settle(make_report("failed", gone, crash), (accepts("*"),), today=TODAY)
    assert Outcome.FAILED is found.report.outcome
    assert ["t.py::gone"] == [one.verdict.metric.benchmark for one in found.accepted]
    assert worse_by(make_verdict(ratio=1.0).__class__(**fields(ratio=Interval(low=-1, estimate=1, high=2)))) is None


def fields(**more):
    verdict = make_verdict()
    return {name: getattr(verdict, name) for name in verdict.__slots__} | more


def test_where_all_is_accepted_nothing_is_left_to_block():
    found = settled(accepts(), verdicts=())
    assert (Outcome.UNCHANGED, ()) == (found.report.outcome, found.report.verdicts)


def test_a_waiver_is_about_a_metric_or_all_of_them_and_knows_the_node_id_too():
    assert not settled(accepts(metric="memory")).accepted
    assert settled(accepts(metric="time")).accepted
    assert settled(accepts("tests/now.py::x"), node_id="tests/now.py::x").accepted


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("a", ["a"], ["aa", "", "b"]),
        ("*", ["", "a", "t.py::x[1]"], []),
        ("t.py::x[*]", ["t.py::x[1]", "t.py::x[]"], ["t.py::x1"]),
        ("a*b*c", ["abc", "axbxc", "abbc"], ["ab", "acb", "abcd"]),
        ("a*a", ["aa", "aba"], ["a"]),
        ("*b*", ["b", "abc"], ["ac"]),
        ("a**c", ["ac", "abc"], ["ab"]),
    ],
)
def test_a_star_stands_for_anything_and_all_else_for_itself(pattern, fitting, other):
    assert [True] * len(fitting) == [matches(pattern, name) for name in fitting]
    assert [False] * len(other) == [matches(pattern, name) for name in other]


@given(st.text(alphabet="ab*[?.", max_size=8), st.text(alphabet="ab[?.", max_size=8))
def test_it_matches_as_a_regular_expression_does(pattern, name):
    import re

    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None
    assert expected == matches(pattern, name)


def test_many_stars_cost_little():
    assert not matches("*a" * 2_000 + "b", "a" * 4_000)
