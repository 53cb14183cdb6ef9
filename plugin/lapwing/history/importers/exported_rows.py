"""Which runs do the rows say that Lapwing itself exported? Rows that name their run make the runs they came from.

They are taken as they are: in base units, texts untouched, under the run's own id, so that what is there already is not
stored twice. The fields are those of :mod:`lapwing.history.exporters.rows`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from lapwing.errors import ImportRefused
from lapwing.history.exporters.rows import RUN_FIELDS
from lapwing.history.importers.files import parse_json, unicode_text
from lapwing.history.schema import MAX_SAMPLES
from lapwing.model import Commit, Declared, Failure, FailureKind, Machine, MetricId, Run, Sample, check_name
from lapwing.units import Better, Noise, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_KINDS: Final = frozenset(get_args(FailureKind))
_TRUTHS: Final = {True: True, False: False, "true": True, "false": False}
_MOST_INTEGER: Final = 2**53


@dataclass(slots=True, kw_only=True)
class _Building:
    """A run being put together: ``told`` is what its first row says of it."""

    told: tuple[Any, ...]
    run: dict[str, Any]
    declared: dict[str, Declared] = field(default_factory=dict)
    samples: dict[MetricId, Sample] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)


class ExportedRows:
    """Collects rows; the runs stand in the order of their first rows."""

    def __init__(self) -> None:
        self._runs: dict[str, _Building] = {}

    def add(self, fields: Mapping[str, Any]) -> None:
        """Take a row whose ``run`` is given.

        Raises :class:`ValueError` or :class:`~lapwing.errors.LapwingError`, saying what is wrong with it;
        :class:`~lapwing.errors.ImportRefused` (``import-too-large``) where a run has more than a store takes.
        """
        building = self._building(fields)
        benchmark = _text(fields, "benchmark")
        declared = Declared(
            benchmark=benchmark,
            node_id=_text(fields, "node_id") or benchmark,
            fingerprint=_text(fields, "fingerprint"),
            params=_params(fields.get("params")),
        )
        if building.declared.get(benchmark, declared) != declared:
            raise ValueError(f"{benchmark[:60]!r} is declared in two ways in run {building.run['id'][:60]!r}")
        sample, failure = _sample(fields, benchmark), _failure(fields, benchmark)
        if sample is not None and sample.metric in building.samples:
            raise ValueError(f"run {building.run['id'][:60]!r} has a second sample of one metric of {benchmark[:60]!r}")
        building.declared[benchmark] = declared
        if sample is not None:
            if len(building.samples) >= MAX_SAMPLES:
                raise ImportRefused(
                    "import-too-large",
                    f"Run {building.run['id'][:60]!r} has more than {MAX_SAMPLES:,} samples.",
                    remedy="it is no file that Lapwing exported.",
                )
            building.samples[sample.metric] = sample
        if failure is not None:
            building.failures[benchmark] = failure

    def runs(self) -> tuple[Run, ...]:
        """Return the runs of all rows."""
        return tuple(
            Run(
                **building.run,
                declared=tuple(building.declared.values()),
                samples=tuple(building.samples.values()),
                failures=tuple(building.failures.values()),
            )
            for building in self._runs.values()
        )

    def _building(self, fields: Mapping[str, Any]) -> _Building:
        run_id = _text(fields, "run")
        told = tuple(fields.get(name) for name in RUN_FIELDS)
        building = self._runs.get(run_id)
        if building is None:
            building = _Building(told=told, run=_run(run_id, fields))
            self._runs[run_id] = building
        elif building.told != told:
            raise ValueError(f"it says of run {run_id[:60]!r} what an earlier row does not")
        return building


def _run(run_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    check_name("run", run_id)
    started = _number(fields, "started_at")
    machine = Machine(
        cpu=_text(fields, "cpu"),
        cpu_count=_integer(fields, "cpu_count", default=0),
        os=_text(fields, "os"),
        arch=_text(fields, "arch"),
        interpreter=_text(fields, "interpreter"),
        label=_text(fields, "label"),
    )
    return {
        "id": run_id,
        "commit": Commit(
            sha=_text(fields, "commit"),
            dirty=_truth(fields, "dirty", default=False),
            date=_number(fields, "date"),
            subject=_text(fields, "subject"),
            branch=_text(fields, "branch"),
        ),
        "machine": machine,
        "started_at": 0.0 if started is None else started,
        "complete": _truth(fields, "complete", default=True),
        "source": _text(fields, "source"),
        "tool": _text(fields, "tool"),
    }


def _sample(fields: Mapping[str, Any], benchmark: str) -> Sample | None:
    value = _number(fields, "value")
    if value is None:
        return None
    written = fields.get("values")
    values: Sequence[Sequence[float]] = ((value,),) if written in (None, "") else _lists(written)
    screened = _integer(fields, "screened", default=0)
    return Sample(
        metric=MetricId(benchmark=benchmark, name=_text(fields, "metric")),
        unit=Unit(
            symbol=_text(fields, "unit"),
            # Checked on construction.
            better=cast("Better", _text(fields, "better")),
            noise=cast("Noise", _text(fields, "noise")),
        ),
        values=tuple(map(tuple, values)),
        loops=_integer(fields, "loops", default=1),
        # Without the values there is one, which stands for the processes that were judged.
        screened=screened if len(values) > 1 else 0,
    )


def _failure(fields: Mapping[str, Any], benchmark: str) -> Failure | None:
    kind = _text(fields, "failure")
    if not kind:
        return None
    if kind not in _KINDS:
        raise ValueError(f"failure is {kind[:60]!r}, and can be {', '.join(sorted(_KINDS))}")
    return Failure(benchmark=benchmark, kind=cast("FailureKind", kind), message=_text(fields, "message"))


def _text(fields: Mapping[str, Any], name: str) -> str:
    try:
        return unicode_text(fields.get(name))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _number(fields: Mapping[str, Any], name: str) -> float | None:
    """Return a finite number; unlike a row of another tool's, there is no other hole than nothing."""
    value = fields.get(name)
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{name} is {value!r:.60}, which is no number")  # noqa: TRY004 - one error for a bad field
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} is {str(value)[:60]!r}, which is no number") from None
    if not -float("inf") < found < float("inf"):
        raise ValueError(f"{name} is not finite")
    return found


def _integer(fields: Mapping[str, Any], name: str, *, default: int) -> int:
    found = _number(fields, name)
    if found is None:
        return default
    if found != int(found) or abs(found) > _MOST_INTEGER:
        raise ValueError(f"{name} is {found!r}, which is no whole number")
    return int(found)


def _truth(fields: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = fields.get(name)
    if value in (None, ""):
        return default
    if not isinstance(value, (bool, str)) or value not in _TRUTHS:
        raise ValueError(f"{name} is {value!r:.60}, and can be true or false")
    return _TRUTHS[value]


def _lists(written: Any) -> list[list[float]]:
    if not isinstance(written, list) or not all(isinstance(process, list) for process in written):
        raise ValueError("values is no list of lists")
    return [[_value(one) for one in process] for process in written]


def _value(one: Any) -> float:
    if isinstance(one, bool) or not isinstance(one, (int, float)):
        raise ValueError(f"values holds {one!r:.60}, which is no number")  # noqa: TRY004 - as above
    try:
        return float(one)
    except OverflowError:
        raise ValueError("values holds an integer that no number can") from None


def _params(written: Any) -> tuple[tuple[str, str], ...]:
    found = parse_json(written) if isinstance(written, str) and written else written
    if not found:
        return ()
    if not isinstance(found, dict):
        raise ValueError("params is no object")  # noqa: TRY004 - as above
    return tuple((unicode_text(name), unicode_text(value)) for name, value in found.items())
