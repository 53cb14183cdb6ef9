"""Which functions made it slower? Those whose calls or self time grew from base to head, by how much they explain.

Functions are matched by file and name: lines move. Calls are counted and exact; self times are measured under a
profiler, which makes every call dearer, so what counts is their order and not their sum. One call in ten more is less
than the noise of a self time, so what is called more often is listed even where its self time did not grow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.escape import cells
from lapwing.report.figures import pair, share
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.units import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.recording import Frame, Profile

MOST_ROWS: Final = 10
HEADS: Final = ("of what grew", "calls", "self time", "function")

LEAST_GROWTH: Final = 0.01
"""Of base's whole time: self times are measured to some percent; 1 % more of the whole is worth a line."""

_ROUNDING: Final = 1e-9
_GAP: Final = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A function that grew: ``calls`` and ``own`` seconds on base and on head, per call of the benchmark.

    ``share`` (0 to 1) is how much it is of all self time that grew, None where it is called more often and its own did
    not.
    """

    file: str
    line: int
    name: str
    calls: tuple[float, float]
    own: tuple[float, float]
    share: float | None

    @property
    def rank(self) -> tuple[float, float]:
        """What sorts the largest growth first: of self time in seconds, then of calls."""
        return min(self.own[0] - self.own[1], 0.0), self.calls[0] - self.calls[1]


@dataclass(slots=True)
class _Seen:
    """One function on one side, wherever its lines are."""

    line: int = 0
    calls: float = 0.0
    own: float = 0.0


def causes(profile: Profile) -> tuple[Cause, ...]:
    """Return the functions whose self time or calls grew.

    Those whose self time grew are first, the largest growth first, then the others by the calls that were added; ties
    by name.
    """
    base, head = _by_name(profile.base), _by_name(profile.head)
    names = sorted(base.keys() | head.keys())
    sides = [(name, base.get(name, _Seen()), head.get(name, _Seen())) for name in names]
    grown = sum(max(after.own - before.own, 0.0) for _, before, after in sides)
    least = LEAST_GROWTH * sum(before.own for _, before, _ in sides)
    found = [
        Cause(
            file=file,
            line=after.line,
            name=name,
            calls=(before.calls, after.calls),
            own=(before.own, after.own),
            share=(after.own - before.own) / grown if after.own > before.own else None,
        )
        for (file, name), before, after in sides
        if (after.own > before.own and after.own - before.own >= least) or _more_calls(before, after)
    ]
    return tuple(sorted(found, key=lambda cause: cause.rank))


def render_causes(
    profiles: Iterable[Profile],
    *,
    width: int,
    color: bool,
    ascii_only: bool = False,
    pictures: Mapping[str, str] | None = None,
) -> str:
    """Return a table for each profile, empty where there are none; ``pictures`` are its flame graphs, by benchmark."""
    look = Look(width=width, ascii_only=ascii_only)
    lines: list[Text] = []
    for profile in profiles:
        lines += [Text(""), *cause_lines(profile, look)]
        picture = (pictures or {}).get(profile.benchmark)
        if picture is not None:
            lines += look.wrap(look.say("Flame graph: ", "dim") + look.quote(picture), indent=2, hang=4)
    return paint(lines, width=width, color=color)


def cause_lines(profile: Profile, look: Look) -> list[Text]:
    """Return what made one benchmark slower, as a table of at most 10 functions."""
    found = causes(profile)
    title = look.say("Where ", "bold")
    title += look.quote(profile.benchmark, "bold", room=look.columns - 30) + look.say(" got slower", "bold")
    if not found:
        said = (
            "No function's calls or self time grew under the profiler: it is cache, branches or layout, or time that "
            "the profiler cannot see."
        )
        return [title, *look.wrap(look.say(said), indent=2)]
    rows = [_cells(cause, look) for cause in found[:MOST_ROWS]]
    heads = [look.say(head).plain for head in HEADS]
    sizes = [max(cells(text) for text in column) for column in zip(heads[:-1], *rows, strict=True)]
    lines = [title, Text("  ") + look.say(_joined(heads, sizes), "dim")]
    room = look.columns - 2 - len(_joined(("",) * len(heads), sizes))
    for cause, row in zip(found, rows, strict=False):
        lines.append(Text("  ") + look.say(_joined((*row, ""), sizes)) + _function(cause, look, max(room, 20)))
    more = len(found) - len(rows)
    return [*lines, look.say(f"  and {more:,} more that grew less.", "dim")] if more else lines


def _by_name(frames: Iterable[Frame]) -> dict[tuple[str, str], _Seen]:
    found: dict[tuple[str, str], _Seen] = {}
    for frame in frames:
        seen = found.setdefault((frame.file, frame.name), _Seen())
        seen.line = seen.line or frame.line
        seen.calls += frame.calls
        seen.own += frame.own
    return found


def _more_calls(before: _Seen, after: _Seen) -> bool:
    return after.calls > before.calls * (1 + _ROUNDING)


def _cells(cause: Cause, look: Look) -> tuple[str, ...]:
    before, after = map(_count, cause.calls)
    calls = before if before == after else f"{before} → {after}"
    return tuple(look.say(text).plain for text in (share(cause.share), calls, pair(*cause.own, SECONDS)))


def _count(calls: float) -> str:
    """Write calls per call: whole numbers as they are, 0.05 of a call with its digits."""
    return f"{calls:,.0f}" if calls == int(calls) else f"{calls:,.3g}"


def _function(cause: Cause, look: Look, room: int) -> Text:
    name = look.quote(cause.name, "bold", room=room)
    left = room - name.cell_len - len(_GAP)
    place = f"{cause.file}:{cause.line}"
    # A place that is cut to a few letters says nothing.
    return (
        name + look.quote(f"{_GAP}{place}", "dim", room=left) if cause.file and left >= min(20, cells(place)) else name
    )


def _joined(texts: Sequence[str], sizes: Sequence[int]) -> str:
    return _GAP.join((*(text.ljust(size) for text, size in zip(texts, sizes, strict=False)), texts[-1]))
