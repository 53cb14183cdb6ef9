"""How is something written once on an issue, whatever breaks on the way and whoever else writes?

What was written is looked for before it is written, and again where nobody knows whether it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import ForgeUnsure
from lapwing.report.issue import issue_body, issue_title
from lapwing.report.issue_marker import note_marker

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.ports import Forge
    from lapwing.report.issue import IssueTold
    from lapwing.review import Note

TRIES: Final = 3


def note_once(forge: Forge, number: int, told: IssueTold, body: str) -> None:
    """Have an issue exactly one comment of this turn.

    Raises:
        ForgeError: it could not be written, or not surely.
    """
    begins = note_marker(told.suite, told.stamp.turn)
    for tries in range(1, TRIES + 1):
        there = _own(forge.notes(number), begins)
        if not there:
            try:
                forge.write(number, body)
            except ForgeUnsure:
                if tries == TRIES:
                    raise
                continue
            # Somebody may have written it at the same time; both see both now.
            there = _own(forge.notes(number), begins)
        for one in there[1:]:
            forge.remove(one.id)
        return


def open_once(forge: Forge, told: IssueTold, *, label: str, there: Callable[[], int | None]) -> int:
    """Open an issue and return its number; ``there`` looks whether one that tells this is open by now.

    Raises:
        ForgeError: it could not be opened, or not surely.
    """
    for _ in range(TRIES - 1):
        try:
            return forge.open_issue(issue_title(told), issue_body(told), label).number
        except ForgeUnsure:  # noqa: PERF203 - each try is a request
            found = there()
            if found is not None:
                return found
    return forge.open_issue(issue_title(told), issue_body(told), label).number


def _own(notes: tuple[Note, ...], begins: str) -> list[Note]:
    return sorted((one for one in notes if one.mine and one.body.startswith(begins)), key=lambda one: one.id)
