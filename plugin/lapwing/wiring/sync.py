"""Which concrete thing does ``lapwing sync`` get?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lapwing.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.ports import HistoryStore
    from lapwing.report.sync import Synced

    Progress = Callable[[int, int, str], None]


def sync(*, store: HistoryStore, root: Path, progress: Progress, dry: bool) -> Synced:
    """Send what waits in the outbox to ``store``, then bring what is here of a remote one up to date.

    Raises:
        StoreError: the outbox or the store cannot be read.
    """
    from lapwing.pipeline.sync import sync as synced
    from lapwing.wiring.keeping import outbox_of

    done = synced(store=store, outbox=outbox_of(root), progress=progress, dry=dry)
    if dry or done.refused is not None:
        return done
    # Only a store whose runs are elsewhere has something to bring up to date; reading it does so too.
    refresh = getattr(store, "refresh", None)
    try:
        if refresh is not None:
            refresh()
        return replace(done, runs=len(store.runs()))
    except StoreError as error:
        from lapwing.model import RunWarning

        return replace(done, refused=RunWarning(slug=error.slug, message=error.message, remedy=error.remedy))
