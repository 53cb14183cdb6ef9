"""Under which name and which parameter axes does asv's site show a benchmark?

``tests/perf/test_x.py::TestA::test_b[10-x]`` becomes ``perf.test_x.TestA.test_b`` with an axis for each parameter. A
slash makes asv's graph page throw, ``: ? * < > |`` take a benchmark off its regressions page without a word, and ``(``
cuts the name, so only letters, digits and ``_ - [ ] , .`` are left.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from hashlib import blake2s
from itertools import product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.model import Declared, MetricId
    from lapwing.units import Unit

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_\-\[\],.]+")
_LONGEST: Final = 120  # a graph's file name is the benchmark's name; file systems stop at 255 bytes
_LONGEST_VALUE: Final = 80
# Parametrisations that are no product leave holes; with more than four holes to a value the axes only hide things.
_MOST_HOLES: Final = 4
_VALUES: Final = str.maketrans({"<": "(", ">": ")", '"': "'", "&": "+"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One benchmark of the site: a name, its axes, and for each combination the metric it shows.

    ``cells`` are in the order of ``itertools.product(*params)``, None where there is no such benchmark.
    """

    name: str
    title: str
    unit: Unit
    param_names: tuple[str, ...]
    params: tuple[tuple[str, ...], ...]
    cells: tuple[MetricId | None, ...]


def arrange(metrics: Iterable[tuple[MetricId, Unit]], declared: Mapping[str, Declared]) -> tuple[Shown, ...]:
    """Return the benchmarks of the site, each metric in exactly one cell; names are unique, whatever their case.

    ``declared`` has the node id and the parameters of each stable id, where they are known.
    """
    groups: dict[tuple[str, str, Unit, tuple[str, ...]], list[MetricId]] = {}
    for metric, unit in metrics:
        known = declared.get(metric.benchmark)
        axes = tuple(name for name, _ in known.params) if known is not None else ()
        stem = _stem(metric, declared) if axes else _node_id(metric, declared)
        key = (stem, metric.name, unit, axes)
        groups.setdefault(key, []).append(metric)
    taken: set[str] = set()
    shown: list[Shown] = []
    for (stem, _, unit, _), members in groups.items():
        shown += _group(stem, unit, members, declared, taken)
    return tuple(shown)


def safe_name(node_id: str) -> str:
    """Return a dotted name that asv's pages can show, from a node id or from what an import calls a benchmark."""
    head, bracket, tail = node_id.partition("[")
    path, _, inner = head.partition("::")
    path = path.removesuffix(".py").removeprefix("tests/")
    parts = [part for part in (*path.split("/"), *inner.split("::")) if part]
    name = ".".join(_UNSAFE.sub("_", part) for part in parts)
    name += _UNSAFE.sub("_", (bracket + tail).replace(".", "_"))
    name = re.sub(r"\.{2,}", ".", name).strip(".") or "unnamed"
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}_{blake2s(node_id.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"
    return name if "." in name else f"benchmarks.{name}"  # asv groups by what stands before the last dot


def _node_id(metric: MetricId, declared: Mapping[str, Declared]) -> str:
    known = declared.get(metric.benchmark)
    return known.node_id if known is not None else metric.benchmark


def _stem(metric: MetricId, declared: Mapping[str, Declared]) -> str:
    """Return the name without its parameters: pytest writes them in brackets, an import from asv in parentheses."""
    stem, bracket, _ = _node_id(metric, declared).partition("[")
    return stem if bracket or not stem.endswith(")") else stem.partition("(")[0]


def _group(
    stem: str, unit: Unit, members: Sequence[MetricId], declared: Mapping[str, Declared], taken: set[str]
) -> list[Shown]:
    """Return one benchmark with axes, or where axes cannot hold the members one benchmark for each."""
    combos = {metric: _combination(metric, declared) for metric in members}
    axes = _axes(list(combos.values()))
    size = math.prod(len(values) for values in axes)
    if not axes or len(set(combos.values())) < len(members) or size > (1 + _MOST_HOLES) * len(members):
        return [_flat(metric, unit, declared, taken) for metric in members]
    by_combo = {combo: metric for metric, combo in combos.items()}
    names = tuple(_value(name) for name, _ in declared[members[0].benchmark].params)
    return [
        Shown(
            name=_unique(safe_name(stem), members[0].name, taken),
            title=stem,
            unit=unit,
            param_names=names,
            params=axes,
            cells=tuple(by_combo.get(combo) for combo in product(*axes)),
        )
    ]


def _flat(metric: MetricId, unit: Unit, declared: Mapping[str, Declared], taken: set[str]) -> Shown:
    title = _node_id(metric, declared)
    name = _unique(safe_name(title), metric.name, taken)
    return Shown(name=name, title=title, unit=unit, param_names=(), params=(), cells=(metric,))


def _combination(metric: MetricId, declared: Mapping[str, Declared]) -> tuple[str, ...]:
    known = declared.get(metric.benchmark)
    return tuple(_value(value) for _, value in known.params) if known is not None else ()


def _value(text: str) -> str:
    """Return a parameter's value without what a page could take for markup."""
    shown = "".join(char if char.isprintable() else "?" for char in text).translate(_VALUES)
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}…"


def _axes(combos: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Return the values of each axis: numbers in order of size, all else in order of appearance."""
    return tuple(_sorted(dict.fromkeys(values)) for values in zip(*combos, strict=True))


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(values)
    try:
        return tuple(sorted(listed, key=float))
    except ValueError:
        return listed


def _unique(name: str, metric: str, taken: set[str]) -> str:
    """Return the name with its metric (time goes without saying), numbered where another has it already."""
    full = name if metric == "time" else f"{name}.{_UNSAFE.sub('_', metric)[:_LONGEST] or 'metric'}"
    number, unique = 1, full
    while unique.casefold() in taken:
        number += 1
        unique = f"{full}_{number}"
    taken.add(unique.casefold())
    return unique
