"""What does a file of hyperfine say? The time of each command, every run of which is a fresh process.

A command that failed is measured only where ``--ignore-failure`` asked for it, and is kept as measured. Of user and
system time there is only the mean over the runs. There is no commit and no date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing.history.importers.fields import about_commit
from lapwing.history.importers.files import unicode_text
from lapwing.history.importers.one_object import entries, read_list, read_object
from lapwing.history.importers.points import Point, named_machine, runs_of
from lapwing.history.importers.values import all_finite, finite
from lapwing.model import MetricId
from lapwing.units import BYTES, SECONDS, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling
    from lapwing.model import Commit, Run

FORM: Final = "hyperfine"
ASKS: Final = True


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file begins as hyperfine's do."""
    start = head.lstrip()
    begins = start.startswith(b"{") and b'"results"' in head[:64]
    return not path.is_dir() and begins and b'"command"' in head and b'"mean"' in head


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return the run of the file. Raises :class:`~lapwing.errors.ImportRefused`."""
    found = read_list(read_object(path, FORM), "results", path, FORM)
    commit = given.commit_for(path, FORM)
    named = ((f"result {number}", entry) for number, entry in enumerate(found, 1))
    return runs_of(entries(named, lambda entry: _points(entry, commit, given), path, telling), form=FORM)


def _points(entry: Any, commit: Commit, given: Given) -> Iterator[Point]:
    parameters = entry.get("parameters") or {}
    params = tuple((unicode_text(name), unicode_text(value)) for name, value in parameters.items())

    def point(metric: str, unit: Unit, values: tuple[float, ...]) -> Point:
        return Point(
            metric=MetricId(benchmark=unicode_text(entry["command"]), name=metric),
            unit=unit,
            values=tuple((value,) for value in values),
            params=params,
            machine=named_machine(given.label),
            at=given.date,
            **about_commit(commit),
        )

    # Before 1.0 there were no times of the single runs.
    times = all_finite("times", entry["times"]) if entry.get("times") else (finite("mean", entry["mean"]),)
    yield point("time", SECONDS, times)
    for key, metric in (("user", "user_time"), ("system", "system_time")):
        if entry.get(key) is not None:
            yield point(metric, SECONDS, (finite(key, entry[key]),))
    if entry.get("memory_usage_byte"):
        yield point("peak_memory", BYTES, all_finite("memory_usage_byte", entry["memory_usage_byte"]))
