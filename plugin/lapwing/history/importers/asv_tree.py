"""What does an asv results tree say? One run for each result file, of api version 1 or 2.

A folder counts if it has a ``machine.json``. A null result failed, a NaN was skipped: they are kept apart. asv drops
the results of another version of a benchmark; here the version is the fingerprint, so the past stays, with a boundary.
Of statistics (quartiles, the 99 % interval) nothing is kept where there are no samples: they are no values.

What ``lapwing export asv`` wrote makes the runs that it came from (:mod:`lapwing.history.importers.asv_own`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lapwing import __version__
from lapwing.errors import ImportRefused
from lapwing.history.importers.asv_own import in_order, own_runs, runs_beside
from lapwing.history.importers.asv_rows import rows_of
from lapwing.history.importers.asv_samples import Kind, Names, kind_of, outcomes
from lapwing.history.importers.files import MAX_JSON, read_json, unicode_text
from lapwing.history.importers.one_object import WRONG, told
from lapwing.history.importers.points import content_id, named_machine
from lapwing.history.importers.telling import refused
from lapwing.history.importers.values import finite
from lapwing.history.schema import MAX_SAMPLES
from lapwing.model import Commit, Declared, Failure, Run, Sample

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling

FORM: Final = "asv"
ASKS: Final = False

MAX_FILES: Final = 200_000
_MILLISECONDS: Final = 1000.0
_DATE: Final = re.compile(rb'"date"\s*:\s*(\d{1,16})')
_NOT_RESULTS: Final = frozenset({"machine.json", "benchmarks.json"})


def recognises(path: Path, head: bytes) -> bool:  # noqa: ARG001 - every format is asked alike
    """Tell whether ``path``, or ``results`` in it, is a folder with machines in it."""
    return path.is_dir() and _root(path) is not None


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:  # noqa: ARG001 - it says all itself
    """Return a run for each result file, oldest commit first. Raises :class:`~lapwing.errors.ImportRefused`."""
    root = _root(path) if path.is_dir() else None
    if root is None:
        raise refused(path, "is no asv results tree: no folder in it has a machine.json")
    kinds = _kinds(root, telling)
    files = _files(root, telling)
    runs: list[Run] = []
    names = Names()
    for done, file in enumerate(files, 1):
        try:
            data = read_json(file)
            runs += own_runs(data) or (_run(data, file.parent.name, kinds, names),)
        except ImportRefused as error:
            telling.left_out(file, error.message.removeprefix(f"{file} "))
        except WRONG as error:
            telling.left_out(file, f"it is no asv result file ({told(error)})")
        telling.progress(done, len(files), file.name)
    return in_order((*runs, *runs_beside(root.parent, telling)), root.parent)


def _root(path: Path) -> Path | None:
    for folder in (path, path / "results"):
        if folder.is_dir() and any(machine.is_file() for machine in folder.glob("*/machine.json")):
            return folder
    return None


def _kinds(root: Path, telling: Telling) -> dict[str, Kind]:
    """Return what ``benchmarks.json`` says of each benchmark; without it the names tell."""
    file = root / "benchmarks.json"
    if not file.is_file():
        return {}
    try:
        entries = read_json(file).items()
    except WRONG as error:
        telling.left_out(file, f"the units are told by the benchmarks' names ({told(error)})")
        return {}
    kinds = {}
    for name, entry in entries:
        try:
            if isinstance(entry, dict):
                kinds[name] = kind_of(name, entry)
        except WRONG as error:  # noqa: PERF203 - one bad entry leaves the others
            telling.left_out(file, f"the unit of {name:.60} is told by its name ({told(error)})")
    return kinds


def _files(root: Path, telling: Telling) -> list[Path]:
    """Return the result files, by the date of their commit."""
    found = []
    for folder in sorted(folder for folder in root.iterdir() if folder.is_dir()):
        if not (folder / "machine.json").is_file():
            telling.left_out(folder, "it has no machine.json")
            continue
        for file in sorted(folder.glob("*.json")):
            if not file.is_file():
                telling.left_out(file, "it is no file")
            elif file.name not in _NOT_RESULTS:
                found.append(file)
    if len(found) > MAX_FILES:
        raise refused(root, f"has {len(found)} result files, and {MAX_FILES} are the most", slug="import-too-large")
    return sorted(found, key=lambda file: (_date_in(file), file.parent.name, file.name))


def _date_in(file: Path) -> int:
    """Return the commit's date without parsing the file: 0.3 s and not 20 for a tree of 264 MB."""
    try:
        with file.open("rb") as stream:
            written = _DATE.search(stream.read(MAX_JSON))
    except OSError:
        return 0
    return int(written[1]) if written else 0


def _run(data: Any, folder: str, kinds: dict[str, Kind], names: Names) -> Run:
    date = finite("date", data["date"]) / _MILLISECONDS
    machine, environment = data.get("params", {}).get("machine"), data.get("env_name")
    label = f"{unicode_text(machine) or folder} / {unicode_text(environment) or 'unknown'}"
    declared: dict[str, Declared] = {}
    samples: list[Sample] = []
    failures: list[Failure] = []
    started = date
    for row in rows_of(data):
        started = max(started, (row.started_at or 0) / _MILLISECONDS)
        for benchmark, outcome in outcomes(row, kinds.get(row.name) or kind_of(row.name, {}), names):
            declared[benchmark.benchmark] = benchmark
            if isinstance(outcome, Failure):
                failures.append(outcome)
            else:
                samples.append(outcome)
        if len(declared) > MAX_SAMPLES:
            raise ValueError(f"it has more than {MAX_SAMPLES:,} benchmarks")
    sha = unicode_text(data["commit_hash"])
    place = (label, sha, started, sorted((f.benchmark, f.kind) for f in failures))
    return Run(
        id=content_id(FORM, place, 0, samples, {name: one.fingerprint for name, one in declared.items()}),
        commit=Commit(sha=sha, date=date),
        machine=named_machine(label),
        started_at=started,
        declared=tuple(declared.values()),
        samples=tuple(samples),
        failures=tuple(failures),
        source=f"import:{FORM}",
        tool=__version__,
    )
