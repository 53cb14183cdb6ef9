"""How is a history written for pytest-benchmark? A file for each run, in the layout of its storage.

``pytest-benchmark --storage=DEST compare`` and ``pytest --benchmark-storage=DEST --benchmark-compare`` read it. It
holds times alone. Its statistics are over all values that are judged, of all processes.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from lapwing.detect.centre import quantile
from lapwing.history.exporters.run_documents import file_name
from lapwing.history.own_words import KEY, words
from lapwing.units import SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from lapwing.model import Declared, Run, Sample

_LATEST: Final = 2.5e11  # seconds; the year 9892, since Python's calendar ends with 9999


def write(runs: Iterable[Run], folder: Path, left_out: Callable[[str], None]) -> None:
    """Write the runs below ``folder``; what they cannot say is left out."""
    number = 0
    for run in runs:
        times = [one for one in run.samples if one.metric.name == "time" and one.unit == SECONDS]
        for _ in range(len(run.samples) - len(times)):
            left_out("sample of another metric than time")
        if not times:
            left_out("run without a time")
            continue
        number += 1
        place = folder / file_name(run.machine.id)
        place.mkdir(exist_ok=True)
        commit = re.sub(r"[^0-9A-Za-z]+", "-", run.commit.sha)[:40]
        (place / f"{number:04d}_{commit}_{file_name(run.id)}.json").write_text(
            json.dumps(_document(run, times)), encoding="utf-8", newline="\n"
        )


def _document(run: Run, times: list[Sample]) -> dict[str, Any]:
    declared = {one.benchmark: one for one in run.declared}
    # The id of the whole is the whole's.
    own = words(run if len(times) == len(run.samples) else replace(run, id=f"{run.id}-times"))
    began = datetime.fromtimestamp(min(_LATEST, max(0.0, run.started_at)), tz=timezone.utc)
    return {
        "machine_info": _machine_info(run),
        "commit_info": {
            "id": run.commit.sha,
            "time": _iso(run.commit.date),
            "author_time": _iso(run.commit.date),
            "dirty": run.commit.dirty,
            "project": "",
            "branch": run.commit.branch or "(unknown)",
        },
        "benchmarks": [_benchmark(one, declared.get(one.metric.benchmark)) for one in times],
        "datetime": began.isoformat(),
        "version": "5.1.0",
        KEY: own,
    }


def _iso(date: float | None) -> str | None:
    if date is None:
        return None
    return datetime.fromtimestamp(min(_LATEST, max(0.0, date)), tz=timezone.utc).isoformat()


def _machine_info(run: Run) -> dict[str, Any]:
    machine = run.machine
    system, _, release = machine.os.partition(" ")
    implementation, _, version = machine.interpreter.partition(" ")
    return {
        "node": "",
        "processor": machine.cpu,
        "machine": machine.arch,
        "python_compiler": "",
        "python_implementation": implementation,
        "python_implementation_version": version,
        "python_version": version,
        "python_build": ["", ""],
        "release": release,
        "system": system,
        "cpu": {"brand_raw": machine.cpu or machine.label, "count": machine.cpu_count, "arch": machine.arch},
    }


def _benchmark(sample: Sample, declared: Declared | None) -> dict[str, Any]:
    name = sample.metric.benchmark
    params = dict(declared.params) if declared else {}
    short = name.rpartition("::")[2] or name
    return {
        "group": None,
        "name": short,
        "fullname": name,
        "params": params or None,
        "param": short.partition("[")[2].removesuffix("]") or None,
        "extra_info": {"processes": [len(process) for process in sample.values], "screened": sample.screened},
        "options": {
            "disable_gc": False,
            "timer": "perf_counter",
            "min_rounds": 1,
            "max_time": 0,
            "min_time": 0,
            "warmup": False,
        },
        "stats": _stats(sample),
    }


def _stats(sample: Sample) -> dict[str, Any]:
    judged = sorted(float(value) for process in sample.values[sample.screened :] for value in process)
    mean = statistics.fmean(judged)
    stddev = _spread(judged)
    # The quartiles of pytest-benchmark: the medians of the halves, or between them for an odd number of values.
    share = (len(judged) - 2) / (4 * (len(judged) - 1)) if len(judged) > 1 else 0.5
    first, median, third = (quantile(judged, one) for one in (share, 0.5, 1 - share))
    low, high = first - 1.5 * (third - first), third + 1.5 * (third - first)
    iqr_outliers = sum(not low <= value <= high for value in judged)
    stddev_outliers = sum(not mean - stddev <= value <= mean + stddev for value in judged)
    return {
        "min": judged[0],
        "max": judged[-1],
        "mean": mean,
        "stddev": stddev,
        "rounds": len(judged),
        "median": median,
        "iqr": third - first,
        "q1": first,
        "q3": third,
        "iqr_outliers": iqr_outliers,
        "stddev_outliers": stddev_outliers,
        "outliers": f"{stddev_outliers};{iqr_outliers}",
        "ld15iqr": next((value for value in judged if value >= low), judged[0]),
        "hd15iqr": next((value for value in reversed(judged) if value <= high), judged[-1]),
        "ops": 1 / mean if mean else 0.0,
        "total": sum(judged),
        "data": [float(value) for process in sample.values for value in process],
        "iterations": sample.loops,
    }


def _spread(values: Sequence[float]) -> float:
    """Return the standard deviation of a sample, 0 of one value; of the largest numbers the largest there is.

    Of shares of the largest: squares of numbers beyond 1e154 are none any more, and Python 3.10 raises at them.
    """
    most = max(map(abs, values))
    if len(values) == 1 or not most:
        return 0.0
    return min(float(statistics.stdev([value / most for value in values])) * most, sys.float_info.max)
