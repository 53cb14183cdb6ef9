"""How large is the history, how fast does it grow, and how large will it be?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.figures import NOTHING, day, size
from lapwing.report.footnotes import Footnotes
from lapwing.report.json import number, write
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import RunWarning

# History of the format of `history stats --json`:
#   1  the first one
SCHEMA: Final = 1
MOST_MONTHS: Final = 24
_MOST_NAMED: Final = 20
_BAR: Final = 30
_MOST_OF_NAME: Final = 40
_LEAST_TITLE: Final = 12  # fewer columns of a machine's title say nothing
_GAP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What of a history is of one month, machine or source; ``size`` in bytes, dates in seconds since the epoch."""

    name: str
    title: str
    runs: int
    size: int
    oldest: float | None
    newest: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The numbers of a history.

    ``series`` counts metrics of benchmarks on machines. ``months`` are those with runs, the oldest first, by when they
    were measured; ``undated`` counts runs that no date is known of. ``pace`` is bytes a day over the last ``window``
    days, None where the history is too young to have one.
    """

    runs: int
    benchmarks: int
    series: int
    size: int
    months: tuple[Share, ...]
    machines: tuple[Share, ...]
    sources: tuple[Share, ...]
    undated: int
    pace: float | None
    window: float

    def after(self, days: float) -> float | None:
        """Return the bytes that the history will have in ``days`` at its pace."""
        return None if self.pace is None else self.size + self.pace * days


_YEAR: Final = 365.25


def render_stats(
    stats: Stats, *, doubts: Sequence[RunWarning] = (), width: int, color: bool, ascii_only: bool = False
) -> str:
    """Return the numbers, a bar for each of the last 24 months, the projection, and whose runs they are."""
    look = Look(width=width, ascii_only=ascii_only)
    held = f"{count(stats.benchmarks)} in {stats.series:,} series on {count(len(stats.machines), 'machine')}"
    lines = [look.say(f"{count(stats.runs, 'run')}, {size(stats.size)}", "bold") + look.say(f": {held}")]
    if stats.runs:
        lines.append(look.say(f"{size(stats.size / stats.runs)} a run; {_span(stats)}"))
        lines += _growth(stats, look)
        lines += look.wrap(look.say(_projection(stats)), hang=2)
        lines += _shares("Machines", "machine", stats.machines, look)
        lines += _shares("Sources", "source", stats.sources, look)
    notes = Footnotes()
    notes.marks(doubts)
    return paint([*lines, *notes.lines(look)], width=width, color=color)


def stats_to_json(stats: Stats) -> str:
    """Return the same as JSON text; all months, sizes in bytes."""
    return write(
        {
            "schema": SCHEMA,
            "runs": stats.runs,
            "benchmarks": stats.benchmarks,
            "series": stats.series,
            "bytes": stats.size,
            "months": [_document(one) for one in stats.months],
            "machines": [_document(one) for one in stats.machines],
            "sources": [_document(one) for one in stats.sources],
            "undated": stats.undated,
            "bytes_per_day": number(stats.pace),
            "in_1_year": number(stats.after(_YEAR)),
            "in_5_years": number(stats.after(5 * _YEAR)),
        }
    )


def _document(share: Share) -> dict[str, object]:
    return {
        "name": share.name,
        "title": share.title,
        "runs": share.runs,
        "bytes": share.size,
        "oldest": number(share.oldest),
        "newest": number(share.newest),
    }


def _span(stats: Stats) -> str:
    known = [share for share in stats.sources if share.oldest is not None]
    if not known:
        return "when they were measured is not known"
    oldest = min(share.oldest for share in known if share.oldest is not None)
    newest = max(share.newest for share in known if share.newest is not None)
    undated = f", {stats.undated:,} without a date" if stats.undated else ""
    return f"measured from {day(oldest)} to {day(newest)}{undated}"


def _growth(stats: Stats, look: Look) -> list[Text]:
    """Return a line for each of the last months: its bytes as a bar, beside the history's size at its end."""
    shown = stats.months[-MOST_MONTHS:]
    if not shown:
        return []
    earlier = stats.months[: -len(shown)]
    grown = sum(month.size for month in earlier)
    most = max(month.size for month in shown)
    rows = []
    for month in shown:
        grown += month.size
        rows.append((month.name, f"{month.runs:,}", size(month.size), size(grown)))
    table = _table(("month", "runs", "grew by", "to"), rows, look)
    room = min(_BAR, look.columns - max(line.cell_len for line in table))
    block = "#" if look.ascii_only else "█"
    for line, month in zip(table[1:], shown, strict=True):
        line.append(block * (round(room * month.size / most) if most else 0))
    lines = [Text(""), look.say("Growth", "bold"), *table]
    if earlier:
        lines.append(look.say(f"  and {count(len(earlier), 'month')} with runs before them."))
    return lines


def _projection(stats: Stats) -> str:
    one, five = stats.after(_YEAR), stats.after(5 * _YEAR)
    if one is None or five is None:
        return "The history is too young to tell how it will grow."
    days = f"the last {stats.window:.0f} days"
    if not stats.pace:
        return f"It did not grow in {days}."
    return f"At the pace of {days} it will have {size(one)} in a year and {size(five)} in five."


def _shares(title: str, head: str, shares: Sequence[Share], look: Look) -> list[Text]:
    """Return a table of whose runs there are, the largest share first."""
    largest = sorted(shares, key=lambda share: -share.size)
    chosen = largest[:_MOST_NAMED]
    rows = [(share.name, f"{share.runs:,}", size(share.size), day(share.oldest), day(share.newest)) for share in chosen]
    table = _table((head, "runs", "size", "oldest", "newest"), rows, look)
    room = look.columns - max(line.cell_len for line in table)
    for line, share in zip(table[1:], chosen, strict=True):
        if room >= _LEAST_TITLE:
            line.append_text(look.quote(share.title, room=room))
    lines = [Text(""), look.say(title, "bold"), *table]
    if len(largest) > _MOST_NAMED:
        lines.append(look.say(f"  and {len(largest) - _MOST_NAMED:,} more."))
    return lines


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], look: Look) -> list[Text]:
    """Return a line of heads and one for each row: the first cell to the left, the others to the right."""
    cells = [[look.quote(cell.replace(NOTHING, "-"), room=_MOST_OF_NAME) for cell in row] for row in rows]
    top = [look.say(head, "dim") for head in heads]
    sizes = [max(piece.cell_len for piece in column) for column in zip(top, *cells, strict=True)]
    lines = []
    for row in (top, *cells):
        line = Text("  ")
        for place, (piece, width) in enumerate(zip(row, sizes, strict=True)):
            room = " " * (width - piece.cell_len)
            line.append(room if place else "").append_text(piece).append("" if place else room).append(" " * _GAP)
        lines.append(line)
    return lines
