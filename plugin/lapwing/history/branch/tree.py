"""What does a folder of the branch hold? Read from the raw bytes of a git tree, which may be anything.

Not by ``git ls-tree -r``: a few hundred bytes of folders that hold each other can list more paths than there are atoms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FOLDER: Final = b"40000"
FILE: Final = b"100644"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a tree: git's mode, the name as bytes, and the object's name in hexadecimal digits."""

    mode: bytes
    name: bytes
    sha: str


class BadTree(ValueError):  # noqa: N818 - reads as what it is
    """The bytes are no tree."""


def parse_tree(raw: bytes, *, digits: int) -> tuple[Entry, ...]:
    """Return the entries of a tree in a repository whose object names have ``digits`` hexadecimal digits.

    Raises:
        BadTree: the bytes are cut off, or hold something else; a name that stands there twice counts as that too.
    """
    width = digits // 2
    entries: list[Entry] = []
    position = 0
    while position < len(raw):
        space = raw.find(b" ", position, position + 8)
        end = raw.find(b"\0", space + 1)
        if space < 0 or end < 0 or end + 1 + width > len(raw):
            raise BadTree("a line is cut off")
        mode, name = raw[position:space], raw[space + 1 : end]
        if not mode.isdigit() or not name:
            raise BadTree("a line has no mode or no name")
        entries.append(Entry(mode=mode, name=name, sha=raw[end + 1 : end + 1 + width].hex()))
        position = end + 1 + width
    if len({entry.name for entry in entries}) < len(entries):
        raise BadTree("a name stands there twice")
    return tuple(entries)
