"""What is known of one machine before head: its runs in order, and its series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.order import Order, order_runs
from lapwing.detect.series import Series, build_series

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.model import Declared, MetricId, Recorded, RunSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The clean, complete runs of one machine in order, and their series by metric."""

    machine: str
    order: Order
    runs: tuple[RunSummary, ...]
    series: dict[MetricId, Series]

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
    without: str = "",
) -> Past:
    """Return the past of ``machine``, the run ``without`` left out. Dirty and incomplete runs are never part of it."""
    usable = tuple(
        run for run in runs if run.machine.id == machine and run.complete and not run.commit.dirty and run.id != without
    )
    order = order_runs(usable, first_parents)
    built = build_series((one for one in recorded if one.machine == machine), order, aliases)
    return Past(machine=machine, order=order, runs=usable, series={series.metric: series for series in built})


def aliases_of(declared: Iterable[Declared]) -> dict[str, str]:
    """Return the ids that benchmarks had before, each with its present one; an id still in use is no alias."""
    given = list(declared)
    present = {one.benchmark for one in given}
    return {old: one.benchmark for one in given for old in one.was if old not in present}
