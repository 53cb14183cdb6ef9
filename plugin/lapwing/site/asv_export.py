"""How are runs written as a results tree that asv reads, and that makes the same runs when it is imported again?

Each run is a result file of its own, with the values of all processes as asv's samples; asv itself averages several of
one commit. What asv's format has no place for is under the key ``lapwing``, which asv does not look at. asv is not
needed.
"""

from __future__ import annotations

import math
import re
from hashlib import blake2s
from typing import TYPE_CHECKING, Any

from lapwing.detect.centre import centre
from lapwing.site.asv_tree import Placed, machine_names, write_benchmarks, write_machine, write_result
from lapwing.site.names import arrange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from lapwing.model import Declared, Machine, MetricId, Run, Sample
    from lapwing.site.names import Shown
    from lapwing.units import Unit

KEY = "lapwing"
CHANGED = "run of a changed work tree"


def write_runs(
    runs: Callable[[], Iterator[Run]],
    folder: Path,
    left_out: Callable[[str], None],
    *,
    words: Callable[[Run], dict[str, Any]],
) -> None:
    """Write the runs below ``folder``; ``runs`` begins them anew, ``words`` are what Lapwing adds of a run.

    The names of the benchmarks depend on all that there are, so the runs are read twice.
    """
    metrics: dict[tuple[MetricId, Unit], None] = {}
    declared: dict[str, Declared] = {}
    machines: dict[str, Machine] = {}
    for run in _clean(runs()):
        metrics.update(dict.fromkeys((sample.metric, sample.unit) for sample in run.samples))
        # The newest declaration of each benchmark, as the site shows it.
        declared.update((one.benchmark, one) for one in run.declared)
        machines[run.machine.id] = run.machine
    shown = arrange(metrics, declared)
    names = machine_names(machines.values())
    write_benchmarks(folder, shown, declared)
    for machine, name in names.items():
        write_machine(folder, machines[machine], name)
    for run in _clean(runs(), left_out):
        results, grouping = _rows(shown, run)
        write_result(
            folder,
            names[run.machine.id],
            Placed(sha=_file_safe(run.commit.sha), date=_date(run)),
            results,
            suffix=blake2s(run.id.encode(), digest_size=8).hexdigest(),
            more={"commit_hash": run.commit.sha, KEY: {**words(run), "samples": grouping}},
        )


def _clean(runs: Iterable[Run], left_out: Callable[[str], None] | None = None) -> Iterator[Run]:
    """Leave out the runs of changed work trees: asv shows commits, and none holds what they measured."""
    for run in runs:
        if not run.commit.dirty:
            yield run
        elif left_out is not None:
            left_out(CHANGED)


def _rows(shown: Sequence[Shown], run: Run) -> tuple[dict[str, list[object]], dict[str, list[object]]]:
    """Return the rows of a run, and for each sample in them how its values are grouped: by process, screened, loops."""
    samples = {(sample.metric, sample.unit): sample for sample in run.samples}
    failed = {failure.benchmark for failure in run.failures}
    rows: dict[str, list[object]] = {}
    grouping: dict[str, list[object]] = {}
    for one in shown:
        found = [samples.get((metric, one.unit)) if metric is not None else None for metric in one.cells]
        broken = [metric is not None and metric.benchmark in failed for metric in one.cells]
        if not any(found) and not any(broken):
            continue
        results = [_result(*cell) for cell in zip(found, broken, strict=True)]
        values = [_values(sample) for sample in found]
        rows[one.name] = [results, [list(axis) for axis in one.params], None, values]
        if any(found):
            grouping[one.name] = [_grouping(sample) for sample in found]
    return rows, grouping


def _result(sample: Sample | None, broken: bool) -> float | None:  # noqa: FBT001 - a cell
    """Return a cell as asv has it: null is a failure, NaN what was not run."""
    if sample is not None:
        return float(centre(sample))
    return None if broken else math.nan


def _values(sample: Sample | None) -> list[float] | None:
    return None if sample is None else [float(value) for process in sample.values for value in process]


def _grouping(sample: Sample | None) -> list[object] | None:
    return None if sample is None else [[len(process) for process in sample.values], sample.screened, sample.loops]


def _date(run: Run) -> float:
    """Return the commit's date as asv can show it: its calendar ends with the year 9999, and an import may hold any."""
    date = run.started_at if run.commit.date is None else run.commit.date
    return min(2.0**37, max(0.0, date))


def _file_safe(sha: str) -> str:
    return re.sub(r"[^0-9A-Za-z.]", "_", sha)
