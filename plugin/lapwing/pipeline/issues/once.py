"""How is something written once on an issue, whatever breaks on the way and whoever else writes?

What was written is looked for before it is written, and again where nobody knows whether it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from lapwing.errors import ForgeUnsure
from lapwing.report.issue import issue_body, issue_title
from lapwing.report.issue_marker import note_marker

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.ports import Forge
    from lapwing.report.issue import IssueTold
    from lapwing.review import Note

Written = TypeVar("Written")

TRIES: Final = 3


def note_once(forge: Forge, number: int, told: IssueTold, body: str) -> None:
    """Have an issue exactly one comment of this turn.

    Raises:
        ForgeError: it could not be written, or not surely.
    """
    begins = note_marker(told.suite, told.stamp.turn)

    def own() -> list[Note]:
        notes = (one for one in forge.notes(number) if one.mine and one.body.startswith(begins))
        return sorted(notes, key=lambda one: one.id)

    there = own()
    if not there:
        _once(lambda: [forge.write(number, body)], own)
        # Somebody may have written it at the same time; both see both now.
        there = own()
    for one in there[1:]:
        forge.remove(one.id)


def open_once(forge: Forge, told: IssueTold, *, label: str, there: Callable[[], int | None]) -> int:
    """Open an issue and return its number; ``there`` looks whether one that tells this is open by now.

    Raises:
        ForgeError: it could not be opened, or not surely.
    """
    return _once(lambda: forge.open_issue(issue_title(told), issue_body(told), label).number, there)


def _once(write: Callable[[], Written], there: Callable[[], Written | None]) -> Written:
    """Write something; where nobody knows whether it was, return what is ``there``, and only else write again."""
    for _ in range(TRIES - 1):
        try:
            return write()
        except ForgeUnsure:  # noqa: PERF203 - each try is a request
            if found := there():
                return found
    return write()
