"""What is left out so that a text fits where it goes? Whole sections, the least important first; never half of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How large a text may be, in characters and in bytes of UTF-8."""

    characters: int
    bytes: int

    def holds(self, text: str) -> bool:
        """Tell whether a text fits."""
        return len(text) <= self.characters and len(text.encode("utf-8", "surrogatepass")) <= self.bytes


COMMENT: Final = Room(characters=60_000, bytes=200_000)
"""The forge takes 65,536 characters, and was measured to take 262,144 bytes."""

SUMMARY: Final = Room(characters=900_000, bytes=900_000)
"""The forge takes a mebibyte for each step of a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a text: what it is of, how dispensable it is (0 stays), and versions of it, the fullest first."""

    title: str
    versions: tuple[str, ...]
    dispensable: int = 0


def fit(sections: Sequence[Section], room: Room, *, left_out: str) -> str:
    """Return the sections as one text that fits.

    What does not fit is made shorter or left out, the most dispensable first; ``left_out`` is then said, with the
    titles of what is missing in the place of ``{}``. What may not be left out is there in any case.
    """
    chosen = dict.fromkeys(range(len(sections)), 0)
    while True:
        text = _joined(sections, chosen, left_out)
        droppable = [i for i, one in enumerate(sections) if one.dispensable and chosen[i] < len(one.versions)]
        if room.holds(text) or not droppable:
            return text
        chosen[max(droppable, key=lambda i: (sections[i].dispensable, i))] += 1


def _joined(sections: Sequence[Section], chosen: dict[int, int], left_out: str) -> str:
    parts, missing = [], []
    for i, one in enumerate(sections):
        if chosen[i] < len(one.versions):
            parts.append(one.versions[chosen[i]])
        if chosen[i] > 0:
            missing.append(one.title)
    if missing:
        parts.insert(-1, left_out.format(", ".join(missing)))
    return "\n\n".join(part for part in parts if part) + "\n"
