"""What became of the runs that waited in the outbox?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.report.footnotes import Footnotes
from lapwing.report.json import warning_document, write
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.wording import count

if TYPE_CHECKING:
    from lapwing.model import RunWarning

# History of the format of `sync --json`:
#   1  the first one
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What ``lapwing sync`` did, or of a ``dry`` one what it would do.

    ``sent`` are the ids of runs that the history has now, ``there`` of those it had already; both have left the outbox.
    ``stays`` says of each file that is still there why. ``refused`` is what the store said where it ended the sending,
    with ``unsent`` files not tried. ``runs`` counts the history's runs afterwards, None where it was not asked.
    """

    sent: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    stays: tuple[RunWarning, ...] = ()
    refused: RunWarning | None = None
    unsent: int = 0
    runs: int | None = None
    dry: bool = False

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is left in the outbox that should be in the history."""
        return not self.stays and self.refused is None


def render_sync(synced: Synced, *, width: int, color: bool, ascii_only: bool = False) -> str:
    """Return what was sent, what was there already and what stays, with remedies."""
    look = Look(width=width, ascii_only=ascii_only)
    lines = []
    if synced.sent:
        done = "would be sent" if synced.dry else "sent"
        lines.append(look.say(f"{count(len(synced.sent), 'run')} {done} to the history.", "green"))
    if synced.there:
        were = "was" if len(synced.there) == 1 else "were"
        left = "" if synced.dry else " and left the outbox"
        lines.append(look.say(f"{count(len(synced.there), 'run')} {were} there already{left}."))
    if not lines and synced.is_clean:
        lines.append(look.say("The outbox is empty: nothing waits to be sent."))
    if synced.unsent:
        lines.append(look.say(f"{count(synced.unsent, 'run')} could not be sent, and wait on.", "bold red"))
    elif synced.refused is not None:
        lines.append(look.say("The history could not be asked for what is new.", "bold red"))
    if synced.stays:
        stay = "stays" if len(synced.stays) == 1 else "stay"
        lines.append(look.say(f"{count(len(synced.stays), 'file')} {stay} in the outbox.", "yellow"))
    if synced.runs is not None:
        lines.append(look.say(f"The history has {count(synced.runs, 'run')}."))
    notes = Footnotes()
    notes.marks((*((synced.refused,) if synced.refused else ()), *synced.stays))
    return paint([*lines, *notes.lines(look)], width=width, color=color)


def sync_to_json(synced: Synced) -> str:
    """Return the same as JSON text."""
    return write(
        {
            "schema": SCHEMA,
            "dry_run": synced.dry,
            "sent": list(synced.sent),
            "there": list(synced.there),
            "stays": [warning_document(one) for one in synced.stays],
            "refused": warning_document(synced.refused) if synced.refused else None,
            "unsent": synced.unsent,
            "runs": synced.runs,
        }
    )
