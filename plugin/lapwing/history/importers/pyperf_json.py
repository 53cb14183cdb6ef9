"""What does a file of pyperf say? A benchmark or a suite of them, each run of which is a fresh process.

Versions 5, 6 and 1.0 of the format, which are all that pyperf itself reads. Values are per call; warm-ups and runs that
only calibrate are left out. A file names its machine, and no commit unless ``pyperformance`` ran it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.history.importers.fields import about_commit, moment
from lapwing.history.importers.files import unicode_text
from lapwing.history.importers.machines import machine_of_pyperf
from lapwing.history.importers.one_object import entries, read_list, read_object
from lapwing.history.importers.points import Point, named_machine, runs_of
from lapwing.history.importers.telling import refused
from lapwing.history.importers.values import all_finite, loops_of
from lapwing.model import Commit, MetricId
from lapwing.units import BYTES, SECONDS, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run

FORM: Final = "pyperf"
ASKS: Final = True

_INTEGER: Final = Unit(symbol="", better="lower", noise="noisy")
_UNITS: Final = {"second": ("time", SECONDS), "byte": ("memory", BYTES), "integer": ("value", _INTEGER)}

# Which key has a run's values; version 5 is the format of perf 0.8.3.
_VALUES: Final = {5: "samples", 6: "values", "1.0": "values"}


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file begins as pyperf's do."""
    start = head.lstrip()
    return not path.is_dir() and start.startswith(b"{") and b'"benchmarks"' in head[:4096] and b'"runs"' in head


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return the run of the file. Raises :class:`~lapwing.errors.ImportRefused`."""
    data = read_object(path, FORM)
    version = data.get("version")
    if not isinstance(version, (int, str)) or version not in _VALUES:
        raise refused(path, f"is no file of pyperf: its version is {version!r:.20}, and can be 5, 6 or 1.0")
    common = _object(data.get("metadata") or data.get("common_metadata"))
    found = read_list(data, "benchmarks", path, FORM)
    suite = _Suite(path, given, common, _VALUES[version])
    named = ((f"benchmark {number}", entry) for number, entry in enumerate(found, 1))
    return runs_of(entries(named, suite.points, path, telling), form=FORM)


class _Suite:
    """Reads the benchmarks of one file, which are all of one commit; ``started`` is when the first began."""

    def __init__(self, path: Path, given: Given, common: dict[str, Any], key: str) -> None:
        self._path, self._given, self._common, self._key = path, given, common, key
        self._started: float | None = None

    def points(self, entry: Any) -> Iterator[Point]:
        """Yield the point of a benchmark that has values."""
        about = {**self._common, **_object(entry.get("metadata") or entry.get("common_metadata"))}
        processes: list[tuple[float, ...]] = []
        first: dict[str, Any] = {}
        for run in entry["runs"]:
            written = run.get(self._key)
            if written:
                first = first or {**about, **_object(run.get("metadata"))}
                processes.append(all_finite("a value", written))
        if not processes:
            return
        name = unicode_text(first.get("name")) or self._path.name.split(".")[0]
        metric, unit = _UNITS[unicode_text(first.get("unit")) or "second"]
        if self._started is None:
            began = moment("date", first.get("date"))
            self._started = self._given.date if began is None else began
        yield Point(
            metric=MetricId(benchmark=name, name=metric),
            unit=unit,
            values=tuple(processes),
            machine=machine_of_pyperf(first) or named_machine(self._given.label),
            at=self._started,
            loops=loops_of(first.get("loops")),
            **about_commit(self._given.commit_for(self._path, FORM, _commit(first))),
        )


def _commit(metadata: dict[str, Any]) -> Commit | None:
    """Return the commit that the file names where pyperformance wrote it."""
    sha = unicode_text(metadata.get("commit_id"))
    if not sha:
        return None
    date = moment("commit_date", metadata.get("commit_date"))
    return Commit(sha=sha, date=date, branch=unicode_text(metadata.get("commit_branch")))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
