"""A worker process that never begins: whoever waits for it learns of it, and nothing of it stays open."""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace

import pytest

from lapwing.measure.process import Launch, WorkerLost, WorkerProcess

# No pipe holds that much: writing it ends with the process that does not read it, however slow the machine is.
TOO_MUCH_TO_SAY = "x" * 2**22


@pytest.fixture
def logs(monkeypatch):
    """Every log that a worker was given."""
    made, make = [], tempfile.TemporaryFile

    def remembered():
        made.append(make())
        return made[-1]

    monkeypatch.setattr("lapwing.measure.process.tempfile.TemporaryFile", remembered)
    return made


def launched(**kwargs):
    launch = Launch(arguments=(TOO_MUCH_TO_SAY,), path=(), argv=(), environ=(), **kwargs)
    return WorkerProcess(launch, None, time.perf_counter)


def test_one_that_ended_before_it_was_told_what_to_do_is_lost_and_leaves_nothing_open(tmp_path, logs):
    worker = launched(cwd=str(tmp_path), prefix=(sys.executable, "-c", "import sys; sys.exit('no such luck')"))
    with pytest.raises(WorkerLost, match=r"^ended with exit code 1$"):
        worker.answer(seconds=60.0)
    assert "no such luck" == worker.tail()
    worker.end()
    assert [True] == [log.closed for log in logs]
    assert [True, True] == [worker._process.stdin.closed, worker._process.stdout.closed]


def test_one_that_cannot_be_started_leaves_nothing_open(tmp_path, logs):
    with pytest.raises(FileNotFoundError):
        launched(cwd=str(tmp_path), python=str(tmp_path / "no-such-python"))
    assert [True] == [log.closed for log in logs]


def test_a_session_of_a_side_keeps_what_it_compiles_where_this_process_may_not(monkeypatch):
    monkeypatch.setattr("subprocess._args_from_interpreter_flags", lambda: ["-B", "-O"])
    launch = Launch(arguments=(), path=(), argv=(), cwd=".", environ=(), python="python", prefix=("valgrind",))
    assert ["valgrind", "python", "-B", "-O"] == launch.command()[:-1]
    assert ["valgrind", "python", "-O"] == replace(launch, caches=True).command()[:-1]
