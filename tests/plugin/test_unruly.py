"""What becomes of benchmarks that print without end, fork, exit, or change where Python looks for modules."""

from __future__ import annotations

import sys

import pytest

SUITE = """
import os, signal, sys
import pytest
from lapwing import perf

@perf
def test_chatty(): print("x" * 5000)
@perf
def test_chatty_and_fails():
    print("y" * 5000)
    calls.append(1)
    assert len(calls) < 300
calls = []
@perf
def test_huge_error(): raise ValueError("z" * 3_000_000)
@perf
def test_leaks_path(): sys.path.insert(0, "/nowhere")
@perf
def test_path_is_clean(): assert "/nowhere" not in sys.path
@perf
def test_pytest_exit(): pytest.exit("enough of this")
@perf
def test_interrupts(): raise KeyboardInterrupt
@perf
def test_hard_exit():
    os.write(2, b"said at the end")
    os._exit(7)
@perf
def test_after_all(): sum(range(50))
"""


@pytest.fixture(scope="module")
def measured(shared_project):
    shared_project.write("test_unruly.py", SUITE)
    return shared_project.perf()


def test_what_is_printed_without_end_is_measured_and_not_shown(measured):
    assert 2 == len(measured.samples["test_chatty", "time"])
    assert 1 == measured.code


def test_a_failure_cut_short_still_says_what_was_raised_and_where(measured):
    assert measured.failures["test_huge_error"][1].startswith("ValueError: zzz")
    assert "test_unruly.py:15)" in measured.failures["test_huge_error"][1]


@pytest.mark.parametrize("letter", ["y", "z"])
def test_what_a_failure_shows_is_bounded_and_says_so(measured, letter):
    assert 10 < measured.out.count(letter) < 50_000
    assert "characters left out" in measured.out


def test_a_changed_path_of_modules_is_a_leak_and_is_put_back(measured):
    assert "leaks-path" in measured.doubts["test_leaks_path", "time"]
    assert "test_path_is_clean" not in measured.failures


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("test_pytest_exit", "enough of this"),
        ("test_interrupts", "KeyboardInterrupt"),
        ("test_hard_exit", "exit code 7"),
    ],
)
def test_what_ends_its_process_is_told_without_the_sessions_noise(measured, name, words):
    kind, message = measured.failures[name]
    assert "crashed" == kind
    assert words in message
    assert "==" not in message
    assert "!!" not in message
    assert "--full-trace" not in message
    assert "test_unruly.py \n" not in message
    assert "test_chatty_and_fails" not in message


def test_the_next_one_is_measured(measured):
    assert 2 == len(measured.samples["test_after_all", "time"])


FORKS = """
import os, sys
from lapwing import perf

@perf
def test_child_comes_back(): os.fork()
@perf
def test_child_raises():
    if os.fork() == 0:
        sys.exit(3)
    os.wait()
def test_child_comes_back_from_a_part(perf): perf(os.fork)
def test_child_comes_back_from_a_block(perf):
    with perf:
        os.fork()
@perf
async def test_child_comes_back_awaited(): os.fork()
@perf
def test_child_ends():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
@perf
def test_after_all(): sum(range(50))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_a_child_that_comes_back_out_of_the_test_fails_it_and_nothing_else(project):
    project.write("test_forks.py", FORKS)
    result = project.perf("-W", "ignore::DeprecationWarning")
    failed = {name for name, (_, message) in result.failures.items() if "[forked]" in message}
    assert set(result.failures) == failed
    assert {
        "test_child_comes_back",
        "test_child_raises",
        "test_child_comes_back_from_a_part",
        "test_child_comes_back_from_a_block",
        "test_child_comes_back_awaited",
    } == failed
    assert {2} == {len(values) for values in result.samples.values()}
    assert {"test_child_ends", "test_after_all"} == {name for name, _ in result.samples}
