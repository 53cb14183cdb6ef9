"""The plan, driven by a clock that only moves when a call spends time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.clock import FakeClock
from lapwing.errors import MeasureError
from lapwing.measure.loop import Call
from lapwing.measure.meter import Meter, follow
from lapwing.measure.sampler import (
    CALLS_KEPT,
    VALUES_KEPT,
    Reading,
    Rules,
    contended,
    grouped,
    plan,
    reading_of,
    spaced,
)


class Bench:
    """A function that takes ``seconds`` a call, and the first one ``cold`` more."""

    def __init__(self, seconds, *, cold=0.0, reading=0.0, **rules):
        self.clock = FakeClock(reading=reading)
        self.seconds, self.cold, self.calls = seconds, cold, 0
        self.meter = Meter(rules=Rules(**({"share": 0.2} | rules)), stopwatch=self.clock.stopwatch())

    def __call__(self):
        self.calls += 1
        self.clock.spend(self.seconds + (self.cold if self.calls == 1 else 0.0))
        return self.calls

    def take(self):
        self.result = self.meter.take(Call(self))
        return self.meter.taken


@pytest.mark.parametrize("seconds", [1e-5, 1e-4, 1e-3, 5e-3, 2e-2])
def test_the_time_of_a_call_comes_out_exactly(seconds):
    taken = Bench(seconds).take()
    assert all(pytest.approx(seconds) == value for value in (*taken.time, *taken.cpu_time))


@pytest.mark.parametrize("seconds", [1e-5, 1e-4, 1e-3, 5e-3, 2e-2])
def test_the_share_is_used_to_a_tenth(seconds):
    assert pytest.approx(0.2, rel=0.1) == Bench(seconds).take().spent


def test_a_value_is_five_milliseconds_long():
    taken = Bench(1e-5).take()
    assert pytest.approx(5e-3, rel=0.1) == taken.loops * 1e-5


def test_a_short_share_has_several_values_all_the_same():
    assert 7 <= len(Bench(1e-6, share=0.01).take().time) <= 11


def test_a_long_share_has_longer_values_and_no_more_than_are_kept():
    taken = Bench(1e-4, share=3.0).take()
    assert len(taken.time) <= VALUES_KEPT
    assert taken.loops * 1e-4 > 2e-2


def test_the_clocks_own_time_is_subtracted():
    assert pytest.approx(1e-4, rel=1e-6) == Bench(1e-4, reading=5e-6, loops=1).take().time[0]


def test_a_timer_that_takes_its_part_is_warned_of():
    assert ["timer-cost"] == [one.slug for one in Bench(1e-5, reading=1e-6, loops=1).take().warnings]


def test_loops_asked_for_are_the_loops_made():
    assert 7 == Bench(1e-3, loops=7, share=0.1).take().loops


def test_loops_of_an_earlier_process_are_taken_over():
    assert 400 == Bench(1e-5, near=400).take().loops


def test_loops_of_an_earlier_process_that_no_longer_fit_are_not():
    assert 50 > Bench(1e-3, near=1_000).take().loops
    assert 100 < Bench(1e-5, near=1).take().loops


def test_the_first_call_is_not_in_the_values():
    taken = Bench(1e-3, cold=0.05).take()
    assert pytest.approx(1e-3) == max(taken.time)
    assert taken.single is False


def test_a_cold_call_longer_than_the_share_is_seen_to_be_cold():
    taken = Bench(1e-4, cold=0.5).take()
    assert taken.single is False
    assert pytest.approx(1e-4) == taken.time[0]
    assert len(taken.time) > 10


def test_a_call_longer_than_its_share_is_one_value():
    bench = Bench(0.3)
    taken = bench.take()
    assert (True, (pytest.approx(0.3),)) == (taken.single, taken.time)
    assert 2 == bench.calls  # the second only showed that the first was not cold


def test_later_processes_call_it_once_without_asking_again():
    bench = Bench(0.3, single=True)
    bench.take()
    assert 1 == bench.calls


def test_a_very_long_call_is_not_made_twice():
    bench = Bench(30.0)
    assert bench.take().single is True
    assert 1 == bench.calls


def test_three_calls_warm_up_and_more_where_they_are_short():
    bench = Bench(1e-4, warmup=5, loops=1, share=2e-3)
    taken = bench.take()
    assert bench.calls == 5 + len(taken.time)


def test_the_result_is_that_of_the_first_call():
    bench = Bench(1e-3)
    bench.take()
    assert 1 == bench.result


def test_single_calls_are_timed_for_percentiles_and_the_extremes_kept():
    bench = Bench(2e-5, per_call=True)
    taken = bench.take()
    assert 1 == taken.loops
    assert CALLS_KEPT == len(taken.time)


@pytest.mark.parametrize(("near", "seconds", "alone"), [(1, 9e-6, True), (500, 1.1e-5, False)])
def test_all_processes_time_single_calls_or_none_does(near, seconds, alone):
    assert alone == (Bench(seconds, per_call=True, near=near).take().loops == 1)


def test_calls_too_short_to_be_timed_alone_are_not():
    assert Bench(1e-6, per_call=True).take().loops > 100


def test_what_the_timer_swallows_whole_is_refused():
    with pytest.raises(MeasureError) as refused:
        Bench(0.0, reading=1e-7, loops=1, share=1e-4).take()
    assert "too-fast" == refused.value.slug


def test_less_than_twenty_steps_of_the_clock_is_too_fast():
    bench = Bench(1e-6, loops=1, share=1e-3)
    bench.meter.stopwatch = bench.clock.stopwatch(step=1e-7)
    assert ["too-fast"] == [one.slug for one in bench.take().warnings]


def test_a_coarse_processor_clock_gives_one_value():
    bench = Bench(1e-4)
    watch = bench.clock.stopwatch(step=1e-2)
    bench.meter.stopwatch = type(watch)(wall=watch.wall, cpu=watch.cpu, wall_step=1e-9, cpu_step=1e-2)
    assert 1 == len(bench.take().cpu_time)


def test_waiting_is_no_processor_time():
    clock = FakeClock()
    meter = Meter(rules=Rules(share=0.1), stopwatch=clock.stopwatch())
    meter.take(Call(lambda: clock.spend(1e-3, computing=False)))
    assert pytest.approx(1e-3) == meter.taken.time[0]
    assert {0.0} == set(meter.taken.cpu_time)


def test_two_things_cannot_both_be_the_time():
    bench = Bench(1e-3)
    bench.take()
    with pytest.raises(MeasureError) as refused:
        bench.take()
    assert "measured-twice" == refused.value.slug


def test_a_setup_is_outside_of_the_time_and_before_every_call():
    bench = Bench(1e-3, share=0.1)
    prepared = []

    def prepare():
        prepared.append(1)
        bench.clock.spend(5e-3)

    bench.meter.prepare = prepare
    taken = bench.take()
    assert all(pytest.approx(1e-3) == value for value in taken.time)
    assert bench.calls == len(prepared)


@given(
    seconds=st.floats(1e-8, 2.0),
    share=st.floats(1e-3, 2.0),
    cold=st.floats(0, 1.0),
    per_call=st.booleans(),
    grouped=st.booleans(),
)
@settings(deadline=None, derandomize=True, max_examples=60)
def test_every_plan_ends_with_values_near_the_truth(seconds, share, cold, per_call, grouped):
    clock = FakeClock()
    watch = clock.stopwatch()
    rules = Rules(share=share, per_call=per_call, grouped=grouped)
    steps = plan(rules, watch)
    from lapwing.measure.sampler import Reading

    first = True
    asked = 0
    try:
        ask = next(steps)
        while True:
            asked += 1
            took = seconds * ask.loops + (cold if first else 0.0)
            first = False
            clock.spend(took)
            wall = tuple(took / ask.loops for _ in range(min(ask.loops, 5_000))) if ask.each else (took,)
            ask = steps.send(Reading(wall=wall, cpu=took))
    except StopIteration as done:
        taken = done.value
    assert len(taken.time) <= CALLS_KEPT
    assert pytest.approx(seconds, rel=1e-6) == min(taken.time) or taken.single
    most = 2 * cold + 6 * max(seconds, share)
    assert taken.spent <= most


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=300), st.integers(2, 50))
@settings(deadline=None, derandomize=True)
def test_grouping_keeps_the_mean_and_spacing_the_extremes(values, most):
    means, size = grouped(values, most)
    assert len(means) <= most
    assert size * len(means) <= len(values)
    assert min(values) * (1 - 1e-9) <= min(means) <= max(means) <= max(values) * (1 + 1e-9)
    kept = spaced(values, most)
    assert len(kept) == min(most, len(values))
    assert (min(kept), max(kept)) == (min(values), max(values))


def test_waiting_for_a_processor_is_taken_off_what_is_timed_together():
    assert Reading(wall=(2.0,), cpu=1.5, waited=1.0) == reading_of(3.0, 1.5, 1.0)


def test_a_value_is_never_below_what_was_computed():
    assert (1.5,) == reading_of(2.0, 1.5, 1.0).wall


def test_what_several_threads_compute_does_not_lengthen_a_value():
    assert (2.0,) == reading_of(2.0, 3.0, 1.0).wall


def test_single_calls_keep_their_waiting_since_nobody_knows_whose_it_is():
    assert Reading(wall=(1.0, 2.0), cpu=2.0, waited=1.0) == reading_of([1.0, 2.0], 2.0, 1.0)


@pytest.mark.parametrize(("waited", "slugs"), [(0.1, []), (0.11, ["contended"])])
def test_much_waiting_is_a_doubt(waited, slugs):
    assert slugs == [doubt.slug for doubt in contended(waited, 1.0)]


def test_the_doubt_of_single_calls_says_that_it_is_in_them():
    assert "it is in some of the single calls" in contended(0.5, 1.0, each=True)[0].message


def test_a_contended_process_measures_what_a_quiet_one_does():
    quiet, busy = FakeClock(), FakeClock()
    waited = [0.0]

    def taken_on(clock, wait):
        watch = replace(clock.stopwatch(), waiting=lambda: waited[0])

        def make(ask):
            clock.spend(1e-3 * ask.loops)
            clock.spend(wait * ask.loops, computing=False)
            return reading_of((1e-3 + wait) * ask.loops, 1e-3 * ask.loops, wait * ask.loops)

        return follow(plan(Rules(share=0.2), watch), make)

    calm, contested = taken_on(quiet, 0.0), taken_on(busy, 1e-3)

    assert pytest.approx(min(calm.time)) == min(contested.time)
    assert ["contended"] == [doubt.slug for doubt in contested.warnings]
    assert () == calm.warnings
