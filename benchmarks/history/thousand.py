"""What is a history of a thousand runs of a thousand benchmarks? Made run by run, the same on every machine."""

from __future__ import annotations

import random

from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS

MACHINE = Machine(cpu="Test CPU", cpu_count=2, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")


def benchmarks(count):
    """Return the ids of ``count`` benchmarks, as long as real ones are."""
    return [f"tests/test_speed.py::test_{index}[{index}]" for index in range(count)]


def make_run(number, *, count, metrics=("time",), processes=5, values=1):
    """Make run ``number`` of ``count`` benchmarks, with values of full precision, which is what real clocks give."""
    draw = random.Random(number).random
    names = benchmarks(count)
    return Run(
        id=f"run-{number:05d}",
        commit=Commit(sha=f"{number:040x}", date=1.7e9 + number, subject=f"Change {number}", branch="main"),
        machine=MACHINE,
        started_at=1.7e9 + number,
        declared=tuple(Declared(benchmark=name, node_id=name, fingerprint="abc123") for name in names),
        samples=tuple(
            Sample(
                metric=MetricId(benchmark=name, name=metric),
                unit=SECONDS,
                values=tuple(tuple(1e-3 * (1 + 0.1 * draw()) for _ in range(values)) for _ in range(processes)),
            )
            for name in names
            for metric in metrics
        ),
        tool="0.1.0",
    )
