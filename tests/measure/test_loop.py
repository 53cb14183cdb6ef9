from __future__ import annotations

import asyncio
import time

import pytest

from lapwing.measure.clock import SystemClock, system_stopwatch
from lapwing.measure.loop import Call, call_by_name, empty_cost, rounds


def run(call, times=3, *, each=False):
    watch = system_stopwatch()
    return call.loops(each=each)(rounds(times), watch.wall, watch.cpu, call.fn, *call.values)


def test_arguments_go_by_position_where_they_can():
    def fn(a, b, *, c):
        seen.append((a, b, c))

    seen = []
    call = call_by_name(fn, {"c": 3, "a": 1, "b": 2})
    assert ((1, 2), (("c", 3),)) == (call.args, call.named)
    run(call)
    assert [(1, 2, 3)] * 3 == seen


def test_an_argument_left_out_in_the_middle_puts_the_rest_by_name():
    def fn(a, b=5, c=6):
        seen.append((a, b, c))

    seen = []
    run(call_by_name(fn, {"a": 1, "c": 3}), 1)
    assert [(1, 5, 3)] == seen


@pytest.mark.parametrize("name", ["a b", "class", "ﬁ", "é", "__import__('os')", "", "fn", "loops", "wall"])
def test_no_name_of_an_argument_becomes_code(name):
    seen = []
    run(Call(lambda **named: seen.append(named), (), ((name, 1),)), 1)
    assert [{name: 1}] == seen


def test_a_callable_without_a_signature_is_called_by_name():
    assert (("object", 1),) == call_by_name(type, {"object": 1}).named or call_by_name(dict, {"object": 1}).named


def test_each_call_is_timed_alone_if_asked():
    took, _ = run(Call(time.sleep, (1e-4,)), 4, each=True)
    assert 4 == len(took)
    assert all(value >= 1e-4 for value in took)


def test_a_coroutine_is_awaited_in_the_loop_that_runs():
    calls = []

    async def fn(a, *, b):
        calls.append((a, b, asyncio.get_running_loop()))

    async def main():
        call = call_by_name(fn, {"a": 1, "b": 2})
        watch = system_stopwatch()
        await call.loops(awaited=True)(rounds(2), watch.wall, watch.cpu, call.fn, *call.values)
        return asyncio.get_running_loop()

    loop = asyncio.run(main())
    assert [(1, 2, loop)] * 2 == calls


def test_the_cost_of_the_clock_is_small_and_not_negative():
    wall, cpu = empty_cost(Call(int), system_stopwatch())
    assert 0 <= wall < 1e-4
    assert 0 <= cpu < 1e-2


def test_the_time_of_day_is_the_systems():
    assert SystemClock().now() <= time.time()
