"""What is the series of one metric on one machine: its values along the commits, oldest first?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lapwing.detect.order import Order
    from lapwing.detect.ranks import Floats
    from lapwing.model import MetricId, Recorded
    from lapwing.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric of one benchmark on one machine along the first-parent history.

    ``values[i]`` is the value at ``commits[i]``, NaN where that commit was measured on this machine without this
    metric; ``errors[i]`` its relative standard error between processes, NaN where unknown. ``boundaries`` are the
    indices at which the sampling settings changed: levels are not compared across one. ``fingerprint`` is that of the
    newest value. The arrays are read-only. Of a plain file of numbers ``commits`` are what it calls them, or none.
    """

    metric: MetricId
    unit: Unit
    machine: str
    commits: tuple[str, ...]
    values: Floats
    errors: Floats
    boundaries: tuple[int, ...] = ()
    fingerprint: str = ""

    @property
    def current(self) -> int:
        """The index from which values may be compared with the newest: the last boundary."""
        return self.boundaries[-1] if self.boundaries else 0


def build_series(recorded: Iterable[Recorded], order: Order, aliases: Mapping[str, str]) -> tuple[Series, ...]:
    """Return the series of one machine, in the order of ``recorded``, over the runs that ``order`` has.

    ``aliases`` maps ids that benchmarks had before to their present ones. Several runs of one commit are pooled: the
    median of their values, their errors combined. Metrics without a value in any of these runs are left out.
    """
    groups: dict[MetricId, list[Recorded]] = {}
    for one in recorded:
        metric = one.metric
        if (present := aliases.get(metric.benchmark)) is not None:
            metric = type(metric)(benchmark=present, name=metric.name)
        groups.setdefault(metric, []).append(one)
    built = (_build(metric, parts, order) for metric, parts in groups.items())
    return tuple(series for series in built if series is not None)


def _build(metric: MetricId, parts: list[Recorded], order: Order) -> Series | None:
    position = order.position
    found = [
        (at, value, error, fingerprint)
        for part in parts
        for run, value, error, fingerprint in zip(part.runs, part.values, part.errors, part.fingerprints, strict=True)
        if (at := position.get(run)) is not None
    ]
    if not found:
        return None
    found.sort(key=lambda row: row[0])
    values = np.full(len(order.commits), np.nan)
    errors = np.full(len(order.commits), np.nan)
    places, raw_values, raw_errors, fingerprints = zip(*found, strict=True)
    if len(set(places)) == len(places):
        values[list(places)] = raw_values
        errors[list(places)] = raw_errors
    else:
        _pool(found, values, errors)
    changed = (i for i in range(1, len(found)) if fingerprints[i] != fingerprints[i - 1])
    for array in (values, errors):
        array.setflags(write=False)
    return Series(
        metric=metric,
        unit=parts[-1].unit,
        machine=parts[-1].machine,
        commits=order.commits,
        values=values,
        errors=errors,
        boundaries=tuple(dict.fromkeys(places[i] for i in changed)),
        fingerprint=fingerprints[-1],
    )


def _pool(found: list[tuple[int, float, float, str]], values: Floats, errors: Floats) -> None:
    """Write one value for each commit: the median of its runs' values, errors as of a mean of independent runs."""
    by_place: dict[int, list[tuple[float, float]]] = {}
    for at, value, error, _ in found:
        by_place.setdefault(at, []).append((value, error))
    for at, pairs in by_place.items():
        values[at] = float(np.median([value for value, _ in pairs]))
        known = [error for _, error in pairs if not math.isnan(error)]
        if known:
            errors[at] = math.sqrt(sum(error * error for error in known)) / len(known)
