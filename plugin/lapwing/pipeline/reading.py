"""What do a store and git hold of a history? Read once, for all who ask: the check, and whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lapwing.detect.series import build_series
from lapwing.errors import RepositoryError
from lapwing.pipeline.doubts import known_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.detect.order import FirstParents, Order
    from lapwing.detect.series import Series
    from lapwing.model import Recorded, RunSummary, RunWarning, Tag
    from lapwing.ports import Commits, HistoryStore, Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A history as it was read: of one machine or of all, ``runs`` of all even then.

    ``order`` is empty, and ``tags`` are none, where there is no git to ask; ``doubts`` are what keeps runs out of it.
    """

    runs: tuple[RunSummary, ...]
    recorded: tuple[Recorded, ...]
    order: FirstParents
    tags: tuple[Tag, ...] = ()
    doubts: tuple[RunWarning, ...] = ()
    _of: dict[str, tuple[Recorded, ...]] = field(default_factory=dict, compare=False)
    _built: dict[str, list[tuple[Order, dict[str, str], tuple[Series, ...]]]] = field(
        default_factory=dict, compare=False
    )

    def of(self, machine: str) -> tuple[Recorded, ...]:
        """Return what is recorded of one machine."""
        if not self._of:
            found: dict[str, list[Recorded]] = {}
            for one in self.recorded:
                found.setdefault(one.machine, []).append(one)
            self._of.update({one: tuple(several) for one, several in found.items()})
        return self._of.get(machine, ())

    def series(self, machine: str, order: Order, aliases: Mapping[str, str]) -> tuple[Series, ...]:
        """Return the series of one machine over the runs that ``order`` has, built once (see ``build_series``)."""
        known = self._built.setdefault(machine, [])
        for its_order, its_aliases, series in known:
            if its_order == order and its_aliases == aliases:
                return series
        series = build_series(self.of(machine), order, aliases)
        known.append((order, dict(aliases), series))
        return series


def read_history(
    *,
    store: HistoryStore,
    commits: Commits,
    tags: Tags | None = None,
    machine: str | None = None,
    damage: bool = True,
) -> Reading:
    """Read what ``store`` has of ``machine`` (an id) or of all, and what git knows of its order and releases.

    Without ``damage`` it is not asked for what of it is damaged, which reads every record; what is, is left out anyway.

    Raises:
        StoreError: the history cannot be read.
    """
    runs = store.runs()
    known = known_of(store, commits, runs, damage=damage)
    return Reading(
        runs=runs,
        recorded=store.recorded(machine=machine),
        order=known.order,
        tags=_tags(tags),
        doubts=known.doubts,
    )


def _tags(tags: Tags | None) -> tuple[Tag, ...]:
    try:
        return () if tags is None else tags.tags()
    except RepositoryError:
        return ()
