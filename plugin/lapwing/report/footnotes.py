"""Which doubts belong to what is shown, and what can be done about each?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.look import Look
from lapwing.report.paint import paint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.model import RunWarning

# More than this is a wall that nobody reads; the JSON report has them all.
MOST: Final = 20


class Footnotes:
    """Numbers warnings in the order they are met; an equal warning keeps its number."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[tuple[str, str, str], int] = {}
        self._warnings: list[RunWarning] = []

    def marks(self, warnings: Iterable[RunWarning]) -> str:
        """Take in ``warnings`` and return what refers to them, as in ``[1] [3]``."""
        numbers: list[int] = []
        for warning in warnings:
            key = (warning.slug, warning.message, warning.remedy)
            if key not in self._numbers:
                self._numbers[key] = len(self._numbers) + 1
                self._warnings.append(warning)
            numbers.append(self._numbers[key])
        return " ".join(f"[{number}]" for number in dict.fromkeys(numbers))

    def lines(self, look: Look, *, title: str = "Warnings") -> list[Text]:
        """Return the notes, each with its remedy; beyond the first 20 only how many more there are."""
        lines: list[Text] = []
        for number, warning in enumerate(self._warnings[:MOST], start=1):
            mark = f"[{number}] "
            body = look.say(mark, "yellow") + look.say(f"{warning.slug}: {warning.message}")
            lines += look.wrap(body, indent=2, hang=2 + len(mark))
            lines += look.wrap(look.say("Remedy: ") + look.say(warning.remedy), indent=2 + len(mark))
        if len(self._warnings) > MOST:
            lines.append(look.say(f"  and {len(self._warnings) - MOST:,} more warnings."))
        return [Text(""), look.say(title, "bold"), *lines] if lines else []


def render_warnings(warnings: Iterable[RunWarning], *, width: int, color: bool, ascii_only: bool = False) -> str:
    """Return warnings alone as text, empty where there are none."""
    notes = Footnotes()
    notes.marks(warnings)
    return paint(notes.lines(Look(width=width, ascii_only=ascii_only)), width=width, color=color)
