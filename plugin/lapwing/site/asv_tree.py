"""How is the history written as a results tree that asv can publish?

asv's formats: ``benchmarks.json`` (api version 2), ``<machine>/machine.json`` (1), ``<machine>/<commit8>-<env>.json``
(2). Only finite numbers are written: asv's step detection never ends on an infinity. No intervals are written: asv uses
them as weights, and one width near zero cuts its detection of a clear step from 100 % to 27 %.

The site writes values alone, an export all there is of the runs too (:mod:`lapwing.site.asv_export`); both write here.
"""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.site.names import arrange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from lapwing.detect.series import Series
    from lapwing.model import Declared, Machine, MetricId
    from lapwing.site.names import Shown
    from lapwing.units import Unit

_ENVIRONMENT: Final = "lapwing"
COLUMNS: Final = ("result", "params", "version", "samples")
"""What a row of a result file has; columns at its end may be left out."""
_UNITS: Final = {"s": "seconds", "B": "bytes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A commit of the history as the published repository knows it: its hash there, and its date in seconds."""

    sha: str
    date: float


def write_tree(
    root: Path,
    *,
    series: Mapping[str, Sequence[Series]],
    machines: Mapping[str, Machine],
    declared: Mapping[str, Declared],
    places: Mapping[str, Placed],
) -> tuple[Shown, ...]:
    """Write ``series`` (by machine id) below ``root`` and return the benchmarks written.

    ``places`` has every commit of the series. A hole is NaN, as asv writes a combination that was not run.
    """
    metrics = {one.metric: one.unit for several in series.values() for one in several}
    shown = arrange(metrics.items(), declared)
    write_benchmarks(root, shown, declared)
    for machine, name in machine_names([machines[key] for key in series]).items():
        write_machine(root, machines[machine], name)
        for sha, values in _by_commit(series[machine]).items():
            place = places[sha]
            write_result(root, name, place, _results(shown, values), suffix=place.sha)
    return shown


def write_benchmarks(root: Path, shown: Sequence[Shown], declared: Mapping[str, Declared]) -> bytes:
    """Write ``benchmarks.json``, and return its bytes."""
    document: dict[str, object] = {one.name: benchmark_entry(one, declared) for one in shown}
    return _write(root / "benchmarks.json", {**document, "version": 2})


def write_machine(root: Path, machine: Machine, name: str) -> None:
    """Write the ``machine.json`` of the folder ``name``."""
    _write(root / name / "machine.json", machine_entry(machine, name))


def write_result(  # noqa: PLR0913 - what a result file is of
    root: Path,
    machine: str,
    place: Placed,
    results: Mapping[str, Sequence[object]],
    *,
    suffix: str,
    more: Mapping[str, object] | None = None,
) -> None:
    """Write a result file of the folder ``machine``; ``suffix`` tells it from others of its commit.

    ``results`` has the row of each benchmark: its results, its parameters, no version, and maybe its samples. ``more``
    are keys that asv does not look at.
    """
    _write(root / machine / result_name(place, suffix), {**_result(place, machine, results), **(more or {})})


def result_name(place: Placed, suffix: str) -> str:
    """Return the name of a commit's result file; asv looks for the first digits of the hash in it."""
    return f"{place.sha[:8].replace('-', '_')}-{_ENVIRONMENT}-{suffix}.json"


def machine_names(machines: Iterable[Machine]) -> dict[str, str]:
    """Return for each machine's id the name of its folder: what a person calls it, in characters that are safe."""
    names: dict[str, str] = {}
    for machine in machines:
        name = re.sub(r"[^A-Za-z0-9_.,\- ]+", "-", machine.title)[:80].strip(" .-") or machine.id
        taken = {other.casefold() for other in names.values()}
        # Twice, where one has another's id for a part of its name.
        while name.casefold() in taken:
            name = f"{name} {machine.id}"
        names[machine.id] = name
    return names


def benchmark_entry(shown: Shown, declared: Mapping[str, Declared]) -> dict[str, object]:
    """Return a benchmark's entry; ``code`` is put into a page as html, so it is escaped."""
    first = next(metric for metric in shown.cells if metric is not None)
    known = declared.get(first.benchmark)
    where = known.location if known is not None else ""
    was = [declared[cell.benchmark].was if cell and cell.benchmark in declared else () for cell in shown.cells]
    return {
        "name": shown.name,
        "type": "time" if shown.unit.symbol == "s" else "track",
        "unit": unit_name(shown.unit),
        "params": [list(values) for values in shown.params],
        "param_names": list(shown.param_names),
        "code": html.escape(f"{shown.title}\n{where}".strip()),
        "node_id": html.escape(shown.title),
        "ids": [html.escape(metric.benchmark) if metric is not None else None for metric in shown.cells],
        "metric": html.escape(first.name),
        # By these too an address in an old comment finds it.
        **({"was": [[html.escape(name) for name in names] for names in was]} if any(was) else {}),
        "higher_is_better": shown.unit.better == "higher",
        "symbol": html.escape(shown.unit.symbol),
        "noise": shown.unit.noise,
    }


def unit_name(unit: Unit) -> str:
    """Return what asv's pages call a unit; of what they do not know the symbol, put into a page as html."""
    return _UNITS.get(unit.symbol, html.escape(unit.symbol))


def machine_entry(machine: Machine, name: str) -> dict[str, object]:
    """Return a machine's entry; asv puts every field into a page as html."""
    return {
        "machine": name,
        "cpu": html.escape(machine.cpu),
        "num_cpu": str(machine.cpu_count),
        "os": html.escape(machine.os),
        "arch": html.escape(machine.arch),
        "ram": "",
        "interpreter": html.escape(machine.interpreter),
        "id": machine.id,
        "version": 1,
    }


def _by_commit(series: Sequence[Series]) -> dict[str, dict[MetricId, float]]:
    """Return the values of each commit that has any."""
    found: dict[str, dict[MetricId, float]] = {}
    for one in series:
        for sha, value in zip(one.commits, one.values.tolist(), strict=True):
            if math.isfinite(value):
                found.setdefault(sha, {})[one.metric] = value
    return found


def _results(shown: Sequence[Shown], values: Mapping[MetricId, float]) -> dict[str, list[object]]:
    """Return the rows of one commit: each benchmark that has a value in it."""
    rows: dict[str, list[object]] = {}
    for one in shown:
        if any(metric in values for metric in one.cells):
            cells = [math.nan if metric is None else values.get(metric, math.nan) for metric in one.cells]
            rows[one.name] = [cells, [list(axis) for axis in one.params], None]
    return rows


def _result(place: Placed, machine: str, results: Mapping[str, Sequence[object]]) -> dict[str, object]:
    """Return a result file; ``params`` holds the machine alone, since all that varies in it splits the curves."""
    return {
        "commit_hash": place.sha,
        "date": int(place.date * 1000),
        "env_name": _ENVIRONMENT,
        "params": {"machine": machine},
        "python": "",
        "requirements": {},
        "env_vars": {},
        "result_columns": list(COLUMNS),
        "results": results,
        "durations": {},
        "version": 2,
    }


def _write(path: Path, document: Mapping[str, object]) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not msgspec: NaN is what asv has for a combination that was not run, and null for one that failed.
    written = json.dumps(document).encode()
    path.write_bytes(written)
    return written
