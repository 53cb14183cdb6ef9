"""Readable makers of nouns for tests: say what matters, the rest is ordinary."""

from __future__ import annotations

from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS, Unit

MACHINE = Machine(cpu="Test CPU", cpu_count=2, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")


def make_sha(number: int) -> str:
    """Return the full hash of the test history's commit ``number``: readable, hexadecimal, unique."""
    return f"{number:04d}c0ffee".ljust(40, "0")


def make_sample(benchmark="test_a.py::test_a", *values, metric="time", unit: Unit = SECONDS, **more) -> Sample:
    """Make a sample: each of ``values`` is one process, a number or a tuple of numbers (default one of 1 ms)."""
    processes = tuple(v if isinstance(v, tuple) else (float(v),) for v in values or (1e-3,))
    return Sample(metric=MetricId(benchmark=benchmark, name=metric), unit=unit, values=processes, **more)


def make_declared(benchmark="test_a.py::test_a", **more) -> Declared:
    return Declared(**({"benchmark": benchmark, "node_id": benchmark} | more))


def make_run(number=1, *samples: Sample, run_id=None, **more) -> Run:
    """Make the run of commit ``number`` with ``samples`` (default one); it declares what its samples are of."""
    samples = samples or (make_sample(),)
    names = dict.fromkeys(sample.metric.benchmark for sample in samples)
    ordinary = {
        "id": run_id or f"run-{number:04d}",
        "commit": Commit(sha=make_sha(number), date=1_700_000_000.0 + number),
        "machine": MACHINE,
        "started_at": 1_700_000_100.0 + number,
        "declared": tuple(make_declared(name) for name in names),
        "samples": samples,
        "tool": "0.1.0",
    }
    return Run(**(ordinary | more))
