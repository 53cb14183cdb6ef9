"""Where are the contents of files that git LFS keeps? In the clone if anywhere: nothing is fetched."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_POINTER: Final = re.compile(rb"version https://git-lfs\.github\.com/spec/v\d\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")
_MOST: Final = 1_024
"""Bytes of a pointer, as the specification has it."""


def filled_in(place: Path, paths: Iterable[str], git_dir: Path) -> list[str]:
    """Replace the pointers among the files by what the clone has of them; return those it has not."""
    with suppress(OSError):  # a linked worktree has its objects with the first one
        git_dir = (git_dir / (git_dir / "commondir").read_text(encoding="utf-8").strip()).resolve()
    store = git_dir / "lfs" / "objects"
    missing = []
    for path in paths:
        file = place / path
        oid = _pointed_at(file)
        if oid is None:
            continue
        kept = store / oid[:2] / oid[2:4] / oid
        if kept.is_file():
            shutil.copyfile(kept, file)
        else:
            missing.append(path)
    return missing


def _pointed_at(file: Path) -> str | None:
    try:
        if file.is_symlink() or file.stat().st_size > _MOST:
            return None
        found = _POINTER.match(file.read_bytes())
    except OSError:
        return None
    return found[1].decode("ascii") if found else None
