"""Keep runs on an orphan branch of any git remote, one file for each run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lapwing.history.branch.address import parse_address
from lapwing.history.branch.retry import system_timing
from lapwing.history.branch.store import BranchStore, Compacted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BranchStore", "Compacted", "open_branch"]


def open_branch(place: str, root: Path) -> BranchStore:
    """Return the store at ``place``, ``git+branch://NAME[?remote=origin|URL|path]``, for the project at ``root``.

    Nothing is asked of the remote yet.

    Raises:
        UsageError: ``bad-branch``.
    """
    return BranchStore(parse_address(place), root, environ=os.environ, timing=system_timing())
