"""What does a file of pytest-benchmark say? One run: the output of ``--benchmark-json``, or a file of its storage.

A folder such as ``.benchmarks`` is read file by file. Raw values are taken where they are there, else the median.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lapwing import __version__
from lapwing.errors import ImportRefused, LapwingError, UsageError
from lapwing.history.importers.fields import moment
from lapwing.history.importers.files import read_head, read_json, unicode_text
from lapwing.history.importers.points import content_id
from lapwing.history.importers.telling import refused
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.history.importers.telling import Telling

FORM: Final = "pytest-benchmark"

MAX_FILES: Final = 100_000
_NO_COMMIT: Final = frozenset({"", "unversioned", "unknown"})


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file, or a file in the folder, begins as pytest-benchmark's do."""
    if not path.is_dir():
        return b'"machine_info"' in head
    first = next(iter(_files(path)), None)
    try:
        return first is not None and b'"machine_info"' in read_head(first)
    except ImportRefused:
        return False


def read(path: Path, telling: Telling) -> tuple[Run, ...]:
    """Return a run for each file, oldest commit first. Raises :class:`~lapwing.errors.ImportRefused`."""
    if not path.is_dir():
        return (_file(path, telling),)
    files = _files(path)
    if len(files) > MAX_FILES:
        raise refused(path, f"has more than {MAX_FILES} files", slug="import-too-large")
    runs = []
    for done, file in enumerate(files, 1):
        try:
            runs.append(_file(file, telling))
        except ImportRefused as error:
            telling.left_out(file, error.message.removeprefix(f"{file} "))
        telling.progress(done, len(files), file.name)
    return tuple(sorted(runs, key=lambda run: (run.commit.date or run.started_at, run.started_at)))


def _file(path: Path, telling: Telling) -> Run:
    data = read_json(path)
    try:
        return _run(data, path, telling)
    except UsageError as error:
        raise refused(path, f"cannot be read: {error.message}") from None
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError) as error:
        raise refused(path, f"is no file of pytest-benchmark ({type(error).__name__}: {error})") from None


def _files(folder: Path) -> list[Path]:
    return sorted(file for pattern in ("*.json", "*.json.gz") for file in folder.rglob(pattern) if file.is_file())


def _run(data: Any, path: Path, telling: Telling) -> Run:
    info = data["commit_info"] or {}
    started = moment("datetime", data["datetime"]) or 0.0
    commit, machine = _commit(info, started), _machine(data["machine_info"] or {})
    samples: dict[MetricId, Sample] = {}
    for entry in data["benchmarks"]:
        try:
            sample = _sample(entry)
        except (TypeError, ValueError, KeyError, AttributeError, LapwingError) as error:
            name = entry.get("fullname") if isinstance(entry, dict) else entry
            told = error.message if isinstance(error, LapwingError) else f"{type(error).__name__}: {error}"
            telling.left_out(path, f"its benchmark {name!r:.80} has no values ({told})")
            continue
        samples[sample.metric] = sample
    place = (machine.id, commit.sha, commit.dirty, started)
    return Run(
        id=content_id(FORM, place, 0, samples.values()),
        commit=commit,
        machine=machine,
        started_at=started,
        declared=tuple(Declared(benchmark=m.benchmark, node_id=m.benchmark) for m in samples),
        samples=tuple(samples.values()),
        source=f"import:{FORM}",
        tool=__version__,
    )


def _commit(info: Any, started: float) -> Commit:
    sha = unicode_text(info.get("id"))
    branch = unicode_text(info.get("branch"))
    return Commit(
        # Outside a repository every run is a state of the code of its own.
        sha=f"unversioned-{started:.0f}" if sha in _NO_COMMIT else sha,
        dirty=info.get("dirty") is True,
        date=moment("author_time", info.get("author_time") or info.get("time")),
        branch="" if branch.startswith("(") else branch,
    )


def _machine(info: Any) -> Machine:
    """Return the class of the machine, without its host name and the patch levels that change every week."""
    cpu = info.get("cpu") if isinstance(info.get("cpu"), dict) else {}
    count = cpu.get("count")
    release = re.match(r"\d+(\.\d+)?", unicode_text(info.get("release")))
    python = ".".join(unicode_text(info.get("python_version")).split(".")[:2])
    return Machine(
        cpu=unicode_text(cpu.get("brand_raw") or cpu.get("brand"))
        or unicode_text(info.get("processor"))
        or "unknown CPU",
        cpu_count=count if isinstance(count, int) else 0,
        os=f"{unicode_text(info.get('system'))} {release[0] if release else ''}".strip(),
        arch=unicode_text(info.get("machine")),
        interpreter=f"{unicode_text(info.get('python_implementation'))} {python}".strip(),
    )


def _sample(entry: Any) -> Sample:
    stats = entry["stats"]
    values = tuple(float(value) for value in stats.get("data") or ())
    loops = stats.get("iterations")
    return Sample(
        metric=MetricId(benchmark=unicode_text(entry["fullname"]), name="time"),
        unit=SECONDS,
        values=(values or (float(stats["median"]),),),
        loops=loops if isinstance(loops, int) and loops >= 1 else 1,
    )
