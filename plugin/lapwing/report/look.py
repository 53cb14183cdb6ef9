"""How does the reader want it: how wide, how much of it, in which characters?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.text import Text

from lapwing.report.escape import cells, escape, shorten, spell

LEAST_WIDTH: Final = 40
MOST_WIDTH: Final = 200
_SIGNS: Final = "✗✓○→−µ…·│▁█⠁⣿"


def needs_ascii(encoding: str | None) -> bool:
    """Tell whether a stream of this encoding cannot show the signs of a report (cp1252, ASCII)."""
    try:
        _SIGNS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``width`` in columns, ``verbosity`` below 0 for quiet, ``ascii_only`` for a stream that has ASCII only."""

    width: int = 100
    verbosity: int = 0
    ascii_only: bool = False

    @property
    def columns(self) -> int:
        """The width that lines are made for: readable on a narrow terminal and on a very wide one."""
        return min(MOST_WIDTH, max(LEAST_WIDTH, self.width))

    def say(self, words: str, style: str = "", *, room: int | None = None) -> Text:
        """Return Lapwing's own words as a piece of a line; signs beyond ASCII are spelt out where they must be."""
        return self._piece(spell(words, ascii_only=self.ascii_only), style, room)

    def quote(self, foreign: str, style: str = "", *, room: int | None = None) -> Text:
        """Return text that someone else wrote, escaped, and in at most ``room`` columns, as a piece of a line."""
        return self._piece(escape(foreign, ascii_only=self.ascii_only), style, room)

    def _piece(self, shown: str, style: str, room: int | None) -> Text:
        if room is not None:
            shown = shorten(shown, room, ellipsis="..." if self.ascii_only else "…")
        # The style is of these characters only; as the Text's own it would colour all that is appended.
        return Text().append(shown, style=style)

    def wrap(self, piece: Text, *, indent: int = 0, hang: int | None = None) -> list[Text]:
        """Return ``piece`` broken between words into lines, the first indented by ``indent``, the rest by ``hang``."""
        hang = indent if hang is None else hang
        breaks, start, used, place = [0], 0, indent, 0
        for word in piece.plain.split(" "):
            size = cells(word)
            if place > start and used + 1 + size > self.columns:
                start, used = place, hang
                breaks.append(start)
            used += size + (1 if place > start else 0)
            place += len(word) + 1
        ends = [*breaks[1:], len(piece.plain)]
        return [
            Text(" " * (hang if start else indent)) + piece[start:end] for start, end in zip(breaks, ends, strict=True)
        ]
