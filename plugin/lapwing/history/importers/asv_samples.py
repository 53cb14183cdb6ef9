"""What did asv measure of each combination of parameters: a sample, or a failure?"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lapwing.history.importers.files import unicode_text
from lapwing.model import Failure, MetricId, Sample
from lapwing.units import Unit, base_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lapwing.history.importers.asv_rows import Row

MAX_COMBINATIONS: Final = 100_000
"""Of one benchmark. The lists of parameters multiply, so a small hostile file could ask for any number."""

# asv's type of a benchmark -> our name of its metric; other types are named after their unit.
_METRICS: Final = {"time": "time", "timeraw": "time", "peakmemory": "peak_memory", "memory": "memory"}

# Without benchmarks.json the name of the function tells the type, as it tells asv.
_PREFIXES: Final = {
    "time": ("time", "seconds"),
    "timeraw": ("timeraw", "seconds"),
    "mem": ("memory", "bytes"),
    "peakmem": ("peakmemory", "bytes"),
    "track": ("track", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a benchmark measures; a value as asv has it times ``factor`` is in the base unit."""

    metric: str
    unit: Unit
    factor: float


def kind_of(name: str, entry: Mapping[str, Any]) -> Kind:
    """Return what benchmark ``name`` measures, by its entry in ``benchmarks.json``, which may be empty."""
    prefix = name.rsplit(".", 1)[-1].split("_", 1)[0].lower()
    type_, symbol = _PREFIXES.get(prefix, ("", ""))
    type_, symbol = entry.get("type", type_), entry.get("unit", symbol)
    higher = entry.get("higher_is_better") is True
    unit, factor = base_unit(symbol if isinstance(symbol, str) else "", better="higher" if higher else None)
    plain = "time" if unit.symbol == "s" else unit.symbol or "value"
    metric = _METRICS.get(type_, plain) if isinstance(type_, str) else plain
    return Kind(metric=metric, unit=unit, factor=factor)


def outcomes(row: Row, kind: Kind) -> Iterator[tuple[str, Sample | Failure]]:
    """Yield the benchmark id ``name(param, param)`` of each combination, with its sample or its failure.

    Raises :class:`ValueError` where the parameters make too many combinations.
    """
    count = math.prod(len(values) for values in row.params)
    if count > MAX_COMBINATIONS:
        raise ValueError(f"{row.name[:60]!r} has {count} combinations of parameters")
    combinations = itertools.product(*row.params)
    for position, combination in enumerate(combinations):
        if row.result is not None and position >= len(row.result):
            return
        benchmark = f"{row.name}({', '.join(map(str, combination))})" if row.params else row.name
        value = None if row.result is None else row.result[position]
        yield unicode_text(benchmark), _outcome(benchmark, value, position, row, kind)


def _outcome(benchmark: str, value: Any, position: int, row: Row, kind: Kind) -> Sample | Failure:
    if value is None:
        return Failure(benchmark=benchmark, kind="raised", message="asv has it as failed or timed out.")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{value!r:.40} is no number")
    if math.isnan(value):
        return Failure(benchmark=benchmark, kind="skipped", message="asv has it as skipped.")
    if math.isinf(value):
        return Failure(benchmark=benchmark, kind="unmeasured", message="asv has an infinite result.")
    raw = row.samples[position] if position < len(row.samples) else None
    values = _numbers(raw) or (float(value),)
    return Sample(
        metric=MetricId(benchmark=benchmark, name=kind.metric),
        unit=kind.unit,
        values=(tuple(one * kind.factor for one in values),),
        loops=_loops(row, position),
    )


def _numbers(raw: Any) -> tuple[float, ...]:
    if not isinstance(raw, list):
        return ()
    return tuple(float(one) for one in raw if isinstance(one, (int, float)) and math.isfinite(one))


def _loops(row: Row, position: int) -> int:
    loops = row.loops[position] if position < len(row.loops) else None
    return int(loops) if isinstance(loops, (int, float)) and loops >= 1 and math.isfinite(loops) else 1
