"""Which rows does a run make in CSV, JSONL and Parquet? One for each sample, and one for each benchmark without any.

Values are in base units. ``value`` is the number that stands for the sample (:mod:`lapwing.detect.centre`), which is
what histories are drawn and judged from; ``values`` are all of it, by process, where the format can hold lists.
A benchmark that failed has a row without a value that says how; one that is missing has a row that says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.detect.centre import centre

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lapwing.model import Declared, Failure, Run, Sample

RUN_FIELDS: Final = (
    "run",
    "commit",
    "date",
    "branch",
    "subject",
    "dirty",
    "machine",
    "cpu",
    "cpu_count",
    "os",
    "arch",
    "interpreter",
    "label",
    "started_at",
    "complete",
    "source",
    "tool",
)
"""What all rows of a run have in common."""

FIELDS: Final = (
    *RUN_FIELDS,
    "benchmark",
    "node_id",
    "params",
    "fingerprint",
    "metric",
    "unit",
    "better",
    "noise",
    "loops",
    "screened",
    "value",
    "values",
    "failure",
    "message",
)
"""Every field, in the order of the columns."""


def rows(run: Run) -> Iterator[dict[str, Any]]:
    """Yield the rows of a run, each with all of :data:`FIELDS`; None where there is nothing to say."""
    head = _head(run)
    known = {declared.benchmark: declared for declared in run.declared}
    failures = {failure.benchmark: failure for failure in run.failures}
    for sample in run.samples:
        yield {**head, **_benchmark(sample.metric.benchmark, known), **_sample(sample), **_failure(None)}
    told = {sample.metric.benchmark for sample in run.samples}
    for benchmark in dict.fromkeys((*known, *failures)):
        # A failure beside samples is rare (a metric that could not be recorded), and is told as well.
        if benchmark not in told or benchmark in failures:
            yield {**head, **_benchmark(benchmark, known), **_NO_SAMPLE, **_failure(failures.get(benchmark))}


def _head(run: Run) -> dict[str, Any]:
    commit, machine = run.commit, run.machine
    said = (
        run.id,
        commit.sha,
        None if commit.date is None else float(commit.date),
        commit.branch,
        commit.subject,
        commit.dirty,
        machine.title,
        machine.cpu,
        machine.cpu_count,
        machine.os,
        machine.arch,
        machine.interpreter,
        machine.label,
        float(run.started_at),
        run.complete,
        run.source,
        run.tool,
    )
    return dict(zip(RUN_FIELDS, said, strict=True))


def _benchmark(benchmark: str, known: dict[str, Declared]) -> dict[str, Any]:
    declared = known.get(benchmark)
    return {
        "benchmark": benchmark,
        "node_id": declared.node_id if declared else None,
        "params": dict(declared.params) if declared else None,
        "fingerprint": declared.fingerprint if declared else None,
    }


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "metric": sample.metric.name,
        "unit": sample.unit.symbol,
        "better": sample.unit.better,
        "noise": sample.unit.noise,
        "loops": sample.loops,
        "screened": sample.screened,
        "value": float(centre(sample)),
        "values": [[float(value) for value in process] for process in sample.values],
    }


_NO_SAMPLE: Final[dict[str, None]] = dict.fromkeys(
    ("metric", "unit", "better", "noise", "loops", "screened", "value", "values")
)


def _failure(failure: Failure | None) -> dict[str, Any]:
    return {
        "failure": failure.kind if failure else None,
        "message": failure.message if failure else None,
    }
