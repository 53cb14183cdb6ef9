"""What does a file of pytest-benchmark say? One run: the output of ``--benchmark-json``, or a file of its storage.

A folder such as ``.benchmarks`` is read file by file. Raw values are taken where they are there, else the median.
Files of version 2 to 5 are alike in all that is read here. What ``lapwing export pytest-benchmark`` wrote has a key
``lapwing`` with what the format has no place for, and makes the run that it came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lapwing import __version__
from lapwing.errors import ImportRefused, UsageError
from lapwing.history.importers.fields import moment
from lapwing.history.importers.files import first_head, json_files, read_json, unicode_text
from lapwing.history.importers.machines import machine_of
from lapwing.history.importers.one_object import WRONG, told
from lapwing.history.importers.points import content_id
from lapwing.history.importers.telling import refused
from lapwing.history.importers.values import loops_of
from lapwing.history.own_words import Own, grouped, own_words
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import SECONDS

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.history.importers.given import Given
    from lapwing.history.importers.telling import Telling

FORM: Final = "pytest-benchmark"
ASKS: Final = True

_NO_COMMIT: Final = frozenset({"", "unversioned", "unknown"})


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether the file, or the first one in the folder, begins as pytest-benchmark's do."""
    return b'"machine_info"' in (first_head(path) if path.is_dir() else head)


def read(path: Path, telling: Telling, given: Given) -> tuple[Run, ...]:
    """Return a run for each file, oldest commit first. Raises :class:`~lapwing.errors.ImportRefused`."""
    if not path.is_dir():
        return (_file(path, telling, given),)
    files = json_files(path)
    runs = []
    for done, file in enumerate(files, 1):
        try:
            runs.append(_file(file, telling, given))
        except ImportRefused as error:
            telling.left_out(file, error.message.removeprefix(f"{file} "))
        telling.progress(done, len(files), file.name)
    return tuple(sorted(runs, key=lambda run: (run.commit.date or run.started_at, run.started_at)))


def _file(path: Path, telling: Telling, given: Given) -> Run:
    data = read_json(path)
    try:
        return _run(data, path, telling, given)
    except ImportRefused:
        raise
    except UsageError as error:
        raise refused(path, f"cannot be read: {error.message}") from None
    except WRONG as error:
        raise refused(path, f"is no file of pytest-benchmark ({told(error)})") from None


def _run(data: Any, path: Path, telling: Telling, given: Given) -> Run:
    own = own_words(data)
    samples: dict[MetricId, Sample] = {}
    params: dict[str, tuple[tuple[str, str], ...]] = {}
    for entry in data["benchmarks"]:
        try:
            sample = _sample(entry, own)
            params[sample.metric.benchmark] = _params(entry)
        except WRONG as error:
            name = entry.get("fullname") if isinstance(entry, dict) else entry
            telling.left_out(path, f"its benchmark {name!r:.80} has no values ({told(error)})")
            continue
        samples[sample.metric] = sample
    if own is not None:
        return own.run(tuple(samples.values()))
    info = data["commit_info"] or {}
    started = moment("datetime", data["datetime"]) or 0.0
    commit, machine = _commit(info, started, path, given), _machine(data["machine_info"] or {})
    place = (machine.id, commit.sha, commit.dirty, started)
    return Run(
        id=content_id(FORM, place, 0, samples.values()),
        commit=commit,
        machine=machine,
        started_at=started,
        declared=tuple(
            Declared(benchmark=m.benchmark, node_id=m.benchmark, params=params[m.benchmark]) for m in samples
        ),
        samples=tuple(samples.values()),
        source=f"import:{FORM}",
        tool=__version__,
    )


def _commit(info: Any, started: float, path: Path, given: Given) -> Commit:
    sha = unicode_text(info.get("id"))
    branch = unicode_text(info.get("branch"))
    if sha in _NO_COMMIT:
        # Outside a repository every run is a state of the code of its own.
        return given.commit or Commit(sha=f"unversioned-{started:.0f}")
    commit = Commit(
        sha=sha,
        dirty=info.get("dirty") is True,
        date=moment("author_time", info.get("author_time") or info.get("time")),
        branch="" if branch.startswith("(") else branch,
    )
    return given.commit_for(path, FORM, commit)


def _machine(info: Any) -> Machine:
    """Return the class of the machine; before version 3.4 the processor was called ``brand``."""
    cpu = info.get("cpu") if isinstance(info.get("cpu"), dict) else {}
    return machine_of(
        cpu=unicode_text(cpu.get("brand_raw") or cpu.get("brand")) or unicode_text(info.get("processor")),
        cpu_count=cpu.get("count"),
        system=unicode_text(info.get("system")),
        release=unicode_text(info.get("release")),
        arch=unicode_text(info.get("machine")),
        implementation=unicode_text(info.get("python_implementation")),
        version=unicode_text(info.get("python_version")),
    )


def _params(entry: Any) -> tuple[tuple[str, str], ...]:
    found = entry.get("params")
    if not isinstance(found, dict):
        return ()
    return tuple((unicode_text(name), unicode_text(v) if isinstance(v, str) else repr(v)) for name, v in found.items())


def _sample(entry: Any, own: Own | None) -> Sample:
    stats = entry["stats"]
    values = tuple(float(value) for value in stats.get("data") or ())
    extra = entry["extra_info"] if own is not None else {}
    processes = grouped(values, extra.get("processes"))
    return Sample(
        metric=MetricId(benchmark=unicode_text(entry["fullname"]), name="time"),
        unit=SECONDS,
        values=processes if values else ((float(stats["median"]),),),
        loops=loops_of(stats.get("iterations")),
        screened=extra.get("screened", 0),
    )
