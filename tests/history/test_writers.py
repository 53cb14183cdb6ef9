"""Several processes writing one store at once, and a writer killed at any moment: what was acknowledged is there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from factories import make_run
from lapwing.history import open_store, sqlite

TESTS = Path(__file__).parents[1]

# Appends the runs FIRST .. LAST-1 one by one, and acknowledges each by a line.
WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from factories import make_run, make_sample
from lapwing.history import open_store
store = open_store("history.db", Path(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[3]), int(sys.argv[4])):
    samples = [make_sample(f"t.py::test_{i}", (1.0 + i, 1.5), (1.25, 2.0)) for i in range(20)]
    assert store.append([make_run(number, *samples)]) == 1
    print(f"run-{number:04d}", flush=True)
"""


def start(folder, first, last):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(TESTS), str(folder), str(first), str(last)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "ready" == process.stdout.readline().strip()
    return process


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_four_writers_at_once_lose_nothing(tmp_path):
    writers = [start(tmp_path, 100 * n, 100 * n + 10) for n in range(4)]
    for writer in writers:
        go(writer)
    acknowledged = [writer.communicate()[0].split() for writer in writers]
    assert [0, 0, 0, 0] == [writer.returncode for writer in writers]
    store = open_store("history.db", tmp_path)
    assert [10, 10, 10, 10] == [len(lines) for lines in acknowledged]
    assert sorted(line for lines in acknowledged for line in lines) == sorted(run.id for run in store.runs())
    assert [40] * 20 == [len(recorded.values) for recorded in store.recorded()]
    assert () == store.damaged()
    assert ["history.db"] == [file.name for file in tmp_path.iterdir()]


def test_a_store_made_by_another_process_in_the_meantime_is_not_replaced(tmp_path, monkeypatch):
    make = sqlite.create_tables

    def while_another_is_first(connection):
        monkeypatch.setattr(sqlite, "create_tables", make)
        assert 1 == open_store("history.db", tmp_path).append([make_run(1)])
        make(connection)

    monkeypatch.setattr(sqlite, "create_tables", while_another_is_first)
    assert 1 == open_store("history.db", tmp_path).append([make_run(2)])
    assert ["run-0001", "run-0002"] == [run.id for run in open_store("history.db", tmp_path).runs()]
    assert ["history.db"] == [file.name for file in tmp_path.iterdir()]


@pytest.mark.parametrize("refusal", [PermissionError, NotImplementedError])
def test_where_there_are_no_hard_links_the_store_is_made_too(tmp_path, monkeypatch, refusal):
    def link(*_):
        raise refusal

    monkeypatch.setattr(os, "link", link)
    assert 1 == open_store("history.db", tmp_path).append([make_run(1)])
    assert 1 == open_store("history.db", tmp_path).append([make_run(2)])
    assert ["history.db"] == [file.name for file in tmp_path.iterdir()]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_writer_killed_at_any_moment_loses_no_run_that_it_acknowledged(tmp_path):
    draw = random.Random(20261124)
    acknowledged = []
    for attempt in range(7):
        process = start(tmp_path, 1_000 * attempt, 1_000 * attempt + 900)
        # Attempts begin with the making of the store, so the first is killed at once or soon.
        killer = threading.Timer(draw.uniform(0.0, 0.12), lambda pid=process.pid: os.kill(pid, signal.SIGKILL))
        go(process)
        if attempt == 6:  # the last has its time, on however slow a machine
            acknowledged.append(process.stdout.readline().strip())
        killer.start()
        # A line that the kill cut short acknowledges nothing.
        said = process.communicate()[0]
        killer.join()
        assert -signal.SIGKILL == process.returncode
        acknowledged += [line for line in said.split("\n")[:-1] if line]
        store = open_store("history.db", tmp_path)
        kept = [run.id for run in store.runs()]
        assert set(acknowledged) <= set(kept)
        # Nothing half-written is visible: each run has its document and all its points.
        assert () == store.damaged()
        assert all(len(kept) == len(recorded.values) for recorded in store.recorded())
    assert acknowledged
    assert 1 == store.append([make_run(9_999)])
