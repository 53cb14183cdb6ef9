"""Which history has a past to cut off? One on a git branch; a database has none."""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from lapwing.history.branch import Compacted
    from lapwing.ports import HistoryStore


def compact(store: HistoryStore) -> Compacted | None:
    """Cut off the past of the store's branch; None where there is no branch yet.

    Raises:
        UsageError: the history is on no branch (``not-a-branch``).
        StoreError: the remote cannot be reached or refuses; the branch is as it was.
    """
    from lapwing.history.branch import BranchStore

    if not isinstance(store, BranchStore):
        raise UsageError(
            "not-a-branch",
            "Only a history on a git branch can be compacted; this one is a database.",
            remedy="name a branch with --store git+branch://lapwing-history; a database needs no compaction.",
        )
    return store.compact()
