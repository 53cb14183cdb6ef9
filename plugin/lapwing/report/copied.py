"""What became of the runs of one history that were to be in another?"""

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

# History of the format of `history copy --json`:
#   1  the first one
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What ``lapwing history copy`` did, or of a ``dry`` one what it would do.

    ``runs`` counts the runs of the source, ``copied`` those that the target got (``size`` bytes as the source keeps
    them), ``there`` those it had already, ``same`` those that were read in both and found equal to the byte. ``left``
    names each that the target has not, or has otherwise, and why.
    """

    runs: int
    copied: int
    there: int
    size: int
    same: int = 0
    left: tuple[RunWarning, ...] = ()
    dry: bool = False


def render_copied(copied: Copied, *, width: int, color: bool, ascii_only: bool = False) -> str:
    """Return how many runs were copied, that they are the same, and what was left."""
    look = Look(width=width, ascii_only=ascii_only)
    done = "would be copied" if copied.dry else "copied"
    were = "was" if copied.there == 1 else "were"
    new = f"{copied.copied:,} of {count(copied.runs, 'run')} {done} ({size(copied.size)})"
    lines = [look.say(f"{new}, {copied.there:,} {were} there already.")]
    if copied.left:
        lines.append(look.say(f"{count(len(copied.left), 'run')} left behind; the source has them on.", "bold red"))
    elif not copied.dry:
        lines.append(look.say("Every run of the source was read in both and is the same to the byte.", "green"))
    notes = Footnotes()
    notes.marks(copied.left)
    return paint([*lines, *notes.lines(look, title="Left")], width=width, color=color)


def copied_to_json(copied: Copied) -> str:
    """Return the same as JSON text."""
    return write(
        {
            "schema": SCHEMA,
            "dry_run": copied.dry,
            "runs": copied.runs,
            "copied": copied.copied,
            "there": copied.there,
            "same": copied.same,
            "bytes": copied.size,
            "left": [warning_document(one) for one in copied.left],
        }
    )
