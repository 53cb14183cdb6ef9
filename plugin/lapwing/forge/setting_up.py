"""What is to be done with each file that ``lapwing init`` would write: write, upgrade, leave, or show what differs?

A file of ours begins with a line that holds a hash of the rest. Where that still fits, nobody edited it, and it can be
replaced by a newer one; where not, somebody did, and it is left alone unless they say otherwise.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Final = ("github",)
"""Where pull requests may be."""

_BRANCH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}", re.ASCII)
_SIGNED: Final = re.compile(r"# Written by lapwing init, unedited while this fits: ([0-9a-f]{16})\n", re.ASCII)

What = Literal["new", "as it is", "upgraded", "edited", "overwritten"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One file: what is done with it, its new text (None where it is left), and how the two differ."""

    path: str
    what: What
    text: str | None
    difference: str = ""


def is_branch(name: str) -> bool:
    """Tell whether a name of a branch can be put into a workflow as it is."""
    return _BRANCH.fullmatch(name) is not None and ".." not in name


def signed(text: str) -> str:
    """Return a text below the line that says what it was."""
    return f"# Written by lapwing init, unedited while this fits: {_mark(text)}\n{text}"


def plan(wanted: Mapping[str, str], there: Mapping[str, str], *, force: bool) -> tuple[Planned, ...]:
    """Return what to do with each of the ``wanted`` texts by path; ``there`` are those of them that exist.

    ``force`` overwrites what somebody edited, and shows how it differs all the same.
    """
    return tuple(_planned(path, signed(text), there.get(path), force=force) for path, text in wanted.items())


def _planned(path: str, text: str, there: str | None, *, force: bool) -> Planned:
    if there is None:
        return Planned(path=path, what="new", text=text)
    there = there.replace("\r\n", "\n")
    if there == text:
        return Planned(path=path, what="as it is", text=None)
    first = _SIGNED.match(there)
    if first is not None and first[1] == _mark(there[first.end() :]):
        return Planned(path=path, what="upgraded", text=text, difference=_difference(path, there, text))
    shown = _difference(path, there, text)
    return Planned(path=path, what="overwritten" if force else "edited", text=text if force else None, difference=shown)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _difference(path: str, there: str, text: str) -> str:
    # The line that says what a file was differs with every other, and says nothing to a reader.
    there, text = (_SIGNED.sub("", one, count=1) for one in (there, text))
    lines = difflib.unified_diff(
        there.splitlines(keepends=True), text.splitlines(keepends=True), f"{path} (yours)", f"{path} (lapwing's)"
    )
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
