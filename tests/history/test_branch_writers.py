"""Processes and machines pushing to one branch at once, and killed at any moment: what was acknowledged is there.

The full numbers, 16 processes with 20 runs each and 200 kills, are in ``benchmarks/history/survival_branch.py``.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from factories import make_run
from fakes.remote import BareRemote
from lapwing.history import open_store
from lapwing.history.branch import layout
from lapwing.history.branch.packing import pack_file

TESTS = Path(__file__).parents[1]

# Appends the runs FIRST .. LAST-1 one by one, and acknowledges each by a line.
WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from factories import make_run
from lapwing.history import open_store
store = open_store(sys.argv[2], Path(sys.argv[3]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[4]), int(sys.argv[5])):
    assert store.append([make_run(number)]) == 1
    print(f"run-{number:04d}", flush=True)
"""


@pytest.fixture
def remote(tmp_path):
    return BareRemote(tmp_path)


def start(remote, folder, first, last):
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(TESTS), remote.url, str(folder), str(first), str(last)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "ready" == process.stdout.readline().strip()
    return process


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


def runs_of(remote):
    """Return the ids of the runs in the branch, having found each file to be the bytes of its run."""
    found = []
    for path in remote.files():
        run_id = layout.id_of(path.encode())
        if run_id is not None:
            assert pack_file(make_run(int(run_id[4:]))) == remote.content(path)
            found.append(run_id)
    return sorted(found)


@pytest.mark.parametrize("together", [True, False], ids=["in one clone", "each in its own"])
def test_writers_at_once_lose_nothing_and_are_told_the_truth(tmp_path, remote, together):
    writers = [start(remote, tmp_path / ("one" if together else f"clone-{n}"), 100 * n, 100 * n + 3) for n in range(4)]
    for writer in writers:
        go(writer)
    acknowledged = [writer.communicate()[0].split() for writer in writers]
    assert [0, 0, 0, 0] == [writer.returncode for writer in writers]
    assert sorted(line for lines in acknowledged for line in lines) == runs_of(remote)
    assert 12 == len(runs_of(remote))
    (tmp_path / "reader").mkdir()
    reader = open_store(remote.url, tmp_path / "reader")
    assert runs_of(remote) == sorted(run.id for run in reader.runs())
    assert () == reader.damaged()


def test_writers_in_flight_survive_a_compaction(tmp_path, remote):
    writers = [start(remote, tmp_path / f"clone-{n}", 100 * n, 100 * n + 5) for n in range(2)]
    (tmp_path / "keeper").mkdir()
    keeper = open_store(remote.url, tmp_path / "keeper")
    keeper.append([make_run(999)])
    for writer in writers:
        go(writer)
    compacted = 0
    while any(writer.poll() is None for writer in writers):
        compacted += keeper.compact() is not None
        time.sleep(0.05)
    acknowledged = [line for writer in writers for line in writer.communicate()[0].split()]
    assert [0, 0] == [writer.returncode for writer in writers]
    assert sorted([*acknowledged, "run-0999"]) == runs_of(remote)
    assert 11 == len(runs_of(remote))
    assert compacted


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_writer_killed_at_any_moment_loses_no_run_that_it_acknowledged(tmp_path, remote):
    draw = random.Random(20261127)
    acknowledged = []
    for attempt in range(5):
        process = start(remote, tmp_path / "clone", 100 * attempt, 100 * attempt + 90)
        go(process)
        if attempt == 4:  # the last has its time, on however slow a machine
            acknowledged.append(process.stdout.readline().strip())
        # The gits that it started go on without it for a moment.
        killer = threading.Timer(draw.uniform(0.0, 0.8), lambda pid=process.pid: os.kill(pid, signal.SIGKILL))
        killer.start()
        said = process.communicate()[0]
        killer.join()
        assert -signal.SIGKILL == process.returncode
        # A line that the kill cut short acknowledges nothing.
        acknowledged += [line for line in said.split("\n")[:-1] if line]
        assert set(acknowledged) <= set(runs_of(remote))
    store = open_store(remote.url, tmp_path / "clone")
    assert set(acknowledged) <= {run.id for run in store.runs()}
    assert () == store.damaged()
    assert acknowledged
    assert 1 == store.append([make_run(9_999)])
