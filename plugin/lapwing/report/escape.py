"""How is text that someone else wrote made harmless and short enough to print?

Names of benchmarks, subjects of commits and messages of failures are whatever their authors typed: control characters
would move the cursor, direction marks would turn a line around, and markup would colour it. Nothing here knows rich.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from rich.cells import cell_len

# What Lapwing itself prints beyond ASCII, for streams that have ASCII only.
_SPELT: Final = str.maketrans(
    {"→": "->", "−": "-", "–": "-", "±": "+-", "×": "x", "µ": "u", "…": "...", "·": "-", "≥": ">=", "’": "'"}
)


def escape(text: str, *, ascii_only: bool = False) -> str:
    r"""Return ``text`` with everything that does not print written as an escape: ``\x1b``, ``\u202e``, ``\n``."""
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
    return shown.encode("ascii", "backslashreplace").decode("ascii") if ascii_only else shown


def spell(text: str, *, ascii_only: bool) -> str:
    """Return Lapwing's own words, with its few signs spelt out where the stream has ASCII only."""
    return escape(text.translate(_SPELT), ascii_only=True) if ascii_only else escape(text)


def cells(text: str) -> int:
    """Return how many columns ``text`` may take at most: a combining mark counts as one.

    Counting it as nothing would let a name of 4,000 marks on one letter through every limit.
    """
    return sum(max(1, cell_len(char)) for char in text)


def shorten(text: str, room: int, *, ellipsis: str = "…") -> str:
    """Return ``text`` in at most ``room`` columns, cut in the middle.

    Two thirds of what is left are the end: benchmarks of one file differ there.
    """
    if cells(text) <= room:
        return text
    left = max(0, room - cells(ellipsis))
    head = _fitting(text, left // 3)
    tail = _fitting(text[::-1], left - cells(head))[::-1]
    return f"{head}{ellipsis}{tail}"


def _fitting(text: str, room: int) -> str:
    """Return the longest beginning of ``text`` that takes at most ``room`` columns."""
    return text[: sum(used <= room for used in accumulate(map(cells, text)))]
