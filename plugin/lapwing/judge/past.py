"""What is known of one machine before head: its runs in order, and its series."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lapwing.detect.order import Order, order_runs
from lapwing.detect.series import Series, build_series

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.model import MetricId, Recorded, RunSummary

    Build = Callable[[Iterable[Recorded], Order, Mapping[str, str]], tuple[Series, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The clean, complete runs of one machine in order, and their series by metric.

    Where the clone is cut off, ``unplaced`` counts the values of each metric in runs that may be earlier ones, and that
    git cannot place.
    """

    machine: str
    order: Order
    runs: tuple[RunSummary, ...]
    series: dict[MetricId, Series]
    unplaced: Mapping[MetricId, int] = field(default_factory=dict)

    def newest_runs(self, before: int) -> tuple[RunSummary, ...]:
        """Return the runs of the newest commit whose position is below ``before``, as stored."""
        placed = [run for run in self.runs if self.order.position.get(run.id, before) < before]
        last = max((self.order.position[run.id] for run in placed), default=-1)
        return tuple(run for run in placed if self.order.position[run.id] == last)


def gather(  # noqa: PLR0913 - the store's parts, git's, and whose past it is
    *,
    machine: str,
    recorded: Iterable[Recorded],
    runs: Sequence[RunSummary],
    first_parents: FirstParents,
    aliases: Mapping[str, str],
    without: Collection[str] = (),
    build: Build = build_series,
) -> Past:
    """Return the past of ``machine``, the runs ``without`` left out. Dirty and incomplete ones are never part of it.

    ``build`` is :func:`~lapwing.detect.series.build_series`, or what has asked it already.
    """
    usable = tuple(
        run
        for run in runs
        if run.machine.id == machine and run.complete and not run.commit.dirty and run.id not in without
    )
    order = order_runs(usable, first_parents)
    mine = [one for one in recorded if one.machine == machine]
    built = build(mine, order, aliases)
    return Past(
        machine=machine,
        order=order,
        runs=usable,
        series={series.metric: series for series in built},
        unplaced=_unplaced(mine, usable, order, aliases) if order.misses_earlier else {},
    )


def _unplaced(
    recorded: Iterable[Recorded], usable: Sequence[RunSummary], order: Order, aliases: Mapping[str, str]
) -> dict[MetricId, int]:
    """Count the values of each metric in runs that have no place."""
    outside = {run.id for run in usable if run.id not in order.position}
    counts: dict[MetricId, int] = {}
    for one in recorded:
        metric = replace(one.metric, benchmark=aliases.get(one.metric.benchmark, one.metric.benchmark))
        counts[metric] = counts.get(metric, 0) + len(outside.intersection(one.runs))
    return {metric: count for metric, count in counts.items() if count}
