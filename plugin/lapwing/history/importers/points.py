"""Which runs do these points make? One for each commit and machine, and for each time where times are known.

A second sample of one metric in what would be one run makes a second run, so that no value is lost: runs of one commit
pool later. The id of a run is made of what is in it, so that importing twice stores once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from lapwing import __version__
from lapwing.errors import ImportRefused
from lapwing.history.schema import MAX_SAMPLES
from lapwing.model import Commit, Declared, Failure, Machine, MetricId, Run, Sample, check_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.units import Unit

NOBODY: Final = "imported"
"""The machine of a file that names none."""

Params = tuple[tuple[str, str], ...]


@lru_cache(maxsize=1024)
def named_machine(label: str) -> Machine:
    """Return a machine of which nothing is known but what the source calls it."""
    return Machine(cpu="", cpu_count=0, os="", arch="", interpreter="", label=label)


_NOBODY: Final = named_machine(NOBODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The values of one metric by process, in base units, or a failure with ``values`` empty.

    ``date`` is the commit's, ``at`` that of the measurement, if known.
    """

    metric: MetricId
    unit: Unit
    values: tuple[tuple[float, ...], ...]
    commit: str
    machine: Machine = _NOBODY
    date: float | None = None
    at: float | None = None
    loops: int = 1
    fingerprint: str = ""
    params: Params = ()
    subject: str = ""
    branch: str = ""
    dirty: bool = False
    failure: Failure | None = None

    def __post_init__(self) -> None:
        """Refuse what no run could have, while the line it comes from is still known."""
        check_name("commit", self.commit)
        if not all(math.isfinite(value) for process in self.values for value in process):
            raise ValueError("in base units its value is infinite")


@dataclass(slots=True, kw_only=True)
class _Slot:
    """A run being put together."""

    samples: list[Sample] = field(default_factory=list)
    declared: dict[str, tuple[str, Params]] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)


# Machine, commit, whether the work tree was changed, and when.
_Place = tuple[Machine, str, bool, "float | None"]


def runs_of(points: Iterable[Point], *, form: str) -> tuple[Run, ...]:
    """Return the runs of ``points``, oldest first; those without a date last, in the order of the file.

    Raises :class:`~lapwing.errors.ImportRefused` (``import-too-large``) where one run has more than a store takes.
    """
    slots: dict[_Place, list[_Slot]] = {}
    used: dict[tuple[_Place, MetricId], int] = {}
    commits: dict[str, Point] = {}
    for point in points:
        place = (point.machine, point.commit, point.dirty, point.at)
        chosen = slots.setdefault(place, [])
        number = used.get((place, point.metric), 0)
        while number < len(chosen) and not _fits(chosen[number], point):
            number += 1
        used[place, point.metric] = number + 1
        while len(chosen) <= number:
            chosen.append(_Slot())
        _add(chosen[number], point)
        # One commit seen at several dates was measured at them: the first is the nearest to its own.
        known = commits.setdefault(point.commit, point)
        if point.date is not None and (known.date is None or point.date < known.date):
            commits[point.commit] = point
    runs = [
        _run(place, number, slot, commits[place[1]], form=form)
        for place, chosen in slots.items()
        for number, slot in enumerate(chosen)
        if slot.declared
    ]
    return tuple(sorted(runs, key=_age))


def _fits(slot: _Slot, point: Point) -> bool:
    """A benchmark has one fingerprint in a run, and either values or a failure."""
    known = slot.declared.get(point.metric.benchmark)
    if known is None:
        return True
    failed = point.metric.benchmark in slot.failures
    return known[0] == point.fingerprint and failed == (point.failure is not None)


def _add(slot: _Slot, point: Point) -> None:
    slot.declared.setdefault(point.metric.benchmark, (point.fingerprint, point.params))
    if point.failure is not None:
        slot.failures.setdefault(point.metric.benchmark, point.failure)
        return
    if len(slot.samples) >= MAX_SAMPLES:
        raise ImportRefused(
            "import-too-large",
            f"One run of the file has more than {MAX_SAMPLES:,} samples.",
            remedy="import the suite in several files.",
        )
    slot.samples.append(Sample(metric=point.metric, unit=point.unit, values=point.values, loops=point.loops))


def _age(run: Run) -> tuple[bool, float, float]:
    date = run.commit.date
    return (date is None, date or 0.0, run.started_at)


def _run(place: _Place, number: int, slot: _Slot, first: Point, *, form: str) -> Run:
    machine, sha, dirty, at = place
    fingerprints = {benchmark: fingerprint for benchmark, (fingerprint, _) in slot.declared.items()}
    # Where only the label says which machine it is, an id is what it was when labels were all there was.
    where = machine.label if machine == named_machine(machine.label) else machine.id
    failures = tuple(slot.failures.values())
    named: tuple[object, ...] = (where, sha, at)
    if dirty or failures:
        named = (*named, dirty, sorted((failure.benchmark, failure.kind) for failure in failures))
    return Run(
        id=content_id(form, named, number, slot.samples, fingerprints),
        commit=Commit(sha=sha, dirty=dirty, date=first.date, subject=first.subject, branch=first.branch),
        machine=machine,
        started_at=at if at is not None else first.date or 0.0,
        declared=tuple(
            Declared(benchmark=benchmark, node_id=benchmark, fingerprint=fingerprint, params=params)
            for benchmark, (fingerprint, params) in slot.declared.items()
        ),
        samples=tuple(slot.samples),
        failures=failures,
        source=f"import:{form}",
        tool=__version__,
    )


def content_id(form: str, place: object, number: int, samples: Iterable[Sample], more: object = None) -> str:
    """Return the id of an imported run: the same for the same content, in whatever order the file has it."""
    lines = sorted(
        repr((s.metric.benchmark, s.metric.name, s.unit.symbol, s.unit.better, s.unit.noise, s.values)) for s in samples
    )
    extra = repr(sorted(more.items()) if isinstance(more, dict) else more)
    content = "\n".join((form, repr(place), str(number), extra, *lines))
    return f"{form}-{blake2s(content.encode('utf-8', 'surrogatepass'), digest_size=10).hexdigest()}"
