"""The clock of waiting: read where the system counts, standing still where it does not."""

from __future__ import annotations

import sys

import pytest

from lapwing.measure.clock import system_stopwatch, waiting_clock


def test_the_second_number_is_nanoseconds_of_waiting(tmp_path):
    file = tmp_path / "schedstat"
    file.write_text("405108 3226633 5\n")

    assert pytest.approx(3.226633e-3) == waiting_clock(str(file))()


@pytest.mark.parametrize("content", ["", "1", "a b c"])
def test_a_file_that_does_not_count_is_a_clock_that_stands_still(tmp_path, content):
    file = tmp_path / "schedstat"
    file.write_text(content)

    assert 0.0 == waiting_clock(str(file))()


def test_no_file_is_a_clock_that_stands_still(tmp_path):
    assert 0.0 == waiting_clock(str(tmp_path / "none"))()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the waiting")
def test_this_process_is_counted_here():
    watch = system_stopwatch()
    first = watch.waiting()

    assert 0.0 <= first <= watch.waiting()
