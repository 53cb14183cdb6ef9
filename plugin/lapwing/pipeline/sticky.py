"""How does a pull request have exactly one comment of each suite, whatever breaks on the way and whoever else writes?

Our own comments of a suite are found by who wrote them and by the marker at their start. The first of them is the one:
it is edited in place, and all others are removed. A write of which nobody knows whether it happened is never repeated
before the comments are looked at again; two jobs that write their first comment at once both end with the older one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lapwing.errors import ForgeUnsure
from lapwing.report.marker import read_marker

if TYPE_CHECKING:
    from lapwing.ports import Forge
    from lapwing.report.marker import Stamp
    from lapwing.review import Note

Done = Literal["written", "edited", "as it was", "told by a later run already", "not needed", "of an older commit"]

TRIES: Final = 3


def own_of(notes: tuple[Note, ...], suite: str) -> tuple[tuple[Note, Stamp], ...]:
    """Return our comments of a suite with what each says of itself, the oldest first."""
    found = ((note, read_marker(note.body, suite)) for note in notes if note.mine)
    return tuple(sorted(((note, stamp) for note, stamp in found if stamp is not None), key=lambda pair: pair[0].id))


def told_later(own: tuple[tuple[Note, Stamp], ...], stamp: Stamp) -> bool:
    """Tell whether a comment tells of the same commit by a later run."""
    return any(stamp.is_older_than(there) for _, there in own)


def stick(  # noqa: PLR0913 - the forge, where, and what is said
    forge: Forge, pull: int, *, suite: str, stamp: Stamp, body: str, notes: tuple[Note, ...], begin: bool = True
) -> Done:
    """Make ``body`` the one comment of ``suite`` on a pull request, and return what was done.

    ``notes`` are the comments as they were read last. ``begin`` says whether a comment is begun where there is none.

    Raises:
        ForgeError: it could not be done, or not surely.
    """
    sticky = _Sticky(forge=forge, pull=pull, suite=suite, stamp=stamp, body=body, begin=begin)
    for _ in range(TRIES - 1):
        with suppress(ForgeUnsure):
            return sticky.stuck(own_of(notes, suite))
        notes = forge.notes(pull)
    return sticky.stuck(own_of(notes, suite))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sticky:
    """One comment to be made the only one."""

    forge: Forge
    pull: int
    suite: str
    stamp: Stamp
    body: str
    begin: bool

    def stuck(self, own: tuple[tuple[Note, Stamp], ...]) -> Done:
        """Begin it where there is none, else replace the first and remove the others."""
        if own:
            return self._replaced(own)
        if not self.begin:
            return "not needed"
        if self._moved_on():
            return "of an older commit"
        self.forge.write(self.pull, self.body)
        # Somebody may have begun one at the same time; both see both now.
        own = own_of(self.forge.notes(self.pull), self.suite)
        if not own:
            raise ForgeUnsure(
                "forge-unsure", "A comment was written and is not there.", remedy="run lapwing report again."
            )
        return "written" if len(own) == 1 else self._replaced(own)

    def _replaced(self, own: tuple[tuple[Note, Stamp], ...]) -> Done:
        """Have the first say what is newest, and only then remove the others: whatever breaks, nothing is lost."""
        later = [note for note, there in own if self.stamp.is_older_than(there)]
        body = later[-1].body if later else self.body
        first, there = own[0]
        done: Done = "told by a later run already" if later else "as it was"
        if _text(first.body) != _text(body):
            if not later and there.head != self.stamp.head and self._moved_on():
                return "of an older commit"
            self.forge.edit(first.id, body)
            done = done if later else "edited"
        for note, _ in own[1:]:
            self.forge.remove(note.id)
        return done

    def _moved_on(self) -> bool:
        """Tell whether the pull request has another head by now, or is closed."""
        now = self.forge.pull(self.pull)
        return now is None or now.sha != self.stamp.head


def _text(body: str) -> str:
    """Return what counts of a comment: a forge may change the ends of its lines."""
    return body.replace("\r\n", "\n").strip()
