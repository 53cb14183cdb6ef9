"""Which runs does the site show, and in which order of commits?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.detect.order import FirstParents, order_runs
from lapwing.errors import RepositoryError, StoreDamaged, UsageError
from lapwing.judge.identity import newest_declared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.detect.order import Order
    from lapwing.model import Commit, Declared, Recorded, RunSummary
    from lapwing.ports import Commits, HistoryStore

_LATEST: Final = 2**37
"""Seconds; the year 6325. asv fails on dates that Python has no calendar for, and an import may hold any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is published.

    ``orders`` has the runs of each machine (by id) that are shown. ``chain`` is every commit shown with its date in
    seconds, oldest first; ``hashes`` are their full hashes in the project's repository, None where some of them are
    not in it. ``head`` is the newest commit of the project. ``notes`` say what is not as it might be expected.
    """

    runs: tuple[RunSummary, ...]
    orders: Mapping[str, Order]
    chain: tuple[tuple[Commit, float], ...]
    hashes: tuple[str, ...] | None
    head: str
    notes: tuple[str, ...]


def plan_site(store: HistoryStore, commits: Commits) -> Plan:
    """Return what of the history is published. Raises what :func:`plan_of` raises."""
    try:
        order = FirstParents(commits.first_parents(), cut_off=commits.is_shallow())
    except RepositoryError:  # outside a repository an imported history can still be looked at
        order = FirstParents(())
    return plan_of(store.runs(), order)


def plan_of(summaries: Sequence[RunSummary], parents: FirstParents) -> Plan:
    """Return what is published of these runs; those of dirty work trees are not, no commit holds what they measured.

    Raises:
        UsageError: there is nothing to show (``empty-history``).
    """
    shas = parents.shas
    runs = tuple(run for run in summaries if not run.commit.dirty)
    machines = dict.fromkeys(run.machine.id for run in runs)
    every = {key: order_runs([run for run in runs if run.machine.id == key], parents) for key in machines}
    orders = {key: order for key, order in every.items() if order.position}
    if not orders:
        raise UsageError(
            "empty-history",
            "There is no run of a commit of this branch to show.",
            remedy="measure with 'pytest --perf' on a clean work tree, or read a history with 'lapwing import'.",
        )
    chain = _chain(runs, orders, parents)
    by_date = any(order.by_date for order in orders.values())
    return Plan(
        runs=runs,
        orders=orders,
        chain=chain,
        hashes=None if by_date else tuple(shas[parents.place(commit.sha) or 0] for commit, _ in chain),
        head=shas[-1] if shas else "",
        notes=_notes(
            dirty=len(summaries) - len(runs),
            left_out=sum(order.left_out.total for order in every.values()),
            by_date=by_date,
            cut_off=parents.cut_off,
        ),
    )


def declared_in(plan: Plan, store: HistoryStore, recorded: Sequence[Recorded]) -> dict[str, Declared]:
    """Return the newest declaration of each benchmark that was ``recorded``.

    Only runs that are the last of some benchmark are read, newest first: of numpy's 1,386 runs 43, and not 755.
    """
    place = {commit.sha: at for at, (commit, _) in enumerate(plan.chain)}
    runs = sorted(plan.runs, key=lambda run: (place.get(run.commit.sha, -1), run.id))
    age = {run.id: at for at, run in enumerate(runs)}
    last: dict[str, int] = {}
    # By the tuple itself: of one and the same runs most metrics have one and the same.
    known: dict[int, int] = {}
    for each in recorded:
        if id(each.runs) not in known:
            known[id(each.runs)] = max((age[run] for run in each.runs if run in age), default=-1)
        newest = known[id(each.runs)]
        last[each.metric.benchmark] = max(newest, last.get(each.metric.benchmark, -1))
    missing = set(last)
    read: list[tuple[Declared, ...]] = []
    for at in sorted({at for at in last.values() if at >= 0}, reverse=True):
        if not any(last[name] == at for name in missing):
            continue
        try:
            declared = store.load(runs[at].id).declared
        except StoreDamaged:  # kept and left alone; its values are not among the recorded ones either
            continue
        read.append(declared)
        for one in declared:
            # An id that a benchmark had before is found with its present declaration.
            missing -= {one.benchmark, *one.was}
    return newest_declared(read)


def _chain(
    runs: Sequence[RunSummary], orders: Mapping[str, Order], parents: FirstParents
) -> tuple[tuple[Commit, float], ...]:
    """Return every commit shown with its date: those that only dates order, then those of git."""
    dated = [run for run in runs if run.machine.id in orders and orders[run.machine.id].by_date]
    loose = order_runs(dated, FirstParents(())).commits
    inside = {sha for order in orders.values() if not order.by_date for sha in order.commits}
    firm = sorted(inside, key=lambda sha: (parents.place(sha) or 0, sha))
    known: dict[str, tuple[Commit, float]] = {}
    for run in runs:
        date = run.started_at if run.commit.date is None else run.commit.date
        known.setdefault(run.commit.sha, (run.commit, min(_LATEST, max(0.0, date))))
    return tuple(known[sha] for sha in dict.fromkeys((*loose, *firm)))


def _runs(count: int) -> str:
    return "1 run is" if count == 1 else f"{count:,} runs are"


def _notes(*, dirty: int, left_out: int, by_date: bool, cut_off: bool) -> tuple[str, ...]:
    notes = []
    if dirty:
        notes.append(f"{_runs(dirty)} left out: there were changes that no commit holds.")
    if left_out:
        why = "this branch's history does not have what they measured"
        shallow = ", and this clone is shallow: 'git fetch --unshallow' fetches the rest of it" if cut_off else ""
        notes.append(f"{_runs(left_out)} left out: {why}{shallow}.")
    if by_date:
        notes.append("Imported commits are not in this repository: they are shown in the order of their dates.")
    return tuple(notes)
