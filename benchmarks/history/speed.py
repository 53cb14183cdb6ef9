"""How long do appending a run and reading a whole history take? ``python benchmarks/history/speed.py [RUNS]``.

1,000 benchmarks, ``time`` and ``cpu_time``, 5 processes of 20 values each; 200 runs unless said otherwise.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from lapwing.history import open_store
from lapwing.history.record import pack, points
from lapwing.history.schema import encode
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS

BENCHMARKS = 1000
METRICS = ("time", "cpu_time")
MACHINE = Machine(cpu="Test CPU", cpu_count=2, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")


def make_run(number: int) -> Run:
    """Make a run with values of full precision, which is what real clocks give."""
    draw = random.Random(number)
    names = [f"tests/test_speed.py::test_{index}[{index}]" for index in range(BENCHMARKS)]
    samples = tuple(
        Sample(
            metric=MetricId(benchmark=name, name=metric),
            unit=SECONDS,
            values=tuple(tuple(1e-3 * (1 + 0.1 * draw.random()) for _ in range(20)) for _ in range(5)),
        )
        for name in names
        for metric in METRICS
    )
    return Run(
        id=f"run-{number:05d}",
        commit=Commit(sha=f"{number:040x}", date=1.7e9 + number),
        machine=MACHINE,
        started_at=1.7e9 + number,
        declared=tuple(Declared(benchmark=name, node_id=name, fingerprint="abc123") for name in names),
        samples=samples,
    )


def timed(work):
    """Return what ``work`` gives and the seconds it took."""
    begin = perf_counter()
    result = work()
    return result, perf_counter() - begin


def main(runs: int) -> None:
    """Fill a store, then print the medians."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store("history.db", Path(folder))
        appends = []
        for number in range(runs):
            run = make_run(number)
            appends.append(timed(lambda run=run: store.append([run]))[1])
        print(f"append one run:  median {statistics.median(appends):.3f} s, worst {max(appends):.3f} s")
        for what, work in (
            ("encode", lambda: encode(run)),
            ("encode, pack and digest", lambda: pack(run)),
            ("points", lambda: points(run)),
            ("runs()", store.runs),
            ("recorded()", store.recorded),
            ("recorded(machine)", lambda: store.recorded(machine=MACHINE.id)),
            ("recorded(time)", lambda: store.recorded(metrics=("time",))),
            ("load(one)", lambda: store.load(run.id)),
            ("damaged()", store.damaged),
        ):
            print(f"{what}: {statistics.median(timed(work)[1] for _ in range(3)):.3f} s")
        size = (Path(folder) / "history.db").stat().st_size
        values = sum(len(recorded.values) for recorded in store.recorded())
        print(f"{runs} runs, {values} points, {size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
