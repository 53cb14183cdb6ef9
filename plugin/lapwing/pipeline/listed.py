"""Which runs does the user want to see, in which order? In git's, and what git does not know of apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.order import FirstParents, same_commit
from lapwing.errors import RepositoryError, UsageError
from lapwing.pipeline.measured import measured_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from lapwing.model import Recorded, RunSummary
    from lapwing.ports import Commits, HistoryStore

    Resolve = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a run must be to be listed; None asks nothing. Dates are seconds since the epoch, ``until`` is exclusive.

    ``commit`` is a hash, its beginning, or what git takes for a commit; ``span`` two of them, the first exclusive, as
    git has ranges, either empty for the end of the history. ``benchmark`` is a part of a name, or with ``*`` or ``?``
    the whole.
    """

    machine: str | None = None
    branch: str | None = None
    since: float | None = None
    until: float | None = None
    commit: str | None = None
    span: tuple[str, str] | None = None
    source: str | None = None
    benchmark: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The runs wished for, the newest last: ``runs`` in git's order, of one commit as stored; ``outside`` it."""

    runs: tuple[RunSummary, ...]
    outside: tuple[RunSummary, ...]


def listed(*, store: HistoryStore, commits: Commits, resolve: Resolve, wish: Wish) -> Listed:
    """Return the runs of ``store`` that are as wished; where git knows none of them, in the order of storing.

    ``resolve`` gives the full hash of the commit that git takes a word for, None for none.

    Raises:
        UsageError: ``no-such-commit``, an end of a range is not in the history of the commit checked out.
        StoreError: the store cannot be read.
    """
    try:
        first_parents = commits.first_parents()
    except RepositoryError:
        first_parents = ()
    order = FirstParents(first_parents)
    found = [run for run in store.runs() if _is_wished(run, wish)]
    if wish.commit is not None:
        # What git does not know may still be the beginning of a commit that an import has.
        sha = _resolved(wish.commit, resolve) or wish.commit
        found = [run for run in found if run.commit.sha.startswith(sha) or same_commit(run.commit.sha, sha)]
    if wish.span is not None:
        found = _within(found, wish.span, first_parents, resolve)
    if wish.benchmark is not None:
        having = _having(store.recorded(machine=wish.machine), wish.benchmark)
        found = [run for run in found if run.id in having]
    placed = [(place, run) for run in found if (place := order.place(run.commit.sha)) is not None]
    inside = [run for _, run in sorted(placed, key=lambda one: one[0])]
    outside = [run for run in found if order.place(run.commit.sha) is None]
    if not inside:
        inside, outside = outside, []
    if wish.limit is not None:
        inside = inside[-wish.limit :]
        room = wish.limit - len(inside)
        outside = outside[-room:] if room else []
    return Listed(runs=tuple(inside), outside=tuple(outside))


def _is_wished(run: RunSummary, wish: Wish) -> bool:
    at = measured_at(run)
    return (
        wish.machine in (None, run.machine.id)
        and wish.branch in (None, run.commit.branch)
        and wish.source in (None, run.source)
        and (wish.since is None or (at is not None and at >= wish.since))
        and (wish.until is None or (at is not None and at < wish.until))
    )


def _resolved(word: str, resolve: Resolve) -> str | None:
    try:
        return resolve(word)
    except RepositoryError:
        return None


def _within(
    runs: Iterable[RunSummary], span: tuple[str, str], first_parents: Sequence[str], resolve: Resolve
) -> list[RunSummary]:
    """Return the runs of the commits after the first end, up to the second."""
    order = FirstParents(first_parents)
    first, last = (
        _place(end, order, resolve) if end else default
        for end, default in zip(span, (-1, len(first_parents) - 1), strict=True)
    )
    places = ((run, order.place(run.commit.sha)) for run in runs)
    return [run for run, place in places if place is not None and first < place <= last]


def _place(word: str, order: FirstParents, resolve: Resolve) -> int:
    place = order.place(_resolved(word, resolve) or word)
    if place is None:
        raise UsageError(
            "no-such-commit",
            f"{word[:100]!r} is no commit in the history of the one checked out.",
            remedy="give one that 'git log --first-parent' shows, a tag on one, or HEAD~10.",
        )
    return place


def _having(recorded: Iterable[Recorded], pattern: str) -> Collection[str]:
    """Return the ids of the runs that have a value of a benchmark whose name is like ``pattern``.

    Brackets stand for themselves: names of benchmarks are full of them.
    """
    parts = {"*": ".*", "?": "."}
    text = "".join(parts.get(char, re.escape(char)) for char in re.sub(r"\*+", "*", pattern))
    like = re.compile(text if parts.keys() & set(pattern) else f".*{text}.*", re.DOTALL)
    return {run for one in recorded if like.fullmatch(one.metric.benchmark) for run in one.runs}
