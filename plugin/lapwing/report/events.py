"""What did the machines do, that no benchmark is accused of?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import EnvironmentEvent, FalseAlarms
    from lapwing.report.look import Look

MOST_EVENTS: Final = 3
_TEN: Final = 9.5  # from here on a number of weeks needs no decimals


def event_lines(events: Sequence[EnvironmentEvent], look: Look, *, several: bool) -> list[Text]:
    """Return the events (oldest first) as a section of its own, the newest first; 3 of them, with -v all."""
    if not events or look.verbosity < 0:
        return []
    newest = list(events)[::-1]
    shown = newest if look.verbosity > 0 else newest[:MOST_EVENTS]
    lines = [Text(""), look.say("Environment events", "bold") + look.say(" (taken out of every series of the machine)")]
    for event in shown:
        lines += look.wrap(look.say(event.reason + (f" On {event.machine}." if several else "")), indent=2)
        if not event.witnesses:
            step = look.say("Is it the code? ") + look.quote(compare_around(event)) + look.say(" tells.")
            lines += look.wrap(step, indent=4)
    if len(shown) < len(newest):
        lines.append(look.say(f"  and {len(newest) - len(shown):,} older: -v lists them all."))
    return lines


def compare_around(event: EnvironmentEvent) -> str:
    """Return the command that compares the commits on either side of an event, on one machine."""
    old, new = event.commits
    return f"lapwing compare {old[:10]} {new[:10]}"


def expected_line(alarms: FalseAlarms | None) -> str:
    """Say how often this cries wolf, in weeks; empty where nobody knows."""
    if alarms is None:
        return ""
    runs = count(max(1, round(alarms.runs_per_week)), "run")
    return f"At most about {_often(alarms.per_week)}, with {alarms.series:,} series and {runs} a week."


def _often(per_week: float) -> str:
    """Write 0.1 as one false alarm in 10 weeks, 2 as two of them a week."""
    if per_week >= 1:
        return f"{per_week:.2g} false alarms a week".replace("1 false alarms", "1 false alarm")
    weeks = 1 / per_week
    return f"one false alarm in {weeks:,.0f} weeks" if weeks >= _TEN else f"one false alarm in {weeks:.2g} weeks"
