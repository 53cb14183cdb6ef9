"""How large is a history, how fast does it grow, and whose runs are in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.pipeline.measured import measured_at
from lapwing.report.figures import NOTHING, day
from lapwing.report.stats import Share, Stats

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lapwing.model import RunSummary
    from lapwing.ports import Clock, HistoryStore

_DAY: Final = 86_400.0
_WINDOW: Final = 90.0
"""Days that the pace is taken over: a season, so that neither a holiday nor one busy week makes it."""

_LEAST: Final = 7.0
"""Days below which there is no pace: a history of an afternoon would be projected to terabytes."""


def stats(*, store: HistoryStore, clock: Clock) -> Stats:
    """Return the numbers of ``store``.

    Raises:
        StoreError: it cannot be read.
    """
    runs, sizes, recorded = store.runs(), store.sizes(), store.recorded()
    now = clock.now()
    dates = [at for run in runs if (at := measured_at(run)) is not None and _month(run) != NOTHING]
    window = min(_WINDOW, (now - min(dates, default=now)) / _DAY)
    recent = sum(sizes.get(run.id, 0) for run in runs if _is_since(run, now - window * _DAY, now))
    months = _shares(((_month(run), "", run) for run in runs if _month(run) != NOTHING), sizes)
    return Stats(
        runs=len(runs),
        benchmarks=len({one.metric.benchmark for one in recorded}),
        series=len(recorded),
        size=sum(sizes.values()),
        months=tuple(sorted(months, key=lambda month: month.name)),
        machines=_shares(((run.machine.id, run.machine.title, run) for run in runs), sizes),
        sources=_shares(((run.source, "", run) for run in runs), sizes),
        undated=len(runs) - len(dates),
        pace=recent / window if window >= _LEAST else None,
        window=window,
    )


def _month(run: RunSummary) -> str:
    """Return the month in which a run was measured, a dash where there is no such date."""
    date = day(measured_at(run))
    return date if date == NOTHING else date[: -len("-24")]


def _is_since(run: RunSummary, start: float, now: float) -> bool:
    at = measured_at(run)
    return at is not None and start <= at <= now


def _shares(parts: Iterable[tuple[str, str, RunSummary]], sizes: Mapping[str, int]) -> tuple[Share, ...]:
    """Return one share for each name, in the order they are met."""
    groups: dict[tuple[str, str], list[RunSummary]] = {}
    for name, title, run in parts:
        groups.setdefault((name, title), []).append(run)
    found = []
    for (name, title), runs in groups.items():
        dates = [at for run in runs if (at := measured_at(run)) is not None]
        found.append(
            Share(
                name=name,
                title=title,
                runs=len(runs),
                size=sum(sizes.get(run.id, 0) for run in runs),
                oldest=min(dates, default=None),
                newest=max(dates, default=None),
            )
        )
    return tuple(found)
