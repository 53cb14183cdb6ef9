"""What was measured at the newest commit of each machine, all its runs taken together?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.errors import StoreDamaged
from lapwing.judge.merged import merge, never_arrived
from lapwing.judge.relative import is_anchored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.judge.merged import Merged
    from lapwing.model import Recorded, Run, RunSummary

    Load = Callable[[str], Run]
    Placed = Mapping[str, Mapping[int, Sequence[str]]]


def newest_of(
    load: Load, runs: Sequence[RunSummary], order: FirstParents, machine: str | None = None
) -> dict[str, Merged]:
    """Return by machine (or of ``machine`` alone) what stands for its newest commit; none where all is imported.

    Of several runs those that are damaged are left out. ``load`` reads one run, a store's method.

    Raises:
        StoreError: a run cannot be read; StoreDamaged only where all of the commit's are damaged.
    """
    placed = _placed(runs, order)
    chosen = {one: at for one, at in placed.items() if machine in (None, one)}
    return {one: merge(_readable(load, at[max(at)])) for one, at in chosen.items()}


def with_shards(
    newest: Mapping[str, Merged],
    *,
    load: Load,
    recorded: Callable[[], Iterable[Recorded]],
    runs: Sequence[RunSummary],
    order: FirstParents,
) -> dict[str, Merged]:
    """Return ``newest`` with what became of each commit's shards.

    Which never arrived, on whatever machine, which is said once for each commit, by the machine that measured most of
    it; and which landed on another machine than before. ``recorded`` is asked only where there are shards.

    Raises:
        StoreError: the history cannot be read.
    """
    placed = _placed(runs, order)
    found = dict(newest)
    at_place: dict[int, list[str]] = defaultdict(list)
    for machine in newest:
        at_place[max(placed[machine])].append(machine)
    for place, machines in at_place.items():
        measured = _readable(load, [run for at in placed.values() for run in at.get(place, ())])
        sharded = {run.machine.id for run in measured if run.shard is not None}
        if not sharded:
            continue
        earlier = _Earlier.read(recorded(), placed, place)
        for machine in sharded.intersection(machines):
            elsewhere = earlier.elsewhere(machine, {run.machine.id: run.machine.title for run in runs})
            found[machine] = replace(found[machine], elsewhere=elsewhere)
        told_by = max(machines, key=lambda one: (not is_anchored(found[one].run.machine), _size(found[one].run), one))
        found[told_by] = replace(found[told_by], absent=never_arrived(measured, earlier.newest))
    return found


def _readable(load: Load, runs: Iterable[str]) -> list[Run]:
    """Return the runs that are not damaged; where all are, raise what the first one's record raised."""
    found: list[Run] = []
    damage: list[StoreDamaged] = []
    for run in runs:
        try:
            found.append(load(run))
        except StoreDamaged as error:  # noqa: PERF203 - one damaged run must not cost the others
            damage.append(error)
    if damage and not found:
        raise damage[0]
    return found


def _placed(runs: Iterable[RunSummary], order: FirstParents) -> dict[str, dict[int, list[str]]]:
    """Return by machine and place in the history the runs that were measured there on a clean work tree."""
    found: dict[str, dict[int, list[str]]] = {}
    for run in runs:
        if run.source == "pytest" and not run.commit.dirty and (place := order.place(run.commit.sha)) is not None:
            found.setdefault(run.machine.id, {}).setdefault(place, []).append(run.id)
    return found


def _size(run: Run) -> int:
    return len(run.declared)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Earlier:
    """Which benchmarks were measured before a commit: at the ``newest`` one before it, and ever by machine."""

    newest: frozenset[str]
    by_machine: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, recorded: Iterable[Recorded], placed: Placed, place: int) -> _Earlier:
        """Find what was measured before ``place``."""
        last = max((one for at in placed.values() for one in at if one < place), default=-1)
        at_last = {run for at in placed.values() for run in at.get(last, ())}
        before = {run for at in placed.values() for one, runs in at.items() if one < place for run in runs}
        newest: set[str] = set()
        by_machine: dict[str, dict[str, int]] = {}
        for one in recorded:
            name, counts = one.metric.benchmark, by_machine.setdefault(one.machine, {})
            if values := len(before.intersection(one.runs)):
                counts[name] = max(values, counts.get(name, 0))
            if not at_last.isdisjoint(one.runs):
                newest.add(name)
        return cls(newest=frozenset(newest), by_machine=by_machine)

    def elsewhere(self, machine: str, titles: Mapping[str, str]) -> dict[str, str]:
        """Return what was never measured on ``machine`` and was on others, with the title of the one that has most."""
        here = self.by_machine.get(machine, {})
        most: dict[str, tuple[int, str]] = {}
        for other, counts in self.by_machine.items():
            for name, values in counts.items() if other != machine else ():
                if name not in here:
                    most[name] = max(most.get(name, (0, "")), (values, other))
        return {name: titles[other] for name, (_, other) in most.items()}
