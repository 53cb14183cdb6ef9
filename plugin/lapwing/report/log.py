"""What is the history of one benchmark: its chart, its levels, and the commits that changed them?"""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final, Protocol

from rich.text import Text

from lapwing.model import EnvironmentEvent
from lapwing.report import wording
from lapwing.report.changes import since
from lapwing.report.chart import chart
from lapwing.report.figures import NOTHING, change, day
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.shape import sentence_by_commits
from lapwing.units import format_value, scale_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.model import ChangePoint, Commit, Machine, MetricId, SeriesShape
    from lapwing.units import Unit

MOST_VALUES: Final = 30


class ToldSeries(Protocol):
    """One metric of one benchmark on one machine, oldest first; NaN is a hole."""

    @property
    def metric(self) -> MetricId:
        """What was measured."""

    @property
    def unit(self) -> Unit:
        """In what."""

    @property
    def commits(self) -> tuple[str, ...]:
        """The commit of each value."""

    @property
    def values(self) -> Iterable[float]:
        """The values, in base units."""

    @property
    def boundaries(self) -> tuple[int, ...]:
        """Where it came to be measured in another way or unit, so that no level goes on."""


def render_log(  # noqa: PLR0913 - a series with its story, and four things about the reader
    series: ToldSeries,
    points: Sequence[ChangePoint],
    commits: Mapping[str, Commit],
    *,
    machine: Machine | None,
    width: int,
    color: bool,
    verbosity: int = 0,
    ascii_only: bool = False,
    events: Sequence[tuple[int, EnvironmentEvent]] = (),
    shapes: Sequence[SeriesShape] = (),
) -> str:
    """Return the history as text: chart, levels, changes; ``verbosity`` 1 adds the last 30 values, 2 all of them.

    ``events`` are what the machine did, each with the first index after it; ``shapes`` are what is no step.
    """
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    values = [float(value) if math.isfinite(value) else None for value in series.values]
    lines = _title(series, values, commits, machine, look)
    known = sum(value is not None for value in values)
    if known > 1:
        drawn, marks = _drawn(values, [index for index, _ in _told(points, events)])
        lines += [Text(""), *chart(drawn, series.unit, look, marks=marks)]
    if known:
        lines.append(Text(""))
        lines += _levels(series, _told(points, events), values, commits, look)
        lines += [line for shape in shapes for line in look.wrap(look.say(f"~ {sentence_by_commits(shape)}", "dim"))]
        lines += _last_values(series, values, commits, look)
    return paint(lines, width=width, color=color)


def _told(
    points: Sequence[ChangePoint], events: Sequence[tuple[int, EnvironmentEvent]]
) -> list[tuple[int, ChangePoint | EnvironmentEvent]]:
    """Return what happened, oldest first, each with the first index after it."""
    own: list[tuple[int, ChangePoint | EnvironmentEvent]] = [(point.index, point) for point in points]
    return sorted([*own, *events], key=lambda one: one[0])


def _drawn(values: Sequence[float | None], marks: list[int]) -> tuple[Sequence[float | None], list[int]]:
    """Return what the chart shows and where it points: without the holes where they are more than the values."""
    filled = [index for index, value in enumerate(values) if value is not None]
    if 2 * len(filled) >= len(values):
        return values, marks
    return [values[index] for index in filled], [bisect_left(filled, mark) for mark in marks]


def _title(
    series: ToldSeries,
    values: Sequence[float | None],
    commits: Mapping[str, Commit],
    machine: Machine | None,
    look: Look,
) -> list[Text]:
    lines = look.wrap(look.quote(series.metric.benchmark, "bold") + look.say(f"  {series.metric.name}", "bold cyan"))
    known = sum(value is not None for value in values)
    said = wording.count(known, "value")
    if known < len(values):
        said += f", {wording.count(len(values) - known, 'commit')} without one"
    line = look.say(said, "dim")
    if series.commits:
        ends = dict.fromkeys((series.commits[0], series.commits[-1]))
        line += look.say(" · ", "dim") + look.say(" → ", "dim").join(_commit(sha, commits, look) for sha in ends)
    if machine is not None:
        line += look.say(" · ", "dim") + look.say(machine.title, "dim", room=80)
    return [*lines, *look.wrap(line)]


def _commit(sha: str, commits: Mapping[str, Commit], look: Look) -> Text:
    known = commits.get(sha)
    return look.quote(sha[:10], "dim") + look.say(f" {day(known.date)}" if known is not None else "", "dim")


def _levels(
    series: ToldSeries,
    told: Sequence[tuple[int, ChangePoint | EnvironmentEvent]],
    values: Sequence[float | None],
    commits: Mapping[str, Commit],
    look: Look,
) -> list[Text]:
    """Return the levels with what lies between them, changes, events and boundaries, oldest first."""
    between: dict[int, list[tuple[int, ChangePoint | EnvironmentEvent]]] = {place: [] for place in series.boundaries}
    for number, (place, one) in enumerate(told, 1):
        between.setdefault(place, []).append((number, one))
    edges = [0, *sorted(between), len(values)]
    parts = [[value for value in values[a:b] if value is not None] for a, b in pairwise(edges)]
    middles = [median(part) if part else None for part in parts]
    scale = scale_for(tuple(middle for middle in middles if middle is not None), series.unit)
    lines: list[Text] = []
    for number, (part, middle) in enumerate(zip(parts, middles, strict=True)):
        place = edges[number]
        if number and place in series.boundaries:
            lines += _boundary(place, series, commits, look)
        for told_number, one in between.get(place, ()) if number else ():
            if isinstance(one, EnvironmentEvent):
                lines += _event(told_number, one, look)
            else:
                lines += _change(told_number, one, series, commits, look)
        level = NOTHING if middle is None else format_value(middle, series.unit, scale)
        lines.append(look.say(f"   {level}", "bold") + look.say(f" over {wording.count(len(part), 'value')}", "dim"))
    if not told:
        lines.append(look.say("   No lasting change.", "dim"))
    return lines


def _boundary(place: int, series: ToldSeries, commits: Mapping[str, Commit], look: Look) -> list[Text]:
    """Say that what follows is not compared with what was before, which is no change of the code."""
    line = look.say("-- ", "bold") + look.say("measured in another way from here on, and not compared with before")
    sha = series.commits[place] if place < len(series.commits) else ""
    return [*look.wrap(line), *([look.say("   since ", "dim") + _commit(sha, commits, look)] if sha else [])]


def _change(
    number: int, point: ChangePoint, series: ToldSeries, commits: Mapping[str, Commit], look: Look
) -> list[Text]:
    outcome = wording.direction(point.ratio.estimate, series.unit)
    first = point.commits[1] if point.commits is not None else None
    head = look.say(f"^{number} ", "bold") + wording.mark(outcome, look)
    head += look.say(f" {change(point.ratio)}, {point.state}")
    commit = commits.get(first) if first is not None else None
    return [head, *look.wrap(since(point, commit, look), indent=3)]


def _event(number: int, event: EnvironmentEvent, look: Look) -> list[Text]:
    sign = "*" if look.ascii_only else "◇"
    head = look.say(f"^{number} ", "bold") + look.say(f"{sign} environment event, not its own change", "cyan")
    return [head, *look.wrap(look.say(event.reason, "dim"), indent=3)]


def _last_values(
    series: ToldSeries, values: Sequence[float | None], commits: Mapping[str, Commit], look: Look
) -> list[Text]:
    """Return the last values, the newest first, where they are asked for."""
    if look.verbosity < 1:
        return []
    places = [index for index, value in enumerate(values) if value is not None][::-1]
    shown = places if look.verbosity > 1 else places[:MOST_VALUES]
    known = tuple(value for value in values if value is not None)
    scale = scale_for(known, series.unit)
    lines = [Text(""), look.say("Values, newest first", "bold")]
    for index in shown:
        sha = series.commits[index] if index < len(series.commits) else ""
        commit = commits.get(sha)
        value = look.say(format_value(values[index] or 0.0, series.unit, scale).rjust(12))
        subject = look.quote(commit.subject if commit is not None else "", "dim", room=max(10, look.columns - 40))
        date = day(commit.date if commit is not None else None)
        lines.append(look.quote(f"  {sha[:10]:10}") + look.say(f"  {date:10}  ", "dim") + value + Text("  ") + subject)
    if len(shown) < len(places):
        lines.append(look.say(f"  and {len(places) - len(shown):,} older ones: -vv lists them all."))
    return lines
