"""Which runs do these points make? One for each commit and machine, and for each time where times are known.

A second value of one metric in what would be one run makes a second run, so that no value is lost: runs of one commit
pool later. The id of a run is made of what is in it, so that importing twice stores once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from lapwing import __version__
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample, check_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.units import Unit

NOBODY: Final = "imported"
"""The machine of a file that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of one metric, in base units. ``date`` is the commit's, ``at`` that of the measurement, if known."""

    metric: MetricId
    unit: Unit
    value: float
    commit: str
    machine: str = NOBODY
    date: float | None = None
    at: float | None = None
    fingerprint: str = ""

    def __post_init__(self) -> None:
        """Refuse a commit that no run could have, while the line it comes from is still known."""
        check_name("commit", self.commit)


@dataclass(slots=True, kw_only=True)
class _Slot:
    """A run being put together."""

    samples: list[Sample] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)


_Place = tuple[str, str, "float | None"]


def named_machine(label: str) -> Machine:
    """Return a machine of which nothing is known but what the source calls it."""
    return Machine(cpu="", cpu_count=0, os="", arch="", interpreter="", label=label)


def runs_of(points: Iterable[Point], *, form: str) -> tuple[Run, ...]:
    """Return the runs of ``points``, oldest first; those without a date last, in the order of the file."""
    slots: dict[_Place, list[_Slot]] = {}
    used: dict[tuple[_Place, MetricId], int] = {}
    dates: dict[str, float] = {}
    for point in points:
        place = (point.machine, point.commit, point.at)
        chosen = slots.setdefault(place, [])
        number = used.get((place, point.metric), 0)
        while number < len(chosen) and not _fits(chosen[number], point):
            number += 1
        used[place, point.metric] = number + 1
        while len(chosen) <= number:
            chosen.append(_Slot())
        chosen[number].samples.append(Sample(metric=point.metric, unit=point.unit, values=((point.value,),)))
        chosen[number].fingerprints[point.metric.benchmark] = point.fingerprint
        if point.date is not None:
            # One commit seen at several dates was measured at them: the first is the nearest to its own.
            dates[point.commit] = min(point.date, dates.get(point.commit, point.date))
    runs = [
        _run(place, number, slot, date=dates.get(place[1]), form=form)
        for place, chosen in slots.items()
        for number, slot in enumerate(chosen)
        if slot.samples
    ]
    return tuple(sorted(runs, key=_age))


def _fits(slot: _Slot, point: Point) -> bool:
    """A benchmark has one fingerprint in a run."""
    return slot.fingerprints.get(point.metric.benchmark, point.fingerprint) == point.fingerprint


def _age(run: Run) -> tuple[bool, float, float]:
    date = run.commit.date
    return (date is None, date or 0.0, run.started_at)


def _run(place: _Place, number: int, slot: _Slot, *, date: float | None, form: str) -> Run:
    machine, commit, at = place
    return Run(
        id=content_id(form, place, number, slot.samples, slot.fingerprints),
        commit=Commit(sha=commit, date=date),
        machine=named_machine(machine),
        started_at=at if at is not None else date or 0.0,
        declared=tuple(
            Declared(benchmark=benchmark, node_id=benchmark, fingerprint=fingerprint)
            for benchmark, fingerprint in slot.fingerprints.items()
        ),
        samples=tuple(slot.samples),
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
