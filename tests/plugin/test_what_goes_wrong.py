"""What fails is said, and what it leaves behind does not reach the next benchmark."""

from __future__ import annotations

import sys

import pytest

SUITE = """
import gc, os, signal, subprocess, sys, threading, time
import pytest
from lapwing import perf

@perf
def test_raises():
    print("printed before"); assert 1 == 2
@perf
def test_skips(): pytest.skip("no such thing here")
@perf
@pytest.mark.xfail(reason="known")
def test_xfails(): raise ValueError
@pytest.fixture
def broken(): raise RuntimeError("in setup")
@perf
def test_setup_fails(broken): pass
@pytest.fixture
def breaks_later():
    yield
    raise RuntimeError("in teardown")
@perf
def test_teardown_fails(breaks_later): pass
@perf(timeout=0.3)
def test_hangs(): time.sleep(60)
@perf
def test_segfaults():
    import ctypes; ctypes.string_at(0)
@perf
def test_exits(): os._exit(7)
def test_uses_nothing(perf): pass
def test_nan(perf): perf.record("x", float("nan"))
def test_twice(perf): perf(int); perf(int)
@perf(setup=lambda: None)
def test_too_fast(): pass
@perf
def test_leaks_thread():
    if threading.active_count() < 4:
        threading.Thread(target=time.sleep, args=(30,), name="left-over", daemon=True).start()
@perf
def test_leaks_process():
    if not started:
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"]))
started = []
@perf
def test_leaks_cwd(tmp_path): os.chdir(tmp_path)
@perf
def test_leaks_environ(monkeypatch):
    monkeypatch.setenv("FINE", "1"); os.environ["LEFT"] = "1"; os.environ.pop("TO_GO", None)
@perf
def test_leaks_gc(): gc.set_threshold(1, 2, 3)
@perf
def test_leaks_profiler(): sys.setprofile(lambda *a: None)
@perf
def test_after_all():
    assert os.getcwd() == start and "LEFT" not in os.environ and os.environ["TO_GO"] == "1"
    assert threading.active_count() == 1
    assert gc.get_threshold() == threshold and sys.getprofile() is None
start, threshold = os.getcwd(), gc.get_threshold()
"""


@pytest.fixture(scope="module")
def measured(shared_project):
    shared_project.write("test_wrong.py", SUITE)
    return shared_project.perf("-rs", "--junitxml=out.xml", environ={"TO_GO": "1"})


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("test_raises", "raised", "assert 1 == 2"),
        ("test_skips", "skipped", "no such thing here"),
        ("test_xfails", "skipped", "expected to fail: known"),
        ("test_setup_fails", "raised", "in setup"),
        ("test_teardown_fails", "raised", "in teardown"),
        ("test_hangs", "timed-out", "did not end within 0.3 s"),
        ("test_exits", "crashed", "exit code 7"),
        ("test_uses_nothing", "unmeasured", "measures nothing"),
        ("test_nan", "raised", "not-finite"),
        ("test_twice", "raised", "measured-twice"),
    ],
)
def test_what_fails_is_said(measured, name, kind, words):
    assert kind == measured.failures[name][0]
    assert words in measured.failures[name][1]
    assert (name, "time") not in measured.samples


@pytest.mark.skipif(sys.platform == "win32", reason="another exception there")
def test_a_crash_names_its_signal_and_place(measured):
    kind, message = measured.failures["test_segfaults"]
    assert "crashed" == kind
    assert "SIGSEGV" in message
    assert "in test_segfaults" in message
    assert "pluggy" not in message


def test_a_hang_is_shown_with_where_it_hung(measured):
    assert "in test_hangs" in measured.failures["test_hangs"][1]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("test_leaks_thread", "leaks-thread"),
        ("test_leaks_process", "leaks-process"),
        ("test_leaks_cwd", "leaks-cwd"),
        ("test_leaks_environ", "leaks-environ"),
        ("test_leaks_gc", "leaks-gc"),
        ("test_leaks_profiler", "leaks-trace"),
    ],
)
def test_a_leak_is_warned_of(measured, name, slug):
    # A busy machine may make an empty body's timing doubtful as well; that is another test's matter.
    assert slug in measured.doubts[name, "time"]


def test_nothing_of_it_reaches_the_next_benchmark(measured):
    assert "test_after_all" not in measured.failures
    assert not [slug for slug in measured.doubts["test_after_all", "time"] if slug.startswith("leaks-")]


def test_what_is_too_fast_is_warned_of_or_failed(measured):
    doubts = measured.doubts.get(("test_too_fast", "time"), [])
    assert "too-fast" in doubts or "timer-cost" in doubts or "unmeasured" == measured.failures["test_too_fast"][0]


def test_each_is_reported_as_a_test(measured, shared_project):
    assert 1 == measured.code
    assert "printed before" in measured.out
    assert "no such thing here" in measured.out
    xml = (shared_project.root / "out.xml").read_text(encoding="utf-8")
    assert 'skipped="2"' in xml
    assert "did not end within 0.3 s" in xml


def test_no_traceback_of_ours_is_shown(measured):
    assert "lapwing/measure" not in measured.out.replace("\\", "/")
