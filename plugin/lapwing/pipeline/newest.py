"""What was measured at the newest commit of each machine, all its runs taken together?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from lapwing.judge.merged import merge, never_arrived
from lapwing.judge.relative import is_anchored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.judge.merged import Merged
    from lapwing.model import Recorded, Run, RunSummary
    from lapwing.ports import HistoryStore


def newest_of(
    store: HistoryStore, runs: Sequence[RunSummary], order: FirstParents, machine: str | None = None
) -> dict[str, Merged]:
    """Return by machine (or of ``machine`` alone) what stands for its newest commit; none where all is imported.

    Raises:
        StoreError: one of its runs cannot be read.
    """
    placed = _placed(runs, order)
    chosen = {one: at for one, at in placed.items() if machine in (None, one)}
    return {one: merge([store.load(run) for run in at[max(at)]]) for one, at in chosen.items()}


def with_absent(
    newest: Mapping[str, Merged],
    *,
    store: HistoryStore,
    recorded: Iterable[Recorded],
    runs: Sequence[RunSummary],
    order: FirstParents,
) -> dict[str, Merged]:
    """Return ``newest`` with what of a commit's shards never arrived, on whatever machine they were to be measured.

    It is said once for each commit: by the machine that measured most of it.

    Raises:
        StoreError: a run of the commit cannot be read.
    """
    placed = _placed(runs, order)
    found = dict(newest)
    at_place: dict[int, list[str]] = defaultdict(list)
    for machine in newest:
        at_place[max(placed[machine])].append(machine)
    for place, machines in at_place.items():
        there = [run for at in placed.values() for run in at.get(place, ())]
        measured = [store.load(run) for run in there]
        if not any(run.shard is not None for run in measured):
            continue
        told_by = max(machines, key=lambda one: (not is_anchored(found[one].run.machine), _size(found[one].run), one))
        absent = never_arrived(measured, _before(place, placed, recorded))
        found[told_by] = replace(found[told_by], absent=absent)
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


def _before(
    place: int, placed: Mapping[str, Mapping[int, Sequence[str]]], recorded: Iterable[Recorded]
) -> frozenset[str]:
    """Return the benchmarks with a value at the newest commit before ``place``, on whatever machine."""
    last = max((one for at in placed.values() for one in at if one < place), default=None)
    runs = {run for at in placed.values() if last in at for run in at[last]} if last is not None else set()
    return frozenset(one.metric.benchmark for one in recorded if not runs.isdisjoint(one.runs))
