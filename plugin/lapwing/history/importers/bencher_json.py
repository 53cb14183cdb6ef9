"""What does a file of the Bencher Metric Format say? Measures of benchmarks: a value, and bounds where they are known.

A measure that Bencher itself defines is in the unit that it defines, ``latency`` in nanoseconds and ``throughput`` in
operations per second; all others have none. A bound is a metric of its own, ``latency.lower_value``. There is no
commit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lapwing.history.importers.fields import about_commit
from lapwing.history.importers.files import unicode_text
from lapwing.history.importers.one_object import entries, read_object
from lapwing.history.importers.points import Point, named_machine, runs_of
from lapwing.history.importers.values import finite
from lapwing.model import MetricId
from lapwing.units import BYTES, SECONDS, Unit, base_unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Commit, Run

FORM: Final = "bencher"
ASKS: Final = True

_NAME: Final = rb'"(?:[^"\\]|\\.){1,1024}"'
_BEGINS: Final = re.compile(
    rb"\s*\{\s*" + _NAME + rb"\s*:\s*\{\s*" + _NAME + rb'\s*:\s*\{\s*"(?:value|lower_value|upper_value)"'
)
_OPERATIONS: Final = Unit(symbol="ops/s", better="higher", noise="noisy")
_EXACT: Final = Unit(symbol="", better="lower", noise="exact")
# Bencher's built-in measures, by slug: name of the metric here, unit, factor to it.
_MEASURES: Final[dict[str, tuple[str, Unit, float]]] = {
    "latency": ("latency", SECONDS, 1e-9),
    "throughput": ("throughput", _OPERATIONS, 1.0),
    "build-time": ("build-time", SECONDS, 1.0),
    "file-size": ("file-size", BYTES, 1.0),
    "instructions": ("instructions", _EXACT, 1.0),
}


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file begins as an object of objects of objects with a value."""
    return not path.is_dir() and bool(_BEGINS.match(head))


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return the run of the file. Raises :class:`~lapwing.errors.ImportRefused`."""
    data = read_object(path, "the Bencher Metric Format")
    commit = given.commit_for(path, "the Bencher Metric Format")
    found = ((f"benchmark {name:.60}", (name, measures)) for name, measures in data.items())
    return runs_of(entries(found, lambda entry: _points(entry[0], entry[1], commit, given), path, telling), form=FORM)


def _points(name: str, measures: Any, commit: Commit, given: Given) -> Iterator[Point]:
    for measure, metric in measures.items():
        called, unit, factor = _measure(unicode_text(measure))
        for key, suffix in (("value", ""), ("lower_value", ".lower_value"), ("upper_value", ".upper_value")):
            if key not in metric and key != "value":
                continue
            if metric[key] is None and key != "value":
                continue
            yield Point(
                metric=MetricId(benchmark=unicode_text(name), name=f"{called}{suffix}"),
                unit=unit,
                values=((finite(key, metric[key]) * factor,),),
                machine=named_machine(given.label),
                at=given.date,
                **about_commit(commit),
            )


def _measure(measure: str) -> tuple[str, Unit, float]:
    known = _MEASURES.get(measure.strip().lower().replace(" ", "-"))
    if known is not None:
        return known
    # The name is all there is: "rows_per_second" tells that more is better.
    better = base_unit(measure[:32])[0].better
    return measure, Unit(symbol="", better=better, noise="noisy"), 1.0
