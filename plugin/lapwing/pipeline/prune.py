"""What would a pruning remove, and what then? Planned first; the plan is what is removed, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lapwing.errors import RepositoryError
from lapwing.judge.release import last_release
from lapwing.model import RunWarning
from lapwing.pipeline.doubts import known_of
from lapwing.pipeline.protected import protected_runs
from lapwing.pipeline.retention import going
from lapwing.report.pruned import Losing, Pruned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lapwing.judge.policy import Policy
    from lapwing.model import Recorded
    from lapwing.pipeline.retention import Wanted
    from lapwing.ports import Commits, HistoryStore, Tags


def plan_pruning(  # noqa: PLR0913 - the ports of the job, by name
    *,
    store: HistoryStore,
    commits: Commits,
    tags: Tags,
    policy: Policy,
    wanted: Wanted,
    also_protected: bool = False,
) -> Pruned:
    """Return what of ``store`` is ``wanted`` gone and may go; nothing is removed yet.

    Runs that change points, the newest level or the last release rest on stay, unless ``also_protected``
    (:mod:`lapwing.pipeline.protected`). So do, in a shallow clone, those of commits that it does not know: nobody can
    tell what rests on them.

    Raises:
        UsageError: ``nothing-asked``.
        StoreError: the store cannot be read.
    """
    runs, recorded, sizes = store.runs(), store.recorded(), store.sizes()
    asked = going(runs, wanted)
    known = known_of(store, commits, runs)
    order = known.order
    kept: set[str] = set()
    unplaced: set[str] = set()
    if asked and not also_protected:
        kept = protected_runs(runs, recorded, order, policy, release=_release(tags, order.shas))
        unplaced = {run.id for run in asked if order.cut_off and order.place(run.commit.sha) is None} - kept
        kept |= unplaced
    chosen = tuple(run for run in asked if run.id not in kept)
    return Pruned(
        runs=chosen,
        of=len(runs),
        size=sum(sizes.get(run.id, 0) for run in chosen),
        size_of_all=sum(sizes.values()),
        protected=len(asked) - len(chosen),
        losing=_losing(recorded, {run.id for run in chosen}),
        warnings=(*_cut_off(len(unplaced)), *known.doubts),
    )


def _cut_off(unplaced: int) -> tuple[RunWarning, ...]:
    """Say which runs stay because the clone is cut off."""
    if not unplaced:
        return ()
    runs = "1 run is" if unplaced == 1 else f"{unplaced:,} runs are"
    return (
        RunWarning(
            slug="shallow",
            message=f"This clone is shallow: {runs} of commits that it does not know, and stays for that.",
            remedy="fetch the whole history with 'git fetch --unshallow', in GitHub Actions with 'fetch-depth: 0'.",
        ),
    )


def prune(store: HistoryStore, plan: Pruned) -> Pruned:
    """Remove what was planned, all of it or nothing.

    Raises:
        StoreError: nothing is removed.
    """
    store.remove([run.id for run in plan.runs])
    return replace(plan, done=True)


def _release(tags: Tags, first_parents: Sequence[str]) -> int | None:
    try:
        found = last_release(tags.tags(), first_parents)
    except RepositoryError:
        return None
    return None if found is None else first_parents.index(found.sha)


def _losing(recorded: Iterable[Recorded], gone: Collection[str]) -> tuple[Losing, ...]:
    found = []
    for one in recorded:
        after = sum(run not in gone for run in one.runs)
        if after < len(one.runs):
            found.append(Losing(metric=one.metric, machine=one.machine, before=len(one.runs), after=after))
    return tuple(found)
