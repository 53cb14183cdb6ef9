"""What does the index of a store say of one run? The values of all series, sorted by run, 28 bytes each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from lapwing.detect.centre import centre, relative_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.model import MetricId, Recorded, Run
    from lapwing.units import Unit

    Key: TypeAlias = tuple[MetricId, Unit]
    Value: TypeAlias = tuple[float, float, str]
    Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]

# A median or a mean that another numpy or processor took may differ in its last bits, and that is no damage.
_SAME: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The values of one machine: row ``i`` is of series ``keys[series[i]]``; ``rows`` says which rows a run has."""

    keys: Sequence[Key]
    texts: Sequence[str]
    series: Array
    values: Array
    errors: Array
    fingerprints: Array
    rows: Mapping[str, slice]

    def of(self, run: str) -> dict[Key, Value]:
        """Return what it says of ``run``: value, error and fingerprint of each metric."""
        chosen = self.rows.get(run, slice(0, 0))
        columns = (one[chosen].tolist() for one in (self.series, self.values, self.errors, self.fingerprints))
        return {self.keys[n]: (value, error, self.texts[text]) for n, value, error, text in zip(*columns, strict=True)}


def index_of(recorded: Iterable[Recorded]) -> Index:
    """Return the index of what a store has ``recorded`` of one machine."""
    keys: list[Key] = []
    runs: dict[str, int] = {}
    texts: dict[str, int] = {}
    parts: list[list[Array]] = [[] for _ in range(5)]
    for one in recorded:
        columns: tuple[Array, ...] = (
            np.array([runs.setdefault(run, len(runs)) for run in one.runs], dtype=np.int32),
            np.full(len(one.runs), len(keys), dtype=np.int32),
            np.array(one.values, dtype=np.float64),
            np.array(one.errors, dtype=np.float64),
            np.array([texts.setdefault(text, len(texts)) for text in one.fingerprints], dtype=np.int32),
        )
        for part, column in zip(parts, columns, strict=True):
            part.append(column)
        keys.append((one.metric, one.unit))
    of_run, series, values, errors, fingerprints = (np.concatenate(part) if part else np.zeros(0) for part in parts)
    order = np.argsort(of_run, kind="stable")
    ends = np.searchsorted(of_run[order], np.arange(len(runs) + 1)).tolist()
    return Index(
        keys=keys,
        texts=list(texts),
        series=series[order],
        values=values[order],
        errors=errors[order],
        fingerprints=fingerprints[order],
        rows={run: slice(ends[number], ends[number + 1]) for run, number in runs.items()},
    )


def difference(run: Run, found: Mapping[Key, Value]) -> str:
    """Return in words what the index has of ``run`` otherwise than its document, empty where they agree."""
    fingerprints = {one.benchmark: one.fingerprint for one in run.declared}
    wanted = {
        (sample.metric, sample.unit): (
            centre(sample),
            relative_error(sample),
            fingerprints.get(sample.metric.benchmark, ""),
        )
        for sample in run.samples
    }
    wrong = [key for key in wanted if key not in found or not _agree(wanted[key], found[key])]
    wrong += [key for key in found if key not in wanted]
    if not wrong:
        return ""
    metric, unit = key = wrong[0]
    name = f"{metric.name} of {metric.benchmark}"
    if key not in found:
        said = f"it has no {name}"
    elif key not in wanted:
        said = f"it has a {name}, and the document has none"
    else:
        said = f"it has {found[key][0]:.6g} {unit.symbol} for {name}, and the document {wanted[key][0]:.6g}"
    return said + (f"; and {len(wrong) - 1:,} more" if len(wrong) > 1 else "")


def are_equal(some: Sequence[Recorded], others: Sequence[Recorded]) -> bool:
    """Tell whether the same was read twice; what no process says of an error is NaN in both."""
    return [_comparable(one) for one in some] == [_comparable(one) for one in others]


def _comparable(one: Recorded) -> tuple[object, ...]:
    errors = tuple(None if math.isnan(error) else error for error in one.errors)
    return one.metric, one.unit, one.machine, one.runs, one.values, errors, one.fingerprints


def _agree(one: Value, other: Value) -> bool:
    return one[2] == other[2] and all(
        math.isclose(mine, its, rel_tol=_SAME) or (math.isnan(mine) and math.isnan(its))
        for mine, its in zip(one[:2], other[:2], strict=True)
    )
