"""Is every record of the history what was written, and its index what the records say?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.report.figures import size
from lapwing.report.footnotes import Footnotes
from lapwing.report.json import warning_document, write
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.wording import count

if TYPE_CHECKING:
    from lapwing.model import RunWarning

# History of the format of `history verify --json`:
#   1  the first one
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What ``lapwing history verify`` found: ``values`` of ``runs`` runs were compared with the index.

    ``size`` is in bytes. ``damaged`` says of each record that cannot be read, or that the index has otherwise, why.
    """

    runs: int
    values: int
    size: int
    damaged: tuple[RunWarning, ...] = ()


def render_verified(verified: Verified, *, width: int, color: bool, ascii_only: bool = False) -> str:
    """Return what was read and what of it is damaged, record by record."""
    look = Look(width=width, ascii_only=ascii_only)
    read = f"{count(verified.runs, 'run')} read ({size(verified.size)}), "
    lines = [look.say(read + f"{count(verified.values, 'value')} compared with the index.")]
    if verified.damaged:
        lines.append(look.say(f"{count(len(verified.damaged), 'record')} damaged; all are kept.", "bold red"))
    else:
        lines.append(look.say("All records are what was written, and the index is what they say.", "green"))
    notes = Footnotes()
    notes.marks(verified.damaged)
    return paint([*lines, *notes.lines(look, title="Damaged")], width=width, color=color)


def verified_to_json(verified: Verified) -> str:
    """Return the same as JSON text."""
    return write(
        {
            "schema": SCHEMA,
            "runs": verified.runs,
            "values": verified.values,
            "bytes": verified.size,
            "damaged": [warning_document(one) for one in verified.damaged],
        }
    )
