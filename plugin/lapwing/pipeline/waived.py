"""Which waivers hold on a pull request: those of the reviewed file, of its comments, of its label?

Whoever says so on the pull request must be allowed to write to the repository: it is asked of the forge, a person once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.judge.waivers import Waiver
from lapwing.report.telling import LABEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lapwing.ports import Forge
    from lapwing.review import Pull

Said = Callable[[str], "tuple[Waiver, ...]"]

MOST_ASKED: Final = 5
"""People who are asked about on one pull request; more than five who accept something is a quarrel."""


class Permissions:
    """Who may write, each asked once."""

    def __init__(self, forge: Forge) -> None:
        """Ask ``forge``."""
        self._forge = forge
        self._known: dict[str, bool] = {}

    def may_write(self, login: str) -> bool:
        """Tell whether a person may write to the repository; nobody knows of more than five."""
        if login not in self._known:
            if not login or len(self._known) >= MOST_ASKED:
                return False
            self._known[login] = self._forge.may_write(login)
        return self._known[login]


def waivers_of(
    pull: Pull, said: Iterable[tuple[str, Waiver]], forge: Forge, permissions: Permissions
) -> tuple[Waiver, ...]:
    """Return what was accepted on a pull request by people who may.

    ``said`` are the acceptances in its comments with who wrote each, oldest first.
    """
    found = [waiver for author, waiver in said if permissions.may_write(author)]
    if LABEL in pull.labels:
        by = forge.labelled_by(pull.number, LABEL)
        if permissions.may_write(by):
            found.append(Waiver(pattern="*", by=by, reason=f"label {LABEL}", source="label"))
    return tuple(found)


def accepted_on(pull: Pull, forge: Forge, said: Said) -> tuple[Waiver, ...]:
    """Return what people who may accepted on a pull request, open or merged; ``said`` reads one comment."""
    found = [
        (note.author, replace(waiver, by=note.author))
        for note in forge.notes(pull.number)
        if not note.mine
        for waiver in said(note.body)
    ]
    return waivers_of(pull, found, forge, Permissions(forge))
