"""What did asv measure of each combination of parameters: a sample, or a failure?"""

from __future__ import annotations

import html
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from lapwing.history.importers.files import unicode_text
from lapwing.history.importers.values import loops_of
from lapwing.model import Declared, Failure, MetricId, Sample
from lapwing.units import Noise, Unit, base_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
    param_names: tuple[str, ...] = ()


def kind_of(name: str, entry: Mapping[str, Any]) -> Kind:
    """Return what benchmark ``name`` measures, by its entry in ``benchmarks.json``, which may be empty."""
    if isinstance(entry.get("ids"), list) and isinstance(entry.get("noise"), str):
        return _own_kind(entry)
    prefix = name.rsplit(".", 1)[-1].split("_", 1)[0].lower()
    type_, symbol = _PREFIXES.get(prefix, ("", ""))
    type_, symbol = entry.get("type", type_), entry.get("unit", symbol)
    higher = entry.get("higher_is_better") is True
    unit, factor = base_unit(symbol if isinstance(symbol, str) else "", better="higher" if higher else None)
    plain = "time" if unit.symbol == "s" else unit.symbol or "value"
    metric = _METRICS.get(type_, plain) if isinstance(type_, str) else plain
    names = entry.get("param_names")
    listed = isinstance(names, list) and all(isinstance(one, str) for one in names)
    return Kind(metric=metric, unit=unit, factor=factor, param_names=tuple(names) if listed and names else ())


def _own_kind(entry: Mapping[str, Any]) -> Kind:
    """Return what an entry says that Lapwing wrote: escaped for a page, in base units."""
    unit = Unit(
        symbol=_unescaped(entry["symbol"]),
        better="higher" if entry.get("higher_is_better") is True else "lower",
        noise=cast("Noise", entry["noise"]),  # checked on construction
    )
    return Kind(metric=_unescaped(entry["metric"]), unit=unit, factor=1.0)


def _unescaped(text: Any) -> str:
    return unicode_text(html.unescape(unicode_text(text)))


class Names:
    """Gives the benchmarks of a row, and makes each noun once: a tree of 1,400 files has the same ones in each."""

    def __init__(self) -> None:
        self._named: dict[tuple[str, tuple[tuple[str, ...], ...]], tuple[tuple[str, tuple[str, ...]], ...]] = {}
        self._metrics: dict[tuple[str, str], MetricId] = {}
        self._declared: dict[tuple[str, str, tuple[tuple[str, str], ...]], Declared] = {}

    def metric(self, benchmark: str, name: str) -> MetricId:
        """Return the metric ``name`` of ``benchmark``."""
        key = (benchmark, name)
        found = self._metrics.get(key)
        return found if found is not None else self._metrics.setdefault(key, MetricId(benchmark=benchmark, name=name))

    def declared(self, benchmark: str, row: Row, kind: Kind, combination: Sequence[str]) -> Declared:
        """Return the benchmark of one combination of a row's parameters, its version as the fingerprint."""
        named = len(kind.param_names) == len(combination)
        params = tuple(zip(kind.param_names, map(str, combination), strict=True)) if named else ()
        key = (benchmark, row.version, params)
        found = self._declared.get(key)
        if found is None:
            fresh = Declared(benchmark=benchmark, node_id=benchmark, fingerprint=row.version, params=params)
            found = self._declared.setdefault(key, fresh)
        return found

    def of(self, row: Row) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return each combination of the parameters after the benchmark that it is.

        Raises :class:`ValueError` where the parameters make too many combinations.
        """
        count = math.prod(len(values) for values in row.params)
        if count > MAX_COMBINATIONS:
            raise ValueError(f"{row.name[:60]!r} has {count} combinations of parameters")
        key = (row.name, tuple(tuple(map(str, values)) for values in row.params))
        found = self._named.get(key)
        if found is None:
            found = self._named[key] = tuple(
                (unicode_text(f"{row.name}({', '.join(combination)})" if row.params else row.name), combination)
                for combination in itertools.product(*key[1])
            )
        return found


def outcomes(row: Row, kind: Kind, names: Names) -> Iterator[tuple[Declared, Sample | Failure]]:
    """Yield the benchmark ``name(param, param)`` of each combination, with its sample or its failure.

    Raises :class:`ValueError` where the parameters make too many combinations.
    """
    for position, (benchmark, combination) in enumerate(names.of(row)):
        if row.result is not None and position >= len(row.result):
            return
        yield names.declared(benchmark, row, kind, combination), _outcome(benchmark, position, row, kind, names)


def _outcome(benchmark: str, position: int, row: Row, kind: Kind, names: Names) -> Sample | Failure:
    value = None if row.result is None else row.result[position]
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
        metric=names.metric(benchmark, kind.metric),
        unit=kind.unit,
        values=(tuple(one * kind.factor for one in values),),
        loops=_loops(row, position),
    )


def _numbers(raw: Any) -> tuple[float, ...]:
    if not isinstance(raw, list):
        return ()
    return tuple(float(one) for one in raw if isinstance(one, (int, float)) and math.isfinite(one))


def _loops(row: Row, position: int) -> int:
    return loops_of(row.loops[position]) if position < len(row.loops) else 1
