"""In which order do the runs of a machine stand?

Git alone knows: the first-parent history. Clocks are asked only where a whole imported history knows no commit of this
repository, and then that is said.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.model import RunSummary

SHORTEST_PREFIX: Final = 7
"""Digits from which an abbreviated hash is taken for a commit: git's own shortest."""

_FULL: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Where each run stands: ``position[run id]``, by commit, oldest 0; ``commits[position]`` is its hash.

    ``left_out`` counts the runs of commits that are not in the history. ``by_date`` is True where dates had to serve.
    """

    position: dict[str, int]
    commits: tuple[str, ...]
    left_out: int = 0
    by_date: bool = False


class FirstParents:
    """Finds the place of full and abbreviated hashes in a first-parent history."""

    def __init__(self, shas: Sequence[str]) -> None:
        """Index ``shas``, full hashes, oldest first."""
        self._place = {sha: place for place, sha in enumerate(shas)}
        self._ordered = sorted(self._place)

    def place(self, sha: str) -> int | None:
        """Return the place of ``sha``; None where it is not in the history or an abbreviation of several."""
        if (exact := self._place.get(sha)) is not None:
            return exact
        if not SHORTEST_PREFIX <= len(sha) < _FULL:
            return None
        at = bisect_left(self._ordered, sha)
        near = [full for full in self._ordered[at : at + 2] if full.startswith(sha)]
        return self._place[near[0]] if len(near) == 1 else None


def same_commit(one: str, other: str) -> bool:
    """Tell whether two hashes, either of which may be abbreviated, name one commit."""
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= SHORTEST_PREFIX and long.startswith(short))


def order_runs(runs: Iterable[RunSummary], first_parents: FirstParents) -> Order:
    """Order the ``runs`` of one machine, given in the order of storing.

    If any run's commit is in the history, those that are count, in its order. If none is and the runs were imported,
    they are ordered by the commits' dates, those of one date (or none) as they were stored. Otherwise nothing counts.
    """
    given = list(runs)
    places = {run.id: place for run in given if (place := first_parents.place(run.commit.sha)) is not None}
    if places:
        used = sorted(set(places.values()))
        rank = {place: position for position, place in enumerate(used)}
        names = {places[run.id]: run.commit.sha for run in given if run.id in places}
        return Order(
            position={run: rank[place] for run, place in places.items()},
            commits=tuple(names[place] for place in used),
            left_out=len(given) - len(places),
        )
    imported = [run for run in given if run.source.startswith("import:")]
    if not imported:
        return Order(position={}, commits=(), left_out=len(given))
    return _by_date(imported, len(given) - len(imported))


def _by_date(runs: list[RunSummary], left_out: int) -> Order:
    """Order by date; a commit stands where its earliest run puts it."""
    first: dict[str, tuple[float, int]] = {}
    for stored, run in enumerate(runs):
        key = (run.started_at if run.commit.date is None else run.commit.date, stored)
        first[run.commit.sha] = min(key, first.get(run.commit.sha, key))
    commits = sorted(first, key=first.__getitem__)
    rank = {sha: position for position, sha in enumerate(commits)}
    return Order(
        position={run.id: rank[run.commit.sha] for run in runs}, commits=tuple(commits), left_out=left_out, by_date=True
    )
