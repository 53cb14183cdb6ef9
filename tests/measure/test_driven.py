"""The plan of a pair's worker, driven by orders and a clock that only moves when a call spends time."""

from __future__ import annotations

from functools import partial

import pytest

from fakes.clock import FakeClock
from lapwing.measure.driven import Order, SliceTaken, driven
from lapwing.measure.loop import Call
from lapwing.measure.meter import Meter
from lapwing.measure.sampler import Rules


class FakeOrders:
    """Gives its orders one by one; keeps what was opened and what was taken."""

    def __init__(self, *orders: Order) -> None:
        self._orders = list(orders)
        self.answers: list[SliceTaken] = []
        self.open = None

    def opened(self, opened):
        self.open = opened

    def next(self):
        return self._orders.pop(0) if self._orders else None

    def taken(self, taken):
        self.answers.append(taken)


class Bench:
    """A function whose calls take the seconds of ``times`` in turn, the last of them for ever."""

    def __init__(self, *times, computing=True, **rules):
        self.clock, self.times, self.calls, self.computing = FakeClock(), times, 0, computing
        self.rules = Rules(**({"share": 0.0} | rules))

    def __call__(self):
        self.clock.spend(self.times[min(self.calls, len(self.times) - 1)], computing=self.computing)
        self.calls += 1

    def take(self, *orders):
        given = FakeOrders(*orders)
        meter = Meter(
            rules=self.rules, stopwatch=self.clock.stopwatch(), planner=partial(driven, orders=given), collector=True
        )
        meter.take(Call(self))
        self.taken = meter.taken
        return given


@pytest.mark.parametrize(("seconds", "calls"), [(1e-4, 21), (1e-3, 3), (4e-3, 2), (0.3, 1)])
def test_warm_up_is_three_calls_and_two_milliseconds_and_less_for_slow_calls(seconds, calls):
    bench = Bench(seconds)
    bench.take()
    assert calls == bench.calls or pytest.approx(calls, abs=1) == bench.calls


def test_what_it_says_of_a_call_is_its_fastest_warm_one():
    assert pytest.approx(1e-3) == Bench(9e-3, 1e-3).take().open.call


def test_a_slice_is_as_many_calls_as_ordered():
    bench = Bench(1e-3)
    orders = bench.take(Order(readings=5, loops=4), Order(readings=1, loops=1))
    assert 2 == len(orders.answers)
    assert 3 + 5 * 4 + 1 == bench.calls


def test_a_value_is_the_lower_quartile_of_its_readings_per_call():
    warm = (1e-3,) * 3
    bench = Bench(*warm, 5e-3, 2e-3, 1e-3, 9e-3)
    assert pytest.approx(1e-3) == bench.take(Order(readings=4, loops=1)).answers[0].value


def test_processor_time_is_the_mean_per_call_and_not_what_was_slept():
    assert pytest.approx(1e-3) == Bench(1e-3).take(Order(readings=3, loops=2)).answers[0].cpu
    assert 0.0 == Bench(1e-3, computing=False).take(Order(readings=3, loops=2)).answers[0].cpu


def test_calls_to_a_reading_are_what_the_mark_fixes():
    assert 7 == Bench(1e-3, loops=7).take().open.loops
    assert None is Bench(1e-3).take().open.loops


def test_warm_up_calls_are_what_the_mark_fixes():
    bench = Bench(1e-5, warmup=2)
    bench.take()
    assert 2 == bench.calls


def test_without_an_order_something_was_still_taken():
    bench = Bench(2e-3)
    bench.take()
    assert pytest.approx((2e-3,)) == bench.taken.time
