"""Which series does a history have? Each row of the table that says what a series should is one; others are damage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lapwing.errors import LapwingError
from lapwing.history import tables
from lapwing.history.blocks import MOST_NUMBER
from lapwing.history.parts import parts
from lapwing.history.texts import text_of
from lapwing.model import MetricId
from lapwing.units import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Connection, Select


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the values with this number are of. One series has several where its fingerprint changed."""

    number: int
    metric: MetricId
    unit: Unit
    machine: str
    fingerprint: str

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        """What sorts the series, and is the same for all its numbers."""
        unit = self.unit
        return (self.metric.benchmark, self.metric.name, self.machine, unit.symbol, unit.better, unit.noise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """The series there are, by their numbers; and the numbers of the rows that hold none, 0 where that is none."""

    known: tuple[Kind, ...]
    damaged: tuple[int, ...]


def read_kinds(
    connection: Connection,
    *,
    machine: str | None = None,
    metrics: Collection[str] | None = None,
    benchmarks: Collection[str] | None = None,
) -> Kinds:
    """Read the series of one machine or all; ``metrics`` and ``benchmarks`` name those wanted, None is all."""
    table = tables.series.c
    chosen = select(
        table.id,
        table.benchmark,
        table.metric,
        table.symbol,
        table.better,
        table.noise,
        table.machine,
        table.fingerprint,
    )
    if machine is not None:
        chosen = chosen.where(table.machine == machine)
    rows = [row for some in _narrowed(chosen, benchmarks) for row in connection.execute(some)]
    units: dict[tuple[str, str, str], Unit] = {}
    known: list[Kind] = []
    damaged: list[int] = []
    for row in rows:
        if metrics is not None and row[2] not in metrics:
            continue
        kind = _kind(row, units)
        if kind is None:
            damaged.append(row[0] if _is_number(row[0]) else 0)
        else:
            known.append(kind)
    return Kinds(known=tuple(sorted(known, key=lambda kind: kind.number)), damaged=tuple(damaged))


def _narrowed(chosen: Select[Any], benchmarks: Collection[str] | None) -> Iterator[Select[Any]]:
    if benchmarks is None:
        yield chosen
    else:
        for some in parts(sorted(set(benchmarks))):
            yield chosen.where(tables.series.c.benchmark.in_(some))


def _is_number(value: object) -> bool:
    return isinstance(value, int) and 0 < value <= MOST_NUMBER


def _kind(row: Any, units: dict[tuple[str, str, str], Unit]) -> Kind | None:
    """Return the series of a row, None where it holds something else; a database may hold anything in any column."""
    # Whatever is no direction and no noise class a Unit refuses itself.
    number, benchmark, metric, symbol, better, noise, machine, fingerprint = row
    try:
        unit = units.get((symbol, better, noise))
        if unit is None:
            unit = units[symbol, better, noise] = Unit(
                symbol=text_of(symbol),
                better=text_of(better),  # type: ignore[arg-type]
                noise=text_of(noise),  # type: ignore[arg-type]
            )
        if not _is_number(number):
            return None
        return Kind(
            number=number,
            metric=MetricId(benchmark=text_of(benchmark), name=text_of(metric)),
            unit=unit,
            machine=text_of(machine),
            fingerprint=text_of(fingerprint),
        )
    except (TypeError, ValueError, LapwingError):
        return None
