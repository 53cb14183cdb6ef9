"""What does a file of Google Benchmark say? Times, rates and counters of each benchmark.

Repetitions are the values of one process. Aggregates are left out, except the median where a file has nothing else. A
benchmark that ended with an error is a failure. There is no commit, unless ``--benchmark_context=commit=HASH`` put one
in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.history.importers.fields import about_commit, moment
from lapwing.history.importers.files import unicode_text
from lapwing.history.importers.one_object import entries, read_list, read_object
from lapwing.history.importers.points import Point, named_machine, runs_of
from lapwing.history.importers.values import finite, loops_of
from lapwing.model import Commit, Failure, MetricId
from lapwing.units import SECONDS, TO_BASE, Unit, base_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run

FORM: Final = "google-benchmark"
ASKS: Final = True

_BYTES: Final = Unit(symbol="B/s", better="higher", noise="noisy")
_ITEMS: Final = Unit(symbol="items/s", better="higher", noise="noisy")
_RATES: Final = {"bytes_per_second": _BYTES, "items_per_second": _ITEMS}

_AGGREGATES: Final = frozenset({"mean", "median", "stddev", "cv", "BigO", "RMS"})

# Numbers of an entry that are no measurement.
_ABOUT: Final = frozenset(
    {
        "family_index",
        "per_family_instance_index",
        "repetitions",
        "repetition_index",
        "threads",
        "iterations",
        "real_time",
        "cpu_time",
        "rms",
        "cpu_coefficient",
        "real_coefficient",
    }
)


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file begins with the context that every file of Google Benchmark has."""
    start = head.lstrip()
    names = b'"context"' in head[:64] or b'"real_time"' in head
    return not path.is_dir() and start.startswith(b"{") and names and b'"benchmarks"' in head and b'"runs"' not in head


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return the run of the file. Raises :class:`~lapwing.errors.ImportRefused`."""
    data = read_object(path, "Google Benchmark")
    groups: dict[str, list[Any]] = {}
    for number, entry in enumerate(read_list(data, "benchmarks", path, "Google Benchmark"), 1):
        try:
            name = unicode_text(entry.get("run_name") or entry["name"])
        except (AttributeError, KeyError, ValueError):
            telling.left_out(path, f"its benchmark {number} has no name")
            continue
        groups.setdefault(name, []).append(entry)
    for name in [name for name, group in groups.items() if _is_old_aggregate(name, group, groups)]:
        del groups[name]
    context = data["context"] if isinstance(data.get("context"), dict) else {}
    reading = _Reading(path, given, context)
    found = ((f"benchmark {name:.60}", (name, group)) for name, group in groups.items())
    return runs_of(entries(found, reading.points, path, telling), form=FORM)


def _is_old_aggregate(name: str, group: Sequence[Any], groups: Mapping[str, Any]) -> bool:
    """Tell an aggregate of a version before 1.5, whose name alone says what it is."""
    of, _, aggregate = name.rpartition("_")
    return aggregate in _AGGREGATES and of in groups and "run_type" not in group[0]


class _Reading:
    """Reads the benchmarks of one file, which are all of one commit and one time."""

    def __init__(self, path: Path, given: Given, context: dict[str, Any]) -> None:
        sha = context.get("commit")
        said = Commit(sha=unicode_text(sha)) if isinstance(sha, str) and sha else None
        self._about = about_commit(given.commit_for(path, "Google Benchmark", said))
        try:
            date = moment("date", context.get("date"))
        except ValueError:  # files of 1.0 write a local time in words
            date = None
        self._about |= {"machine": named_machine(given.label), "at": given.date if date is None else date}

    def points(self, entry: tuple[str, list[Any]]) -> Iterator[Point]:
        """Yield the points of one benchmark, given with all of its entries."""
        name, group = entry
        wrong = [one for one in group if one.get("error_occurred") is True]
        if wrong:
            message = unicode_text(wrong[0].get("error_message")) or "it ended with an error."
            yield self._point(
                name, "time", SECONDS, (), failure=Failure(benchmark=name, kind="raised", message=message)
            )
            return
        measured = [one for one in group if one.get("run_type", "iteration") == "iteration"]
        chosen = measured or [one for one in group if one.get("aggregate_name") == "median"]
        if not chosen:
            return
        base, factor = TO_BASE[unicode_text(chosen[0].get("time_unit")) or "ns"]
        if base != SECONDS.symbol or any(one.get("time_unit") != chosen[0].get("time_unit") for one in chosen):
            raise ValueError("its time_unit is no unit of time, or not one")
        loops = loops_of(chosen[0].get("iterations")) if measured else 1
        for key, metric in (("real_time", "time"), ("cpu_time", "cpu_time")):
            yield self._point(name, metric, SECONDS, _column(chosen, key, factor), loops=loops)
        for key in chosen[0]:
            if key not in _ABOUT and _is_number(chosen[0][key]) and all(_is_number(one.get(key)) for one in chosen):
                unit = _RATES.get(key) or Unit(symbol="", better=base_unit(key[:32])[0].better, noise="noisy")
                yield self._point(name, unicode_text(key), unit, _column(chosen, key, 1.0), loops=loops)

    def _point(  # noqa: PLR0913 - what a point says
        self,
        name: str,
        metric: str,
        unit: Unit,
        values: tuple[float, ...],
        *,
        loops: int = 1,
        failure: Failure | None = None,
    ) -> Point:
        return Point(
            metric=MetricId(benchmark=name, name=metric),
            unit=unit,
            values=(values,) if values else (),
            loops=loops,
            failure=failure,
            **self._about,
        )


def _column(chosen: Sequence[Any], key: str, factor: float) -> tuple[float, ...]:
    return tuple(finite(key, one[key]) * factor for one in chosen)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
