"""How long do appending and reading take, and how much memory? ``python benchmarks/history/stores.py [STORE...]``.

A run of 1,000 benchmarks, ``time`` and ``cpu_time``, 5 processes of 20 values each, is appended to a store that has
some; and a history of 1,000 benchmarks × 1,000 runs is filled, and read in a fresh process. What is read is compared,
value by value, with what was appended: exits 1 where anything is wrong. Seconds are the best of several, with the
processor's own in brackets, since a busy machine tells more of others than of this.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

from places import PLACES
from thousand import MACHINE, benchmarks, make_run

from lapwing.detect.centre import centre_and_error
from lapwing.history import open_store

BATCH = 50


def timed(work, times):
    """Return the last result, and the best seconds on the clock and of this process."""
    best = (math.inf, math.inf)
    for _ in range(times):
        result = None  # what was read before is no part of the memory of reading
        clock, own = perf_counter(), process_time()
        result = work()
        best = min(best, (perf_counter() - clock, process_time() - own))
    return result, best


def said(best):
    return f"{best[0]:.4f} s ({best[1]:.4f})"


def appends(tried):
    """Append large runs one by one and return the seconds of each."""
    store = open_store(tried.new(), tried.root)
    runs = [make_run(number, count=1_000, metrics=("time", "cpu_time"), values=20) for number in range(6)]
    store.append(runs[:1])
    numbers = iter(runs[1:])
    best = timed(lambda: store.append([next(numbers)]), 5)[1]
    whole = all(store.load(run.id) == run for run in (runs[0], runs[-1]))
    store.close()
    return best, whole


def fill(store, count, total):
    """Fill the store, and return what is expected of each run, and the seconds that appending took."""
    expected, took = {}, 0.0
    for start in range(0, total, BATCH):
        runs = [make_run(number, count=count) for number in range(start, min(start + BATCH, total))]
        expected.update({run.id: [centre_and_error(sample) for sample in run.samples] for run in runs})
        began = perf_counter()
        store.append(runs)
        took += perf_counter() - began
    return expected, took


def peak():
    """Return the most memory that this process ever had, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not ru_maxrss, which on Linux is at least that of the process that started this one.
        return int(status.read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) / 1_024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def read(place, root, count):
    """In a process of its own: read, and print what it took."""
    store = open_store(place, root)
    names, draw = benchmarks(count), random.Random(1)
    store.recorded(benchmarks=names[:1])
    _, one = timed(lambda: store.recorded(benchmarks=[draw.choice(names)]), 20)
    _, ten = timed(lambda: store.recorded(benchmarks=draw.sample(names, 10)), 5)
    tails, everything = timed(lambda: store.recorded(machine=MACHINE.id), 3)
    _, runs = timed(store.runs, 3)
    mib = peak()
    _, damaged = timed(store.damaged, 1)
    store.close()
    # Only now, since it is no part of reading.
    print(
        json.dumps(
            {
                "one": one,
                "ten": ten,
                "all": everything,
                "runs": runs,
                "damaged": damaged,
                "mib": mib,
                "values": {
                    one.metric.benchmark: list(zip(one.runs, one.values, one.errors, strict=True)) for one in tails
                },
            }
        )
    )


def is_right(store, expected, found, names):
    """Tell whether everything is there as it was appended, read in both ways."""
    places = {name: place for place, name in enumerate(names)}
    whole = all(
        [(run, *expected[run][place]) for run in expected] == [tuple(row) for row in found[name]]
        for name, place in places.items()
    )
    some = [names[0], names[len(names) // 2], names[-1]]
    series = {recorded.metric.benchmark: recorded for recorded in store.recorded(benchmarks=some)}
    return (
        whole
        and set(some) == set(series)
        and all(
            tuple(expected) == series[name].runs
            and tuple(expected[run][places[name]][0] for run in expected) == series[name].values
            for name in some
        )
        and store.damaged() == ()
        and len(store.runs()) == len(expected)
    )


def try_store(name, args):
    """Print what was seen of one store and return whether all of it was right."""
    with PLACES[name]() as tried:
        best, right = appends(tried)
        print(f"{name:12} append a run of 1,000 benchmarks, 200,000 values   {said(best)}", flush=True)
        place = tried.new()
        store = open_store(place, tried.root)
        expected, took = fill(store, args.benchmarks, args.runs)
        print(f"{name:12} append {args.runs} runs of {args.benchmarks}, {BATCH} at a time   {took:.1f} s", flush=True)
        words = [sys.executable, __file__, "--read", place, str(tried.root), str(args.benchmarks)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout)
        for key, what in (
            ("one", "read one series"),
            ("ten", "read ten series"),
            ("all", "read all series, for a verdict"),
            ("runs", "list the runs"),
            ("damaged", "look for damage"),
        ):
            print(f"{name:12} {what:50}   {said(found[key])}")
        print(f"{name:12} {'peak memory of the reader, without looking':50}   {found['mib']:.0f} MiB")
        size = sum(store.sizes().values())
        print(f"{name:12} {'documents and values of the runs':50}   {size / 2**20:.0f} MiB", flush=True)
        right = right and is_right(store, expected, found["values"], benchmarks(args.benchmarks))
        store.close()
    if not right:
        print(f"{name:12} WRONG: not everything is there as it was appended")
    return right


def main():
    """Try each store."""
    if sys.argv[1:2] == ["--read"]:
        read(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("stores", nargs="*", default=list(PLACES), metavar="STORE", help=", ".join(PLACES))
    parser.add_argument("--benchmarks", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=1_000)
    args = parser.parse_args()
    right = [try_store(name, args) for name in args.stores]
    return int(not all(right))


if __name__ == "__main__":
    sys.exit(main())
