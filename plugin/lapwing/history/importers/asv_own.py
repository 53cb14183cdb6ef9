"""Which runs did ``lapwing export asv`` write into a folder?

Under the key ``lapwing`` of a result file, which asv does not look at, there are the documents of its runs; each sample
says in which row and cell of asv's samples its values are, those of the runs one after the other. What asv does not
show is in a folder beside the results, whole, and the order of storing in a file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import ImportRefused
from lapwing.history.importers import run_document
from lapwing.history.importers.asv_rows import rows_of
from lapwing.history.importers.files import read_json
from lapwing.history.importers.given import NOTHING
from lapwing.history.schema import decode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from lapwing.history.importers.telling import Telling
    from lapwing.model import Run

KEY: Final = "lapwing"
NOT_SHOWN: Final = "not-shown"
ORDER: Final = "runs.json"
_VERSION: Final = 2


def own_runs(data: Any) -> tuple[Run, ...]:
    """Return the runs that Lapwing wrote in a parsed result file, none where it wrote nothing.

    Raises :class:`ValueError`, :class:`TypeError`, :class:`KeyError` or :class:`~lapwing.errors.LapwingError` where
    what is there makes no run.
    """
    said = data.get(KEY) if isinstance(data, dict) else None
    if said is None:
        return ()
    if not isinstance(said, dict) or said.get("version") != _VERSION:
        raise ValueError(f"the key {KEY!r} is not of a version that is known")
    values = _Values({row.name: row.samples for row in rows_of(data)})
    runs = tuple(decode(json.dumps(_whole(one, values)).encode()) for one in said["runs"])
    values.require_end()
    if not runs:
        raise ValueError("it has no run")
    return runs


def runs_beside(folder: Path, telling: Telling) -> tuple[Run, ...]:
    """Return the runs that asv does not show."""
    place = folder / NOT_SHOWN
    return run_document.read(place, telling, NOTHING) if place.is_dir() and (folder / ORDER).is_file() else ()


def in_order(runs: Iterable[Run], folder: Path) -> tuple[Run, ...]:
    """Return the runs in the order in which they were stored, where an export says it; others come last."""
    place = {run_id: at for at, run_id in enumerate(exported_ids(folder))}
    return tuple(sorted(runs, key=lambda run: place.get(run.id, len(place))))


def exported_ids(folder: Path) -> tuple[str, ...]:
    """Return the ids of the runs that were exported into a folder, in the order of storing; none where none says it."""
    try:
        written = read_json(folder / ORDER) if (folder / ORDER).is_file() else []
    except ImportRefused:
        return ()
    return tuple(one for one in written if isinstance(one, str)) if isinstance(written, list) else ()


class _Values:
    """The values in asv's samples, given out from first to last."""

    def __init__(self, samples: dict[str, list[Any]]) -> None:
        self._samples = samples
        self._taken: dict[tuple[str, int], int] = {}

    def take(self, name: str, cell: int, sizes: list[int]) -> list[list[Any]]:
        """Return the next values of a cell, by process. Raises :class:`ValueError` where there are not so many."""
        if min(sizes, default=0) <= 0 or not 0 <= cell < len(self._samples[name]):
            raise ValueError(f"the processes of {name[:60]!r} are no numbers of values")
        values = self._samples[name][cell]
        begin = self._taken.get((name, cell), 0)
        end = begin + sum(sizes)
        if not isinstance(values, list) or end > len(values):
            raise ValueError(f"{name[:60]!r} has fewer values than its runs say")
        self._taken[name, cell] = end
        found, at = [], begin
        for size in sizes:
            found.append(values[at : at + size])
            at += size
        return found

    def require_end(self) -> None:
        """Raise :class:`ValueError` where there are values that no run took."""
        for name, cells in self._samples.items():
            for cell, values in enumerate(cells):
                if values is not None and len(values) != self._taken.get((name, cell), 0):
                    raise ValueError(f"{name[:60]!r} has more values than its runs say")


def _whole(document: Any, values: _Values) -> dict[str, Any]:
    """Return a run's document with the values in their places."""
    samples = []
    for sample in document["samples"]:
        placed = sample["values"]
        elsewhere = isinstance(placed, list) and placed and isinstance(placed[0], str)
        samples.append({**sample, "values": values.take(*placed)} if elsewhere else sample)
    return {**document, "samples": samples}
