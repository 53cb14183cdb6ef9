"""What are the series so far, as their points come in one by one?"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.series import Series
from lapwing.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.model import MetricId
    from lapwing.units import Unit

MOST_VALUES: Final = 5_000_000
"""Values of one file: about 1 GB while it is read."""


@dataclass(slots=True, kw_only=True)
class _Open:
    """A series being read."""

    unit: Unit
    values: list[float] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


class Collected:
    """Collects the points of a file, in the order in which they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: dict[tuple[MetricId, str], _Open] = {}
        self._count = 0

    def add(self, metric: MetricId, machine: str, unit: Unit, value: float | None, label: str) -> None:
        """Take in one value, None for a hole, with what its commit or date is called.

        Raises:
            ValueError: the series had another unit before.
            UsageError: these are too many values (``file-too-large``).
        """
        one = self._open.setdefault((metric, machine), _Open(unit=unit))
        if one.unit != unit:
            raise ValueError(f"unit is {unit.symbol!r} here, and was {one.unit.symbol!r} before")
        self._count += 1
        if self._count > MOST_VALUES:
            raise UsageError(
                "file-too-large",
                f"{self._path} has more than {MOST_VALUES:,} values.",
                remedy="give the series in several files.",
            )
        one.values.append(math.nan if value is None else value)
        one.labels.append(label)

    def length(self, benchmark: str) -> int:
        """Return how many values there are of a benchmark: the index of its next one."""
        return next((len(one.values) for (metric, _), one in self._open.items() if metric.benchmark == benchmark), 0)

    def series(self, *, exact: bool) -> tuple[Series, ...]:
        """Return the series with a value; ``exact`` says that none of them has noise."""
        built = (_closed(metric, machine, one, exact=exact) for (metric, machine), one in self._open.items())
        return tuple(series for series in built if not np.isnan(series.values).all())


def _closed(metric: MetricId, machine: str, one: _Open, *, exact: bool) -> Series:
    values = np.array(one.values, dtype=np.float64)
    errors = np.full(values.shape[0], math.nan)
    for array in (values, errors):
        array.setflags(write=False)
    return Series(
        metric=metric,
        unit=replace(one.unit, noise="exact") if exact else one.unit,
        machine=machine,
        commits=tuple(one.labels) if any(one.labels) else (),
        values=values,
        errors=errors,
    )
