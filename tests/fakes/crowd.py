"""Processes that append to one store at once, each saying what was acknowledged; and what became of their runs.

They are forks of one process that has imported everything, so that two hundred of them can be killed in a minute.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from factories import make_run, make_sample
from lapwing.history import open_store
from lapwing.history.schema import encode

_NURSERY = """
import json, os, sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from fakes.crowd import append_all
from lapwing.errors import LapwingError
from lapwing.history import open_store
open_store(sys.argv[2], Path(sys.argv[3]))  # asks nothing of it, and loads whatever it needs
for line in sys.stdin:
    asked = json.loads(line)
    if "wait" in asked:
        print(os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1]), flush=True)
        continue
    child = os.fork()
    if not child:
        code = 1
        try:
            append_all(**asked)
            code = 0
        except LapwingError:
            code = 3
        finally:
            os._exit(code)
    print(child, flush=True)
"""

_LONGEST = 0.1
"""Seconds within which a process is killed; an append takes 0.005 to 0.05."""


def run_of(number):
    """Return run ``number``, of 20 benchmarks; the same whenever it is asked for."""
    return make_run(
        number, *(make_sample(f"t.py::test_{i}", (1.0 + i / 7, 1.5), (1.25 + number, 2.0)) for i in range(20))
    )


def append_all(*, place, root, first, last, acknowledged, go):  # noqa: PLR0913 - one message to a process
    """Append the runs ``first`` to ``last - 1`` one by one and write the number of each into ``acknowledged``."""
    store = open_store(place, Path(root))
    with Path(acknowledged).open("ab", buffering=0) as file:
        while not Path(go).exists():
            time.sleep(0.001)
        for number in range(first, last):
            assert store.append([run_of(number)]) == 1
            file.write(b"%d\n" % number)
    store.close()


class Nursery:
    """Makes processes that append to the store at ``place``; what they say is kept in ``folder``."""

    def __init__(self, place, root, folder):
        self._place, self._root, self._folder = place, str(root), Path(folder)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _NURSERY, str(Path(__file__).parents[1]), place, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )

    def _ask(self, **asked):
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def start(self, first, last, *, go):
        """Start a process that appends runs as soon as there is a file ``go``, and return its id."""
        said = str(self._folder / f"said-{first}")
        return self._ask(
            place=self._place, root=self._root, first=first, last=last, acknowledged=said, go=str(self._folder / go)
        )

    def go(self, name):
        (self._folder / name).touch()

    def has_said(self, first):
        """Tell whether the process that began with run ``first`` has had one acknowledged."""
        said = self._folder / f"said-{first}"
        return said.exists() and said.stat().st_size > 0

    def wait(self, pid):
        """Wait for a process and return its exit code: 3 for an error of ours, minus the signal that killed it."""
        return self._ask(wait=pid)

    def acknowledged(self):
        """Return the numbers of all runs that were acknowledged; a line that a kill cut short acknowledges nothing."""
        return {int(line) for file in self._folder.glob("said-*") for line in file.read_bytes().split(b"\n")[:-1]}

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@contextmanager
def nursery(place, root, folder):
    made = Nursery(place, root, folder)
    try:
        yield made
    finally:
        made.close()


def append_at_once(processes, runs, *, place, root, folder):
    """Let ``processes`` append ``runs`` each, all at once, to what is no store yet; return what they acknowledged."""
    with nursery(place, root, folder) as made:
        children = [made.start(1_000 * n, 1_000 * n + runs, go="go") for n in range(processes)]
        made.go("go")
        assert [0] * processes == [made.wait(child) for child in children]
        acknowledged = made.acknowledged()
    assert processes * runs == len(acknowledged)
    assert acknowledged == kept_whole(place, root)
    return acknowledged


def kill_again_and_again(times, *, draw, place, root, folder, look_every=1):  # noqa: PLR0913 - what is tried, and where
    """Kill a process that appends at a random moment, ``times`` times; the first while it makes the store.

    Returns what was acknowledged, and what was not and is there whole.
    """
    with nursery(place, root, folder) as made:
        made.go("go")
        for attempt in range(times):
            child = made.start(1_000 * attempt, 1_000 * attempt + 999, go="go")
            # Every other one is killed from its very beginning on, the others while they append; on a busy machine too.
            while attempt % 2 and not made.has_said(1_000 * attempt):
                time.sleep(0.001)
            time.sleep(draw.uniform(0.0, _LONGEST))
            os.kill(child, signal.SIGKILL)
            assert -signal.SIGKILL == made.wait(child)
            if attempt % look_every == 0 or attempt == times - 1:
                kept = kept_whole(place, root)
                assert made.acknowledged() <= kept
        acknowledged = made.acknowledged()
    store = open_store(place, root)
    assert 1 == store.append([run_of(999_999)])
    store.close()
    return acknowledged, kept - acknowledged


def kept_whole(place, root):
    """Return the numbers of the runs in the store, having shown that each is byte for byte what was appended."""
    store = open_store(place, root)
    kept = [run.id for run in store.runs()]
    numbers = [int(run_id.removeprefix("run-")) for run_id in kept]
    assert () == store.damaged()
    assert all(
        encode(run_of(number)) == encode(store.load(run_id)) for number, run_id in zip(numbers, kept, strict=True)
    )
    assert [len(kept)] * 20 == [len(recorded.values) for recorded in store.recorded()] or not kept
    assert all(tuple(kept) == recorded.runs for recorded in store.recorded(benchmarks=["t.py::test_3"]))
    store.close()
    return set(numbers)
