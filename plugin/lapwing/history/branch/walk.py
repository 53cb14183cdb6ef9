"""Which files came to the branch and which went, between two states of it? Only folders that differ are opened."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreDamaged
from lapwing.history.branch.tree import FOLDER, BadTree, Entry, parse_tree

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_FOLDERS: Final = 40_000
"""Folders opened in one look: a run on each day of a hundred years."""

MAX_FILES: Final = 2_000_000
"""Files seen in one look, 0.5 kB of memory each."""

RUN_LEVELS: Final = (re.compile(rb"\d{4}"), re.compile(rb"\d\d"), re.compile(rb"\d\d"))
"""Names of the folders under ``runs`` that are opened; what has another name is told and not opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something that is no folder of ours: its path, git's mode, its object, and what is wrong with a folder."""

    path: bytes
    mode: bytes
    sha: str
    problem: str = ""


@dataclass(slots=True, kw_only=True)
class Changes:
    """What came and what went; what was changed in place is in both."""

    came: list[Found] = field(default_factory=list)
    went: list[bytes] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Walk:
    """Compares trees. ``read`` gives the raw bytes of a tree, or a sentence on why it cannot, or None if not there."""

    read: Callable[[str], bytes | str | None]
    digits: int
    levels: tuple[re.Pattern[bytes], ...]
    changes: Changes = field(default_factory=Changes)
    _folders: int = 0

    def between(self, old: Entry | None, new: Entry | None, path: bytes) -> None:
        """Note what differs between two things at ``path``, each of which need not be there.

        Raises:
            StoreDamaged: ``branch-too-large``, more folders or files than a history of a hundred years has.
        """
        self._compare(old, new, path, 0)

    def _compare(self, old: Entry | None, new: Entry | None, path: bytes, depth: int) -> None:
        if old == new:
            return
        before = self._opened(old, depth) if old else {}
        after = self._opened(new, depth) if new else {}
        if old is not None and not isinstance(before, dict):
            self.changes.went.append(path)
        if new is not None and not isinstance(after, dict):
            self.changes.came.append(Found(path=path, mode=new.mode, sha=new.sha, problem=after))
        self._bound()
        was, now = (side if isinstance(side, dict) else {} for side in (before, after))
        for name in sorted(was.keys() | now.keys()):
            self._compare(was.get(name), now.get(name), path + b"/" + name, depth + 1)

    def _opened(self, entry: Entry, depth: int) -> dict[bytes, Entry] | str:
        """Return what is in a folder of ours, or a text for all else: empty for a file, else what is wrong."""
        if entry.mode != FOLDER:
            return ""
        if depth > len(self.levels) or (depth and not self.levels[depth - 1].fullmatch(entry.name)):
            return "a folder where none of ours can be"
        self._folders += 1
        raw = self.read(entry.sha)
        if not isinstance(raw, bytes):
            return raw or "the folder's object is missing"
        try:
            return {one.name: one for one in parse_tree(raw, digits=self.digits)}
        except BadTree as error:
            return f"the folder is damaged, {error}"

    def _bound(self) -> None:
        files = len(self.changes.came) + len(self.changes.went)
        if self._folders > 2 * MAX_FOLDERS or files > MAX_FILES:
            raise StoreDamaged(
                "branch-too-large",
                f"The branch has more than {MAX_FOLDERS} folders or {MAX_FILES} files under one name.",
                remedy="it is no history that Lapwing wrote; choose another branch.",
            )
