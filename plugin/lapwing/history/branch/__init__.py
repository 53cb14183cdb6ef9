"""Keep runs on an orphan branch of any git remote, one file for each run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lapwing.history.branch.address import at_remote, parse_address
from lapwing.history.branch.main_line import main_line
from lapwing.history.branch.retry import system_timing
from lapwing.history.branch.store import BranchStore, Compacted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BranchStore", "Compacted", "at_remote", "main_line", "open_branch"]


def open_branch(place: str, root: Path, *, newest: int | None = None) -> BranchStore:
    """Return the store at ``place``, ``git+branch://NAME[?remote=origin|URL|path]``, for the project at ``root``.

    With ``newest`` it shows the last so many runs alone, by the days they began, and the files of no others are
    fetched. Nothing is asked of the remote yet.

    Raises:
        UsageError: ``bad-branch``.
    """
    return BranchStore(parse_address(place), root, environ=os.environ, timing=system_timing(), newest=newest)
