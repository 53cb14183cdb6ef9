"""Counting in events and in instructions, as far as it goes without valgrind; and looking in a fork."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import psutil
import pytest

from lapwing.measure.alone import alone, can_fork
from lapwing.measure.callgrind import Counter, total
from lapwing.measure.client_request import RUNNING_ON_VALGRIND, Client, machine_code
from lapwing.measure.events import count_events

linux = pytest.mark.skipif(sys.platform != "linux", reason="forks")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is of Python 3.12")
def test_twice_the_work_is_twice_the_events():
    def work(times):
        return lambda: [abs(n) for n in range(times)]

    assert pytest.approx(2.0, rel=0.1) == count_events(work(2000)) / count_events(work(1000))


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is of Python 3.12")
def test_a_call_that_differs_every_time_has_no_count():
    sizes = iter(range(10, 1000, 10))
    assert None is count_events(lambda: [abs(n) for n in range(next(sizes))])


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="there is sys.monitoring")
def test_there_are_no_events_before_python_3_12():
    assert None is count_events(list)


@pytest.mark.skipif(machine_code() is None, reason="no client requests on this machine")
def test_a_request_is_answered_by_nobody_outside_of_valgrind():
    assert 0 == Client().ask(RUNNING_ON_VALGRIND)


def test_nothing_is_counted_outside_of_valgrind(tmp_path):
    with pytest.raises(OSError, match="does not run under valgrind"):
        Counter(tmp_path)


def test_the_total_of_a_dump_is_in_its_totals_line():
    assert 1234 == total("version: 1\nsummary: 0\n\nfn=(1)\n1 5\ntotals: 1234\n")


def test_a_dump_without_a_total_is_an_error():
    with pytest.raises(OSError, match="no total"):
        total("version: 1\nsummary: 7\n")


@linux
def test_what_a_fork_says_comes_back_and_what_it_does_stays_there():
    here = []
    assert {"x": [1, "é"]} == alone(lambda: here.append(1) or {"x": [1, "é"]}, seconds=300.0)
    assert [] == here


@linux
def test_much_comes_back_whole():
    assert "x" * 1_000_000 == alone(lambda: "x" * 1_000_000, seconds=300.0)


@linux
@pytest.mark.parametrize(
    "work",
    [
        lambda: os.kill(os.getpid(), signal.SIGKILL),
        lambda: os._exit(3),
        lambda: time.sleep(60),
        object,
    ],
    ids=["killed", "ended", "hangs", "no plain data"],
)
def test_nothing_comes_back_of_what_does_not_end_well(work):
    assert None is alone(work, seconds=0.2)


@linux
def test_no_child_is_left():
    before = set(psutil.Process().children())
    alone(lambda: time.sleep(60), seconds=0.0)
    assert before == set(psutil.Process().children())


@linux
def test_a_second_thread_keeps_from_forking():
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert not can_fork()
    finally:
        done.set()
        thread.join()
