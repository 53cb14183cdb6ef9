"""Under which ids did a benchmark run before, those among them that only earlier runs can tell?

*a was b* stands in the code of today; *b was c* stood in the code of then, and in the runs that were made of it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from lapwing.errors import StoreError
from lapwing.judge.identity import followed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.model import Declared, Recorded, Run, RunSummary
    from lapwing.ports import HistoryStore


def with_former_ids(
    declared: Iterable[Declared],
    *,
    store: HistoryStore,
    recorded: Sequence[Recorded],
    runs: Iterable[RunSummary],
    order: FirstParents,
) -> tuple[Declared, ...]:
    """Return ``declared`` with the ids that their former ids had before in turn, as the newest run of each told.

    One run is read for each former id that has values; that is one run a rename. One that cannot be read tells nothing.
    """
    given = tuple(declared)
    todo = sorted({old for one in given for old in one.was})
    if not todo:
        return given
    place = {run.id: at for run in runs if (at := order.place(run.commit.sha)) is not None}
    read: dict[str, Run | None] = {}
    earlier: dict[str, tuple[str, ...]] = {}
    while todo:
        old = todo.pop()
        having = {run for one in recorded if one.metric.benchmark == old for run in one.runs if run in place}
        newest = max(having, key=lambda run: (place[run], run), default=None)
        earlier[old] = _was(old, newest, store, read) if newest is not None else ()
        todo += [one for one in earlier[old] if one not in earlier]
    return tuple(replace(one, was=followed(one.was, earlier)) if one.was else one for one in given)


def _was(benchmark: str, run: str, store: HistoryStore, read: dict[str, Run | None]) -> tuple[str, ...]:
    """Return what ``run`` declares that ``benchmark`` was before."""
    if run not in read:
        read[run] = None
        with suppress(StoreError):
            read[run] = store.load(run)
    found = read[run]
    return next((one.was for one in found.declared if one.benchmark == benchmark), ()) if found is not None else ()
