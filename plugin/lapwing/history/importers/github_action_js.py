"""What does a ``data.js`` of github-action-benchmark say? Every commit that its chart shows.

The file is a script of one assignment, ``window.BENCHMARK_DATA = {...}``: what stands to the right is parsed as JSON,
and nothing is executed. The JSON that ``external-data-json-path`` keeps is the same without the assignment. The ranges,
which are text of each tool's own (``± 185``, ``stddev: 0.0016``, ``±0.32%``), are not kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lapwing.history.importers.fields import metric_of, moment, number
from lapwing.history.importers.files import parse_json, read_whole, unicode_text
from lapwing.history.importers.one_object import entries
from lapwing.history.importers.points import Point, named_machine, runs_of
from lapwing.history.importers.telling import refused
from lapwing.history.importers.values import finite
from lapwing.model import MetricId
from lapwing.units import TO_BASE, Better, Unit, base_unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run

FORM: Final = "github-action-benchmark"
ASKS: Final = False

_ASSIGNED: Final = re.compile(rb"\s*(?:window\s*\.\s*)?BENCHMARK_DATA\s*=")
_HIGHER: Final = frozenset({"benchmarkjs", "pytest", "customBiggerIsBetter"})
_LOWER: Final = frozenset({"customSmallerIsBetter"})
# "ns/iter", "ns/op", "MB/op": a quantity for each call is that quantity.
_EACH: Final = re.compile(r"/\s*(iter(ation)?|op|call|ops)$")
_MILLISECONDS: Final = 1000.0
_MAX_SUBJECT: Final = 300


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file begins with the assignment, or as the JSON behind it does."""
    if path.is_dir():
        return False
    return bool(_ASSIGNED.match(head)) or (
        head.lstrip().startswith(b"{") and b'"entries"' in head[:4096] and b'"lastUpdate"' in head[:4096]
    )


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return a run for each commit that was measured. Raises :class:`~lapwing.errors.ImportRefused`."""
    content = read_whole(path)
    assigned = _ASSIGNED.match(content)
    try:
        data = parse_json(content[assigned.end() :].rstrip().rstrip(b";") if assigned else content)
    except ValueError as error:
        raise refused(path, f"is {error}") from None
    suites = data.get("entries") if isinstance(data, dict) else None
    if not isinstance(suites, dict) or not all(isinstance(commits, list) for commits in suites.values()):
        raise refused(path, "is no data of github-action-benchmark: it has no lists of entries")
    found = [(suite, commit) for suite, commits in suites.items() for commit in commits]
    several = len(suites) > 1

    def told() -> Iterator[tuple[object, Any]]:
        for done, (suite, commit) in enumerate(found, 1):
            if done % 64 == 0 or done == len(found):
                telling.progress(done, len(found), path.name)
            yield f"entry {done} ({suite:.40})", (suite if several else "", commit)

    return runs_of(entries(told(), lambda entry: _points(entry[0], entry[1], given), path, telling), form=FORM)


def _points(suite: str, entry: Any, given: Given) -> Iterator[Point]:
    """Yield the points of one measurement of one commit; a suite names its benchmarks where there are several."""
    commit = entry["commit"]
    subject = " ".join(unicode_text(commit.get("message")).split("\n\n", 1)[0].split())[:_MAX_SUBJECT]
    date = moment("timestamp", commit.get("timestamp"))
    at = finite("date", entry["date"]) / _MILLISECONDS
    better = _better(entry)
    for bench in entry["benches"]:
        name = unicode_text(bench["name"])
        value = number("value", bench.get("value"))
        if value is None:
            continue
        unit, factor = _unit(unicode_text(bench.get("unit")), better)
        yield Point(
            metric=MetricId(benchmark=f"{suite} / {name}" if suite else name, name=metric_of(None, unit)),
            unit=unit,
            values=((value * factor,),),
            machine=named_machine(given.label),
            commit=unicode_text(commit["id"]),
            date=date,
            at=at,
            subject=subject,
        )


def _better(entry: Any) -> Better | None:
    """Return the direction that the tool's name tells, or a key that some forks write; None where the unit must."""
    tool, said = unicode_text(entry.get("tool")), entry.get("bigger_is_better")
    if tool in _HIGHER or said is True:
        return "higher"
    return "lower" if tool in _LOWER or said is False else None


def _unit(written: str, better: Better | None) -> tuple[Unit, float]:
    """Return the base unit and the factor to it."""
    plain = _EACH.sub("", written.strip())
    return base_unit(plain if plain in TO_BASE else written.strip()[:32], better=better)
