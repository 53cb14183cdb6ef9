"""Does a history branch lose nothing? ``python benchmarks/history/survival_branch.py [PROCESSES [RUNS [KILLS]]]``.

16 processes that push 20 runs each to one remote at once, each from a clone of its own and then all in one clone; then
200 writers killed at a random moment, while the gits that they started go on for a moment. It ends with 1 where
anything was lost.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter

from lapwing.history import open_store

TESTS = Path(__file__).parents[2] / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "history")]


def at_once(folder, processes, runs, *, together):
    """Return whether all that was acknowledged is there, and all was acknowledged."""
    from test_branch_writers import go, runs_of, start

    from fakes.remote import BareRemote

    remote = BareRemote(folder)
    writers = [
        start(remote, folder / ("one" if together else f"clone-{n}"), 100 * n, 100 * n + runs) for n in range(processes)
    ]
    begin = perf_counter()
    for writer in writers:
        go(writer)
    told = [writer.communicate()[0].split() for writer in writers]
    seconds = perf_counter() - begin
    there = runs_of(remote)
    codes = {writer.returncode for writer in writers}
    told_all = sorted(line for lines in told for line in lines)
    good = codes == {0} and told_all == there and len(there) == processes * runs
    reader = folder / "reader"
    reader.mkdir()
    store = open_store(remote.url, reader)
    good = good and sorted(run.id for run in store.runs()) == there and not store.damaged()
    where = "one clone" if together else "a clone each"
    print(
        f"{processes} processes, {runs} runs each, {where}: {len(told_all)} acknowledged, {len(there)} there and "
        f"byte-equal, exit codes {sorted(codes)}, {seconds:.0f} s: {'good' if good else 'LOST'}",
        flush=True,
    )
    return good


def killed(folder, kills):
    """Return whether every run that was acknowledged before a kill is there."""
    from test_branch_writers import go, runs_of, start

    from fakes.remote import BareRemote

    remote = BareRemote(folder)
    draw = random.Random(20261127)
    acknowledged, good = [], True
    for attempt in range(kills):
        process = start(remote, folder / "clone", 40 * attempt, 40 * attempt + 40)
        go(process)
        killer = threading.Timer(draw.uniform(0.0, 1.5), lambda pid=process.pid: os.kill(pid, signal.SIGKILL))
        killer.start()
        acknowledged += [line for line in process.communicate()[0].split("\n")[:-1] if line]
        killer.join()
        # What is there is read from git itself, and every tenth time through a store, which must open and find it.
        good = good and set(acknowledged) <= {Path(path).name[:8] for path in remote.files() if "runs/" in path}
        if attempt % 10 == 0 or attempt == kills - 1:
            store = open_store(remote.url, folder / "clone")
            good = good and set(acknowledged) <= {run.id for run in store.runs()} and not store.damaged()
    there = runs_of(remote)
    good = good and set(acknowledged) <= set(there)
    print(
        f"{kills} writers killed: {len(acknowledged)} runs acknowledged, all of them among the {len(there)} there, "
        f"byte-equal: {'good' if good else 'LOST'}",
        flush=True,
    )
    return good


def main(processes, runs, kills):
    """Show all of it."""
    good = True
    for together in (False, True):
        with tempfile.TemporaryDirectory(prefix="lapwing-") as folder:
            good &= at_once(Path(folder), processes, runs, together=together)
    with tempfile.TemporaryDirectory(prefix="lapwing-") as folder:
        good &= killed(Path(folder), kills)
    return int(not good)


if __name__ == "__main__":
    arguments = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(arguments + [16, 20, 200][len(arguments) :])))
