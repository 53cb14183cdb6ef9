"""Which changes stand in a whole history, the newest first?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from rich.text import Text

from lapwing.report import wording
from lapwing.report.figures import change, day, pair
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.rows import Row, lay_out
from lapwing.report.shape import sentence_by_commits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import ChangePoint, Commit, MetricId, SeriesShape
    from lapwing.units import Unit

MOST_CHANGES: Final = 10
MOST_CHANGES_VERBOSE: Final = 100
_HEADS: Final = ("before → after", "change (95 % interval)", "last 20", "state")


class ListedChange(Protocol):
    """A change point of one series with what a listing shows of it; the levels are in base units."""

    @property
    def metric(self) -> MetricId:
        """What changed."""

    @property
    def machine(self) -> str:
        """The id of the machine it changed on."""

    @property
    def unit(self) -> Unit:
        """The unit of both levels."""

    @property
    def point(self) -> ChangePoint:
        """Where and how much."""

    @property
    def before(self) -> float:
        """The old level."""

    @property
    def after(self) -> float:
        """The new level."""

    @property
    def recent(self) -> tuple[float | None, ...]:
        """The last values of the series."""

    @property
    def commit(self) -> Commit | None:
        """The first commit known to be at the new level."""

    @property
    def shape(self) -> SeriesShape | None:
        """What it is part of, and so no step."""


def most_changes(verbosity: int) -> int:
    """Return how many changes are listed one by one."""
    return MOST_CHANGES_VERBOSE if verbosity > 0 else MOST_CHANGES


def render_changes(
    changes: Sequence[ListedChange], *, width: int, color: bool, verbosity: int = 0, ascii_only: bool = False
) -> str:
    """Return the newest of ``changes`` (they come newest first) as text; 10 of them, with ``verbosity`` 1 up to 100."""
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    if not changes:
        return paint([look.say("No lasting change in the history.", "dim")], width=width, color=color)
    shown = changes[: most_changes(verbosity)]
    several = len({item.machine for item in changes}) > 1
    rows = [_row(item, look, several=several) for item in shown]
    title = f"Latest changes in the history ({len(shown)} of {len(changes):,}, newest first)"
    lines = [look.say(title, "bold"), *lay_out(rows, _HEADS, look)]
    if len(shown) < len(changes) and verbosity <= 0:
        lines.append(look.say(f"  and {len(changes) - len(shown):,} more: -v lists more of them."))
    return paint(lines, width=width, color=color)


def _row(item: ListedChange, look: Look, *, several: bool) -> Row:
    tail = [item.metric.name] if item.metric.name != "time" else []
    tail += [f"on {item.machine}"] if several else []
    shape = item.shape
    notes = (since(item.point, item.commit, look),)
    return Row(
        # What returned, or went little by little, made nothing slower or faster at this commit.
        mark=look.say(f"~ {shape.kind}", "cyan")
        if shape
        else wording.mark(wording.direction(item.point.ratio.estimate, item.unit), look),
        name=item.metric.benchmark,
        tail="  ".join(tail),
        figures=(
            pair(item.before, item.after, item.unit),
            change(item.point.ratio),
            "no step" if shape else item.point.state,
        ),
        recent=item.recent,
        notes=(*notes, look.say(sentence_by_commits(shape), "dim")) if shape else notes,
    )


def since(point: ChangePoint, commit: Commit | None, look: Look) -> Text:
    """Say which commit a change began with, and how sure that is."""
    first = point.commits[1] if point.commits is not None else ""
    line = Text()
    if commit is not None:
        line += look.say("since ", "dim") + look.quote(commit.short)
        line += look.say(f" {day(commit.date)}" if commit.date is not None else "", "dim") + _subject(commit, look)
    elif first:
        line += look.say("since ", "dim") + look.quote(first[:10])
    else:
        line += look.say(f"since value {point.index + 1}", "dim")
    if point.commits is not None:
        line += look.say("; last at the old level ", "dim") + look.quote(point.commits[0][:10], "dim")
    if point.latest > point.earliest:
        line += look.say(f"; may be any of {point.latest - point.earliest + 1} commits around it", "dim")
    return line


def _subject(commit: Commit, look: Look) -> Text:
    if not commit.subject:
        return Text()
    return look.say(' "', "dim") + look.quote(commit.subject, "dim", room=60) + look.say('"', "dim")
