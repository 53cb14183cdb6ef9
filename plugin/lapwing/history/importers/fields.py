"""Which point does a row of named fields say? The fields that CSV and JSONL have in common."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from lapwing.history.importers.files import unicode_text
from lapwing.history.importers.points import Point, named_machine
from lapwing.model import Commit, MetricId
from lapwing.units import Better, Noise, Unit, base_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.history.importers.given import Given

# Metrics are called what the rest of Lapwing calls them where the unit tells, else after their unit.
_METRIC_OF_UNIT: Final = {"s": "time", "B": "memory", "": "value"}

_DIRECTIONS: Final[dict[str, Better | None]] = {"": None, "lower": "lower", "higher": "higher"}
_NOISES: Final[dict[str, Noise | None]] = {"": None, "noisy": "noisy", "exact": "exact"}


class InfiniteValueError(ValueError):
    """A value is infinite, which no level can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a row says, its value in base units, None for a hole; ``commit`` and ``machine`` are empty if not given."""

    metric: MetricId
    unit: Unit
    value: float | None
    commit: str
    machine: str
    date: float | None


def row_of(fields: Mapping[str, Any]) -> Row:
    """Return what a row says.

    Raises :class:`ValueError` or :class:`~lapwing.errors.LapwingError`, saying what is wrong with which field.
    """
    value = number("value", fields.get("value"))
    unit, factor = unit_of(fields.get("unit"), fields.get("better"), fields.get("noise"))
    date = moment("date", fields.get("date"))
    commit = text("commit", fields.get("commit"))
    metric = MetricId(benchmark=text("benchmark", fields.get("benchmark")), name=metric_of(fields.get("metric"), unit))
    return Row(
        metric=metric,
        unit=unit,
        value=None if value is None else value * factor,
        commit=commit,
        machine=text("machine", fields.get("machine")),
        date=date,
    )


def point_of(fields: Mapping[str, Any], *, position: int, given: Given) -> Point | None:
    """Return the point of a row, None where its value is a hole. Raises as :func:`row_of`."""
    row = row_of(fields)
    if row.value is None:
        return None
    if row.commit or given.commit is None:
        # A row without a commit is known by its date, or else by its place in the file.
        commit = row.commit or (f"date-{row.date:.0f}" if row.date is not None else position_token(position))
        about: dict[str, Any] = {"commit": commit, "date": row.date}
    else:
        about = about_commit(given.commit)
    return Point(
        metric=row.metric,
        unit=row.unit,
        values=((row.value,),),
        machine=named_machine(row.machine or given.label),
        at=given.date if row.date is None else row.date,
        **about,
    )


def about_commit(commit: Commit) -> dict[str, Any]:
    """Return what a point says of its commit."""
    return {"commit": commit.sha, "date": commit.date, "subject": commit.subject, "branch": commit.branch}


def position_token(position: int) -> str:
    """Return what stands for the commit of a point that has none: its place, from 1."""
    return f"point-{position:04d}"


def text(name: str, value: Any) -> str:
    """Return a text field, empty where it is not given."""
    try:
        return unicode_text(value).strip()
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def number(name: str, value: Any) -> float | None:
    """Return a number field; None for a hole, which is an absent, empty, null or NaN value."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(f"{name} is {value!r:.60}, which is no number")  # noqa: TRY004 - one error for a bad field
    try:
        found = float(value)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} is {str(value)[:60]!r}, which is no number") from None
    if math.isinf(found):
        raise InfiniteValueError(f"{name} is infinite")
    return None if math.isnan(found) else found


def moment(name: str, value: Any) -> float | None:
    """Return seconds since the epoch, from such a number or from an ISO 8601 date; without a zone it is UTC."""
    if isinstance(value, str) and value.strip():
        try:
            return number(name, value.strip())
        except ValueError:
            return _iso(name, value.strip())
    return number(name, value)


def _iso(name: str, value: str) -> float:
    # Python 3.10 does not read the Z of "2026-01-02T03:04:05Z".
    written = f"{value[:-1]}+00:00" if value[-1] in "zZ" else value
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).timestamp()
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"{name} is {value[:60]!r}, which is neither seconds nor an ISO 8601 date") from None


def unit_of(symbol: Any, better: Any, noise: Any = None) -> tuple[Unit, float]:
    """Return the base unit and the factor to it for what the file writes, all of which may be absent."""
    return _unit(text("unit", symbol), text("better", better), text("noise", noise))


@lru_cache(maxsize=1024)
def _unit(symbol: str, better: str, noise: str) -> tuple[Unit, float]:
    if better not in _DIRECTIONS:
        raise ValueError(f"better is {better[:60]!r}, and can be lower or higher")
    if noise not in _NOISES:
        raise ValueError(f"noise is {noise[:60]!r}, and can be noisy or exact")
    return base_unit(symbol, better=_DIRECTIONS[better], noise=_NOISES[noise])


def metric_of(name: Any, unit: Unit) -> str:
    """Return the metric's name: as written, or else the one its unit tells, or else the unit."""
    return text("metric", name) or _METRIC_OF_UNIT.get(unit.symbol, unit.symbol)
