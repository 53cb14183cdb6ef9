"""What does a row of the run table say?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import LapwingError
from lapwing.history.refusals import damaged
from lapwing.model import Commit, Machine, RunSummary

if TYPE_CHECKING:
    from sqlalchemy import Row


def summary(row: Row[tuple[object, ...]], place: str) -> RunSummary:
    """Return the summary of one run. Raises :class:`~lapwing.errors.StoreDamaged` where the row holds none.

    A database that someone else wrote may hold anything in any column; whatever does not make a noun is damage.
    """
    values = row._mapping  # noqa: SLF001 - the documented way to a row's columns by name
    try:
        commit = Commit(
            sha=_text(values["sha"]),
            dirty=bool(values["dirty"]),
            date=None if values["date"] is None else float(values["date"]),
            subject=_text(values["subject"]),
            branch=_text(values["branch"]),
        )
        machine = Machine(
            cpu=_text(values["cpu"]),
            cpu_count=int(values["cpu_count"]),
            os=_text(values["os"]),
            arch=_text(values["arch"]),
            interpreter=_text(values["interpreter"]),
            label=_text(values["label"]),
        )
        return RunSummary(
            id=_text(values["id"]),
            commit=commit,
            machine=machine,
            started_at=float(values["started_at"]),
            benchmarks=int(values["benchmarks"]),
            failures=int(values["failures"]),
            complete=bool(values["complete"]),
            source=_text(values["source"]),
        )
    except (TypeError, ValueError, OverflowError, LapwingError) as error:
        what = error.message.rstrip(".") if isinstance(error, LapwingError) else error
        raise damaged(place, f"the row of a run holds no run ({what})") from None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r:.60} is no text")
