"""In which order do the runs of a machine stand?

Git alone knows: the first-parent history of the commit checked out, as it is when the question is asked. Clocks are
asked only where a whole imported history knows no commit of this repository, and then that is said. What has no place
in that history is left out, and it is known why: git has merged it, has it elsewhere, or does not have it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lapwing.model import RunSummary

SHORTEST_PREFIX: Final = 7
"""Digits from which an abbreviated hash is taken for a commit: git's own shortest."""

_FULL: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How many runs have no place in the history, by why.

    ``merged`` are of commits that head's history has, though not among its first parents: of a branch that was merged,
    whose merge stands for it. ``apart`` are of commits that git knows and head's history does not have: of another
    branch, or rebased or pushed away. ``unknown`` are of commits that git does not know here.
    """

    merged: int = 0
    apart: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        """How many there are in all."""
        return self.merged + self.apart + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Where each run stands: ``position[run id]``, by commit, oldest 0; ``commits[position]`` is its hash.

    ``left_out`` counts the runs of commits that are not in the history. ``by_date`` is True where dates had to serve,
    ``cut_off`` where the history is cut off (a shallow clone), so that what is unknown may well be earlier.
    """

    position: dict[str, int]
    commits: tuple[str, ...]
    left_out: LeftOut = LeftOut()
    by_date: bool = False
    cut_off: bool = False

    @property
    def misses_earlier(self) -> int:
        """How many runs may be earlier ones that a clone without its older commits cannot place."""
        return self.left_out.unknown if self.cut_off else 0


class FirstParents:
    """Finds the place of full and abbreviated hashes in a first-parent history, and why one has none."""

    def __init__(
        self,
        shas: Sequence[str],
        *,
        merged: Collection[str] = (),
        apart: Collection[str] = (),
        cut_off: bool = False,
    ) -> None:
        """Index ``shas``, full hashes, oldest first.

        ``merged`` and ``apart`` are hashes, as runs have them, of other commits that git knows (see
        :class:`LeftOut`). ``cut_off`` says that git does not know what came before the first of ``shas``.
        """
        self.shas = tuple(shas)
        self.cut_off = cut_off
        self._merged = frozenset(merged)
        self._apart = frozenset(apart)
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

    def left_out(self, shas: Iterable[str]) -> LeftOut:
        """Count runs without a place, given the commit of each, by why they have none."""
        given = list(shas)
        merged = sum(sha in self._merged for sha in given)
        apart = sum(sha in self._apart for sha in given)
        return LeftOut(merged=merged, apart=apart, unknown=len(given) - merged - apart)


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
    outside = [run for run in given if run.id not in places]
    imported = [] if places else [run for run in outside if run.source.startswith("import:")]
    if imported:
        dated = {run.id for run in imported}
        rest = (run.commit.sha for run in outside if run.id not in dated)
        return _by_date(imported, first_parents.left_out(rest))
    used = sorted(set(places.values()))
    rank = {place: position for position, place in enumerate(used)}
    names: dict[int, str] = {}
    for run in given:
        if run.id in places:
            # Of a commit that an import abbreviates the whole hash, whichever of its runs was stored last.
            names[places[run.id]] = max(names.get(places[run.id], ""), run.commit.sha, key=len)
    return Order(
        position={run: rank[place] for run, place in places.items()},
        commits=tuple(names[place] for place in used),
        left_out=first_parents.left_out(run.commit.sha for run in outside),
        cut_off=first_parents.cut_off,
    )


def _by_date(runs: list[RunSummary], left_out: LeftOut) -> Order:
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
