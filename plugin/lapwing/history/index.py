"""What are the values of every metric in every run? Read from the narrow table of points, without a document.

400,000 points (1,000 benchmarks, 200 runs, 2 metrics) are fetched as raw tuples and grouped in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select

from lapwing.errors import LapwingError
from lapwing.history import tables
from lapwing.history.refusals import damaged
from lapwing.model import MetricId, Recorded
from lapwing.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from sqlalchemy import Connection, Select


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Raw rows of three tables: ``points`` are (run, series, value, error)."""

    runs: Sequence[Any]
    series: Sequence[Any]
    points: Sequence[Any]


def read_points(connection: Connection, *, machine: str | None, metrics: Collection[str] | None) -> Rows:
    """Read the points of one machine or all, and of the named metrics or all."""
    run, series, point = tables.run, tables.series, tables.point
    runs = select(run.c.sequence, run.c.id)
    kinds = select(
        series.c.id,
        series.c.benchmark,
        series.c.metric,
        series.c.symbol,
        series.c.better,
        series.c.noise,
        series.c.machine,
        series.c.fingerprint,
    )
    points = select(point.c.run, point.c.series, point.c.value, point.c.error)
    if machine is not None:
        runs = runs.where(run.c.machine == machine)
        kinds = kinds.where(series.c.machine == machine)
        points = points.where(point.c.run.in_(select(run.c.sequence).where(run.c.machine == machine)))
    if metrics is not None:
        wanted = sorted(metrics)
        kinds = kinds.where(series.c.metric.in_(wanted))
        points = points.where(point.c.series.in_(select(series.c.id).where(series.c.metric.in_(wanted))))
    return Rows(runs=_raw(connection, runs), series=_raw(connection, kinds), points=_raw(connection, points))


def _raw(connection: Connection, statement: Select[Any]) -> Sequence[Any]:
    """Return plain tuples: SQLAlchemy's rows would double the time, and no column here needs converting."""
    return connection.execute(statement).cursor.fetchall()


def group(rows: Rows, *, place: str) -> Iterator[Recorded]:
    """Yield the rows by benchmark, metric and machine, sorted; within one by the order of storing.

    Raises :class:`~lapwing.errors.StoreDamaged` where the rows hold something else than numbers and names.
    """
    if not rows.points:
        return
    try:
        yield from _group(rows)
    except (TypeError, ValueError, KeyError, IndexError, OverflowError, LapwingError) as error:
        raise damaged(place, f"its table of points holds something else ({error})") from None


def _group(rows: Rows) -> Iterator[Recorded]:
    # Every key of a Recorded, sorted, and for each number of a series the place of its key.
    keys = sorted({tuple(row[1:7]) for row in rows.series}, key=lambda key: (key[0], key[1], key[5], *key[2:5]))
    place_of = {key: place for place, key in enumerate(keys)}
    key_of = {row[0]: place_of[tuple(row[1:7])] for row in rows.series}
    fingerprint_of = {row[0]: row[7] for row in rows.series}
    id_of = dict(rows.runs)

    table = np.array(rows.points, dtype=np.float64)
    run_numbers, run_places = np.unique(table[:, 0], return_inverse=True)
    series_numbers, series_places = np.unique(table[:, 1], return_inverse=True)
    if not np.isfinite(table[:, 2]).all():
        raise ValueError("a value is not finite")
    key_places = np.array([key_of[int(number)] for number in series_numbers])[series_places]
    order = np.lexsort((run_places, key_places))

    runs = _objects([id_of[int(number)] for number in run_numbers])[run_places[order]]
    fingerprints = _objects([fingerprint_of[int(number)] for number in series_numbers])[series_places[order]]
    values, errors, key_places = table[order, 2], table[order, 3], key_places[order]

    ends = np.flatnonzero(np.diff(key_places, append=-1)) + 1
    units: dict[tuple[str, str, str], Unit] = {}
    start = 0
    for end in ends.tolist():
        benchmark, metric, symbol, better, noise, machine = keys[key_places[start]]
        unit = units.get((symbol, better, noise))
        if unit is None:
            unit = units.setdefault((symbol, better, noise), Unit(symbol=symbol, better=better, noise=noise))
        chosen = slice(start, end)
        yield Recorded(
            metric=MetricId(benchmark=benchmark, name=metric),
            unit=unit,
            machine=machine,
            runs=tuple(runs[chosen].tolist()),
            values=tuple(values[chosen].tolist()),
            errors=tuple(errors[chosen].tolist()),
            fingerprints=tuple(fingerprints[chosen].tolist()),
        )
        start = end


def _objects(texts: list[str]) -> np.ndarray[Any, np.dtype[np.object_]]:
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a name is no text")
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
