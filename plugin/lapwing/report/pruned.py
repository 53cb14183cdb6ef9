"""Which runs go from the history, what room does that make, and which series lose points?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.figures import size
from lapwing.report.footnotes import Footnotes
from lapwing.report.json import number, warning_document, write
from lapwing.report.listing import run_rows
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.wording import count

if TYPE_CHECKING:
    from lapwing.model import MetricId, RunSummary, RunWarning

# History of the format of `history prune --json`:
#   1  the first one
SCHEMA: Final = 1
MOST_RUNS: Final = 10
MOST_SERIES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Losing:
    """A series that loses values: how many it has and will have."""

    metric: MetricId
    machine: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What a pruning removes, or with ``done`` has removed.

    ``runs`` are those that go, in the order of storing, ``size`` bytes of ``size_of_all``. ``protected`` counts those
    that were asked for and stay, since change points, the newest level or the last release rest on them. ``losing`` are
    the series that lose values.
    """

    runs: tuple[RunSummary, ...]
    of: int
    size: int
    size_of_all: int
    protected: int = 0
    losing: tuple[Losing, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    done: bool = False


def render_pruned(pruned: Pruned, *, width: int, color: bool, verbosity: int = 0, ascii_only: bool = False) -> str:
    """Return what goes: the runs (10 of them, ``verbosity`` 1: all), the room, and the series that lose most."""
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    all_of_it = f"{len(pruned.runs):,} of {count(pruned.of, 'run')}"
    room = f"{size(pruned.size)} of {size(pruned.size_of_all)}"
    verb = ("was" if len(pruned.runs) == 1 else "were") + " removed" if pruned.done else "would go"
    lines = look.wrap(look.say(f"{all_of_it} {verb}: {room}.", "bold"), hang=2)
    if pruned.protected:
        stay = "stays" if pruned.protected == 1 else "stay"
        said = (
            f"{count(pruned.protected, 'run')} {stay}: change points, newest levels or the last release rest on them."
        )
        lines += look.wrap(look.say(f"{said} --also-protected takes them too."), hang=2)
    if pruned.runs:
        newest = pruned.runs[::-1]
        lines += [Text(""), *run_rows(newest if verbosity > 0 else newest[:MOST_RUNS], look)]
        if verbosity <= 0 and len(newest) > MOST_RUNS:
            lines.append(look.say(f"and {len(newest) - MOST_RUNS:,} older ones: -v lists them all."))
    lines += _losing(pruned, look)
    if pruned.runs and not pruned.done:
        lines += [Text(""), look.say("Nothing was removed yet: the same with --yes removes them for good.", "yellow")]
    notes = Footnotes()
    notes.marks(pruned.warnings)
    return paint([*lines, *notes.lines(look)], width=width, color=color)


def pruned_to_json(pruned: Pruned) -> str:
    """Return the same as JSON text, every run and every series."""
    return write(
        {
            "schema": SCHEMA,
            "removed": pruned.done,
            "runs": [run.id for run in pruned.runs],
            "of": pruned.of,
            "bytes": pruned.size,
            "bytes_of_all": pruned.size_of_all,
            "protected": pruned.protected,
            "losing": [
                {
                    "id": one.metric.benchmark,
                    "metric": one.metric.name,
                    "machine": one.machine,
                    "before": number(one.before),
                    "after": number(one.after),
                }
                for one in pruned.losing
            ],
            "warnings": [warning_document(one) for one in pruned.warnings],
        }
    )


def _losing(pruned: Pruned, look: Look) -> list[Text]:
    """Return the series that lose all first, then those that lose most."""
    if not pruned.losing:
        return []
    most = sorted(pruned.losing, key=lambda one: (one.after > 0, one.after - one.before, one.metric, one.machine))
    gone = sum(one.after == 0 for one in most)
    verb = "lost" if pruned.done else "lose"
    title = f"{len(most):,} series {verb} values" + (f", {gone:,} of them all they have" if gone else "")
    lines = [Text(""), look.say(title, "bold")]
    for one in most if look.verbosity > 0 else most[:MOST_SERIES]:
        after = look.say(f"{one.before:,} → {one.after:,}", "red" if one.after == 0 else "")
        tail = look.say(f"  {one.metric.name} on {one.machine}  ") + after
        lines.append(look.quote(one.metric.benchmark, room=max(10, look.columns - tail.cell_len - 2)) + tail)
        lines[-1] = Text("  ") + lines[-1]
    if look.verbosity <= 0 and len(most) > MOST_SERIES:
        lines.append(look.say(f"  and {len(most) - MOST_SERIES:,} more: -v lists them all."))
    return lines
