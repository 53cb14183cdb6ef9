"""What makes this machine noisy, what helps, and what can it detect as it is?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from lapwing.report.figures import share
from lapwing.report.footnotes import Footnotes
from lapwing.report.look import Look
from lapwing.report.paint import paint

if TYPE_CHECKING:
    from lapwing.model import Machine, RunWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What ``lapwing doctor`` found.

    ``noise`` is the relative spread between fresh processes that measured one unchanged benchmark (0.012 is 1.2 %),
    ``detectable`` the smallest relative change one run could see against such a history; both are None where the
    short A/A run could not be made, and ``reason`` says why.
    """

    machine: Machine
    conditions: tuple[RunWarning, ...]
    processes: int
    noise: float | None
    detectable: float | None
    reason: str = ""


def render_diagnosis(diagnosis: Diagnosis, *, width: int, color: bool, ascii_only: bool = False) -> str:
    """Return the diagnosis as text: the machine, what it can detect, and what disturbs it with remedies."""
    look = Look(width=width, ascii_only=ascii_only)
    machine = diagnosis.machine
    lines = look.wrap(look.say("This machine: ", "bold") + look.say(f"{machine.title} ({machine.id})"), hang=2)
    if diagnosis.detectable is None:
        lines += look.wrap(look.say(f"What it can detect is not known: {diagnosis.reason}", "yellow"), hang=2)
    else:
        lines += look.wrap(
            look.say(
                f"{diagnosis.processes} fresh processes measured the same unchanged code "
                f"and differ by {share(diagnosis.noise)}. "
            )
            + look.say(f"A run here can see a change of about {share(diagnosis.detectable)}.", "bold"),
            hang=2,
        )
    if not diagnosis.conditions:
        return paint(
            [*lines, Text(""), look.say("Nothing was found that disturbs measuring.", "green")],
            width=width,
            color=color,
        )
    notes = Footnotes()
    notes.marks(diagnosis.conditions)
    return paint([*lines, *notes.lines(look, title="What makes it noisy")], width=width, color=color)
