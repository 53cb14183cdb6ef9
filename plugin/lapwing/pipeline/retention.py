"""Which runs go, by what the user asked for? Nothing here knows what a change point is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lapwing.errors import UsageError
from lapwing.pipeline.measured import measured_at
from lapwing.report.figures import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.model import RunSummary

Period = Literal["day", "week", "month"]

_DAY: Final = 86_400.0
_MONDAY: Final = 4 * _DAY  # the first Monday of the epoch was 5 January 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to go. Each field that is set makes it less: a run goes only where all of them say so.

    ``before`` is seconds since the epoch: what was measured earlier. ``keep_last`` runs of each machine stay, the last
    ones stored. ``one_a`` period, one commit of each machine stays, the last one measured, with all its runs.
    ``machine`` is an id. With ``dirty`` and ``incomplete`` both, either is enough.
    """

    before: float | None = None
    keep_last: int | None = None
    one_a: Period | None = None
    machine: str | None = None
    source: str | None = None
    dirty: bool = False
    incomplete: bool = False


def going(runs: Sequence[RunSummary], wanted: Wanted) -> tuple[RunSummary, ...]:
    """Return those of ``runs`` (in the order of storing) that go.

    Raises:
        UsageError: ``nothing-asked``, nothing says which; all of a history is never meant by that.
    """
    if wanted == Wanted():
        raise UsageError(
            "nothing-asked",
            "Nothing says which runs may go.",
            remedy="say it, as in --older-than 2y, --older-than 90d --one-a week, --keep-last 500 or --dirty.",
        )
    found = [run for run in runs if _is_meant(run, wanted)]
    if wanted.keep_last is not None:
        last = _last(runs, wanted.keep_last)
        found = [run for run in found if run.id not in last]
    if wanted.one_a is not None:
        found = _thinned(found, wanted.one_a)
    return tuple(found)


def _is_meant(run: RunSummary, wanted: Wanted) -> bool:
    at = measured_at(run)
    if wanted.before is not None and (at is None or at >= wanted.before):
        return False
    if wanted.machine not in (None, run.machine.id) or wanted.source not in (None, run.source):
        return False
    asked = (wanted.dirty, wanted.incomplete)
    return asked == (False, False) or (wanted.dirty and run.commit.dirty) or (wanted.incomplete and not run.complete)


def _last(runs: Iterable[RunSummary], most: int) -> set[str]:
    """Return the ids of the last ``most`` runs of each machine."""
    by_machine: dict[str, list[str]] = {}
    for run in runs:
        by_machine.setdefault(run.machine.id, []).append(run.id)
    return {run_id for ids in by_machine.values() for run_id in ids[len(ids) - most if most < len(ids) else 0 :]}


def _thinned(runs: Iterable[RunSummary], period: Period) -> list[RunSummary]:
    """Return the runs without those of one commit in each period; what has no date is in none, and stays."""
    groups: dict[tuple[str, str], list[RunSummary]] = {}
    for run in runs:
        if (name := _period_of(run, period)) is not None:
            groups.setdefault((run.machine.id, name), []).append(run)
    return [run for group in groups.values() for run in group if run.commit.sha != _kept(group)]


def _kept(group: Sequence[RunSummary]) -> str:
    """Return the commit whose runs stay: that of the last whole and clean one measured, if there is any."""
    return max(group, key=lambda run: (run.complete and not run.commit.dirty, measured_at(run) or 0.0)).commit.sha


def _period_of(run: RunSummary, period: Period) -> str | None:
    date = measured_at(run)
    if date is None or day(date) == day(None):
        return None
    if period == "week":
        return day(date - (date - _MONDAY) % (7 * _DAY))
    return day(date)[: len("2026-11-24") if period == "day" else len("2026-11")]
