"""What was accepted is the level that there is now, and what led there: not whatever a benchmark ever did."""

from datetime import date

from lapwing.judge.accepted_changes import accepted_changes
from lapwing.judge.waivers import Waiver
from lapwing.model import Interval, MetricId
from lapwing.units import SECONDS, Unit

TODAY = date(2026, 11, 27)
SLOW = MetricId(benchmark="t.py::slow", name="time")
RATE = Unit(symbol="rows/s", better="higher", noise="noisy")


def accepts(**more):
    return Waiver(**({"pattern": "t.py::*", "by": "alice", "reason": "worth it", "source": "file"} | more))


def accepted(*ratios, waivers=None, unit=SECONDS, metric=SLOW, node_id="t.py::slow"):
    intervals = [Interval(low=ratio, estimate=ratio, high=ratio) for ratio in ratios]
    waivers = [accepts()] if waivers is None else waivers
    found = accepted_changes(intervals, waivers, metric=metric, node_id=node_id, unit=unit, today=TODAY)
    return [one.reason if one is not None else None for one in found]


def test_the_newest_worsening_is_accepted_and_what_led_there():
    assert ["worth it"] == accepted(1.1)
    assert ["worth it", "worth it"] == accepted(1.1, 1.2)


def test_what_came_before_the_last_change_for_the_better_is_history():
    assert [None, None, "worth it"] == accepted(1.3, 0.8, 1.1)
    assert [None, None] == accepted(1.3, 0.8)


def test_each_change_is_held_against_how_much_is_accepted():
    assert ["worth it", None] == accepted(1.1, 1.3, waivers=[accepts(up_to=0.15)])
    some = [accepts(up_to=0.15), accepts(up_to=0.5, reason="a release")]
    assert ["worth it", "a release"] == accepted(1.1, 1.3, waivers=some)


def test_what_is_out_of_time_or_about_others_accepts_nothing():
    assert ["worth it"] == accepted(1.1, waivers=[accepts(until=TODAY)])
    assert [None] == accepted(1.1, waivers=[accepts(until=date(2026, 11, 26))])
    assert [None] == accepted(1.1, waivers=[accepts(metric="rows")])
    assert [None] == accepted(1.1, waivers=[accepts(pattern="other")])
    assert ["worth it"] == accepted(1.1, waivers=[accepts(pattern="moved.py::slow")], node_id="moved.py::slow")


def test_a_fall_is_a_worsening_where_higher_is_better():
    assert [None, "worth it"] == accepted(1.2, 0.8, unit=RATE)


def test_a_ratio_that_says_nothing_ends_what_is_known():
    assert [None, "worth it"] == accepted(0.0, 1.1)
    assert [] == accepted()
