"""What are the values of every metric in every run? Read from the runs' blocks, without a document.

400,000 values (1,000 benchmarks, 200 runs, 2 metrics) are read as 200 blocks and grouped in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import select

from lapwing.errors import LapwingError
from lapwing.history import tables
from lapwing.history.blocks import Points, from_block, is_whole
from lapwing.history.refusals import damaged
from lapwing.model import MetricId, Recorded
from lapwing.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from typing import Any

    from sqlalchemy import Connection

    Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Raw rows: ``runs`` are (id, check, block) in the order of storing, ``series`` are (number, the rest)."""

    runs: Sequence[Any]
    series: Sequence[Any]


def read_rows(connection: Connection, *, machine: str | None) -> Rows:
    """Read the blocks and the series of one machine or all."""
    run, kind, values = tables.run.c, tables.series.c, tables.values
    runs = select(run.id, values.c.check, values.c.block).join(values, values.c.run == run.sequence)
    series = select(
        kind.id, kind.benchmark, kind.metric, kind.symbol, kind.better, kind.noise, kind.machine, kind.fingerprint
    )
    if machine is not None:
        runs = runs.where(run.machine == machine)
        series = series.where(kind.machine == machine)
    return Rows(
        runs=connection.execute(runs.order_by(run.sequence)).all(),
        series=connection.execute(series.order_by(kind.id)).all(),
    )


def group(rows: Rows, *, metrics: Collection[str] | None, place: str) -> Iterator[Recorded]:
    """Yield the values by benchmark, metric and machine, sorted; within one by the order of storing.

    ``metrics`` names those wanted, None is all. A run whose block is damaged is left out; ``damaged()`` names it.
    Raises :class:`~lapwing.errors.StoreDamaged` where whole blocks hold something else than values of known series.
    """
    whole = [(run_id, from_block(block)) for run_id, check, block in rows.runs if is_whole(block, check)]
    if not whole:
        return
    try:
        yield from _group(whole, rows.series, metrics)
    except (TypeError, ValueError, IndexError, OverflowError, LapwingError) as error:
        what = error.message.rstrip(".") if isinstance(error, LapwingError) else error
        raise damaged(place, f"its index holds something else than values ({what})") from None


def _group(
    runs: list[tuple[str, Points]], series: Sequence[Any], metrics: Collection[str] | None
) -> Iterator[Recorded]:
    # Every key of a Recorded, sorted; and for each series the place of its key, -1 where it is not wanted.
    wanted = [tuple(row[1:7]) if metrics is None or row[2] in metrics else None for row in series]
    keys = sorted({key for key in wanted if key}, key=lambda key: (key[0], key[1], key[5], *key[2:5]))
    place_of = {key: place for place, key in enumerate(keys)}
    key_of_series = np.array([place_of[key] if key else -1 for key in wanted], dtype=np.int64)
    fingerprint_of_series = _texts([row[7] for row in series])

    points = np.concatenate([points for _, points in runs])
    run_of = np.repeat(_texts([run_id for run_id, _ in runs]), [len(points) for _, points in runs])
    series_of = _places(np.array([row[0] for row in series], dtype=np.int64), points["series"])
    if not np.isfinite(points["value"]).all():
        raise ValueError("a value is not finite")

    key_of = key_of_series[series_of]
    # Stable, so that the order of storing stays within each key.
    order = np.argsort(key_of, kind="stable")
    order = order[np.searchsorted(key_of[order], 0) :]
    yield from _recorded(
        _Sorted(
            keys=keys,
            key_of=key_of[order],
            points=points[order],
            run_of=run_of[order],
            fingerprint_of=fingerprint_of_series[series_of[order]],
        )
    )


def _places(known: Array, numbers: Array) -> Array:
    """Return where each of ``numbers`` stands in ``known``, which is sorted."""
    places = np.searchsorted(known, numbers)
    if len(numbers) and (not len(known) or not (known[np.minimum(places, len(known) - 1)] == numbers).all()):
        raise ValueError("a value is of no known series")
    return places


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """Points sorted by key, and of each the place of its key, its run and its fingerprint."""

    keys: list[Any]
    key_of: Array
    points: Points
    run_of: Array
    fingerprint_of: Array


def _recorded(found: _Sorted) -> Iterator[Recorded]:
    """Yield one Recorded for each stretch of points with one key."""
    values, errors = found.points["value"], found.points["error"]
    units: dict[tuple[str, str, str], Unit] = {}
    start = 0
    for end in (np.flatnonzero(np.diff(found.key_of, append=-1)) + 1).tolist():
        benchmark, metric, symbol, better, noise, machine = found.keys[found.key_of[start]]
        unit = units.get((symbol, better, noise))
        if unit is None:
            unit = units.setdefault((symbol, better, noise), Unit(symbol=symbol, better=better, noise=noise))
        chosen = slice(start, end)
        yield Recorded(
            metric=MetricId(benchmark=benchmark, name=metric),
            unit=unit,
            machine=machine,
            runs=tuple(found.run_of[chosen].tolist()),
            values=tuple(values[chosen].tolist()),
            errors=tuple(errors[chosen].tolist()),
            fingerprints=tuple(found.fingerprint_of[chosen].tolist()),
        )
        start = end


def _texts(texts: list[str]) -> Array:
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a name is no text")
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
