"""What is said of a comparison besides its verdicts: how were the sides made, what did the control find?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report.escape import escape, shorten
from lapwing.report.shell import argument
from lapwing.report.wording import count

if TYPE_CHECKING:
    from rich.text import Text

    from lapwing.model import Control, Report, Verdict
    from lapwing.recording import Recording
    from lapwing.report.look import Look

HEADS: Final = ("base → head", "change (95 % interval)", "pairs", "could see")
"""The columns of a comparison's table; it has no history to draw."""

SAME_CODE: Final = "same code"
_MOST_NAMED: Final = 3
_ROOM: Final = 50
_RARE: Final = 1e-4
_OFTEN: Final = 0.1


def is_comparison(report: Report) -> bool:
    """Tell whether the verdicts come from head and base measured now, not from a history."""
    own = report.control is not None or report.sides or report.command
    return bool(own) or any(verdict.lane == "compare" for verdict in report.verdicts)


def is_same_code(verdict: Verdict) -> bool:
    """Tell whether a benchmark was acquitted unmeasured: what it executes is the same on both sides."""
    return (
        verdict.outcome is Outcome.UNCHANGED
        and verdict.lane == "compare"
        and verdict.pairs == 0
        and verdict.ratio is None
    )


def sides_lines(report: Report, look: Look) -> list[Text]:
    """Say how the two sides were made."""
    if not report.sides:
        return []
    return look.wrap(look.say("Sides: " + " ".join(report.sides), "dim"), indent=2)


def control_lines(report: Report, look: Look) -> list[Text]:
    """Say what comparing base with base found: how often this comparison is wrong, or that it can accuse nobody."""
    if report.control is None:
        return []
    style = "dim" if report.control.trusted else "yellow"
    return look.wrap(look.say(control_line(report.control), style), indent=2)


def control_line(control: Control) -> str:
    """Write ``Control: base against base, 5 benchmarks in 40 pairs, none accused; ...``."""
    line = f"Control: base against base, {count(control.benchmarks)} in {count(control.pairs, 'pair')}, "
    line += f"{_accused(control)}; " if control.accused else "none accused; "
    if not control.trusted:
        return line + f"{_wrong(control.rate)}, more than can be borne, so nobody is accused."
    return line + f"{_wrong(control.rate)}."


def command_of(recording: Recording) -> str:
    """Return the command that compares the same two commits again; without pytest's arguments, which may follow."""
    head = "" if recording.working else f" {recording.head.short}"
    return f"lapwing compare {recording.base.short}{head}"


def repeat(report: Report, verdict: Verdict) -> str:
    """Return the command that compares one benchmark again, empty where the command is not known."""
    return f"{report.command} {argument(verdict.node_id)}" if report.command else ""


def _accused(control: Control) -> str:
    named = ", ".join(shorten(escape(name), _ROOM) for name in control.accused[:_MOST_NAMED])
    named += ", ..." if len(control.accused) > _MOST_NAMED else ""
    return f"{len(control.accused):,} accused ({named}), though nothing differs"


def _wrong(rate: float | None) -> str:
    """Say how often unchanged benchmarks would be accused at the noise of this run."""
    if rate is None:
        return "too little was measured to tell how often a verdict would be wrong"
    if rate >= _OFTEN:
        return f"at this noise {rate * 100:.0f} % of verdicts would be wrong"
    if rate < _RARE:
        return f"at this noise fewer than 1 verdict in {1 / _RARE:,.0f} would be wrong"
    return f"at this noise 1 verdict in {1 / rate:,.0f} would be wrong"
