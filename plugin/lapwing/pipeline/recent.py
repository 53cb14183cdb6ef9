"""What were the last values of each metric on the default branch? For a line beside a verdict, which decides nothing.

A metric has a series on each class of machine, and values of two classes make no line together. Drawn is the series
with the most values at the last commits that were measured; of two with as many, the one of the machine that the report
is of, then the ratio to an anchor, in which nothing is the machine's doing.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.detect.order import FirstParents
from lapwing.judge.identity import aliases_of
from lapwing.judge.past import gather
from lapwing.judge.relative import RELATIVE_TIME, TIME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lapwing.detect.series import Series
    from lapwing.model import Declared, MetricId, RunSummary
    from lapwing.ports import HistoryStore

MOST: Final = 20
"""Values of one line."""

_FEW: Final = 50
"""Benchmarks up to which a store is asked for those alone."""

Recent = dict["MetricId", tuple[float | None, ...]]


def recent_of(
    store: HistoryStore,
    first_parents: Sequence[str],
    metrics: Collection[MetricId],
    *,
    declared: Iterable[Declared] = (),
    machine: str = "",
) -> Recent:
    """Return up to 20 last values of each of ``metrics``, oldest first, None for holes; those with a history alone.

    ``first_parents`` are hashes of the default branch, oldest first, its last ones at least. ``declared`` says what the
    benchmarks were called before; ``machine`` is the id of the class of machine that the report is of.

    Raises:
        StoreError: the history cannot be read.
    """
    order = FirstParents(first_parents, cut_off=True)
    runs = store.runs()
    aliases = aliases_of(declared)
    names = {metric.benchmark for metric in metrics}
    asked = names | {old for old, new in aliases.items() if new in names}
    recorded = store.recorded(benchmarks=asked if len(asked) <= _FEW else None)
    lately = _lately(runs, order)
    found: dict[MetricId, tuple[tuple[int, bool, bool], Series]] = {}
    for one in dict.fromkeys(run.machine.id for run in runs):
        past = gather(machine=one, recorded=recorded, runs=runs, first_parents=order, aliases=aliases)
        for series in past.series.values():
            relative = series.metric.name == RELATIVE_TIME
            metric = replace(series.metric, name=TIME) if relative else series.metric
            known = zip(series.commits, series.values, strict=True)
            count = sum(sha in lately and not math.isnan(value) for sha, value in known)
            rank = (count, one == machine, relative)
            if metric in metrics and count and (metric not in found or rank > found[metric][0]):
                found[metric] = (rank, series)
    return {
        metric: tuple(None if math.isnan(value) else float(value) for value in series.values[-MOST:])
        for metric, (_, series) in found.items()
    }


def _lately(runs: Iterable[RunSummary], order: FirstParents) -> frozenset[str]:
    """Return the last commits that were measured at all, on whatever machine."""
    places = {place for run in runs if (place := order.place(run.commit.sha)) is not None}
    return frozenset(order.shas[place] for place in sorted(places)[-MOST:])
