"""What does a report look like in a terminal or a CI log?

The verdict and what to do come first, then what changed, the worst first; what did not is folded into one line.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.model import Outcome
from lapwing.report import comparison, wording
from lapwing.report.advice import advice
from lapwing.report.events import event_lines, expected_line
from lapwing.report.figures import NOTHING, change, pair, share
from lapwing.report.footnotes import Footnotes
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.rows import Row, lay_out
from lapwing.report.shapes import shape_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lapwing.model import Commit, Failure, Report, Verdict

# A screen or two. A run that breaks everything must not bury its own headline; -v and the JSON report have it all.
MOST_ROWS: Final = 50
# Doubts are many on a noisy machine and ask for nothing: the worst of them stand for all.
MOST_DOUBTS: Final = 10
HEADS: Final = ("base → head", "change (95 % interval)", "last 20", "could see")
_LONGEST_MESSAGE: Final = 400


def render(  # noqa: PLR0913 - each is a thing that the caller alone knows of its stream
    report: Report,
    *,
    width: int,
    color: bool,
    verbosity: int = 0,
    ascii_only: bool = False,
    fail_on: Collection[str] = (),
) -> str:
    """Return the report as text for a terminal of ``width`` columns.

    ``verbosity`` below 0 shows the headline and what blocks, from 1 on also what did not change and every row.
    ``ascii_only`` is for streams that cannot show more. ``fail_on`` is what else the caller fails on.
    """
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    return paint(report_lines(report, look, fail_on=fail_on), width=width, color=color)


def report_lines(report: Report, look: Look, *, fail_on: Collection[str] = ()) -> list[Text]:
    """Return the report as lines, for :func:`render` and for pictures."""
    notes = Footnotes()
    marks = notes.marks(report.warnings)
    lines = _opening(report, look, marks=marks, fail_on=fail_on)
    told = wording.BLOCKING if look.verbosity < 0 else wording.TOLD + wording.FOLDED
    listed = [v for v in report.verdicts if look.verbosity > 0 or not wording.is_folded(v, report)]
    chosen = [verdict for outcome in told for verdict in wording.sorted_by_badness(listed, outcome)]
    shown = chosen if look.verbosity > 0 else _most(chosen)
    if shown:
        messages = {failure.benchmark: failure for failure in report.failures}
        several, compared = report.machine is None, comparison.is_comparison(report)
        rows = [_row(verdict, look, notes=notes, messages=messages, several=several) for verdict in shown]
        rows = [_compared(row, verdict) for row, verdict in zip(rows, shown, strict=True)] if compared else rows
        lines += [Text(""), *lay_out(rows, comparison.HEADS if compared else HEADS, look)]
    if look.verbosity < 0:
        return [*lines, *_hidden(chosen, shown, look)]
    lines += [*_hidden(chosen, shown, look), *_folded(report, listed, look), *_unjudged(report, look)]
    lines += event_lines(report.events, look, several=report.machine is None)
    lines += shape_lines(report.shapes, look, several=report.machine is None)
    return [*lines, *notes.lines(look), *_unlisted(report, shown, look)]


def _most(chosen: Sequence[Verdict]) -> list[Verdict]:
    """Return what a page has room for: of the doubts the first few only."""
    doubts = [verdict for verdict in chosen if verdict.outcome is Outcome.INCONCLUSIVE][MOST_DOUBTS:]
    left_out = {id(verdict) for verdict in doubts}
    return [verdict for verdict in chosen if id(verdict) not in left_out][:MOST_ROWS]


def _opening(report: Report, look: Look, *, marks: str, fail_on: Collection[str]) -> list[Text]:
    """Return the headline, whether it blocks, the worst, what to do and what was judged."""
    # The row of an unchanged benchmark is dim; the headline over all of them is what the reader hoped for.
    plain = Outcome.IMPROVED if report.outcome is Outcome.UNCHANGED else report.outcome
    plain = plain if report.verdicts else Outcome.INCONCLUSIVE
    sign, style = wording.sign(plain, look), wording.MANNERS[plain].style
    first = look.say(f"{sign} {wording.headline(report)}", style) + look.say(
        f" {wording.blocking(report, fail_on=fail_on)}"
    )
    lines = look.wrap(first, hang=2)
    if look.verbosity < 0:
        return lines
    worst = _worst(report, look)
    if worst is not None:
        lines += look.wrap(worst, indent=2)
    seen = wording.visible(report) if report.outcome in (Outcome.UNCHANGED, Outcome.INCONCLUSIVE) else ""
    if seen:
        lines += look.wrap(look.say(seen), indent=2)
    step = advice(report)
    if step:
        lines += look.wrap(look.say("Next: ", "bold") + look.say(step), indent=2)
    place = _place(report, look)
    place += look.say(f" {marks}".rstrip() if place.plain else marks, "yellow")
    lines += look.wrap(place, indent=2) if place.plain else []
    expected = expected_line(report.false_alarms)
    lines += look.wrap(look.say(expected, "dim"), indent=2) if expected else []
    return [*lines, *comparison.sides_lines(report, look), *comparison.control_lines(report, look)]


def _worst(report: Report, look: Look) -> Text | None:
    """Name the worst regression, its interval and its limit."""
    hit = wording.sorted_by_badness(report.verdicts, Outcome.REGRESSED)
    if report.outcome is not Outcome.REGRESSED or not hit or hit[0].ratio is None:
        return None
    name = look.quote(hit[0].metric.benchmark, "bold", room=look.columns - 10)
    return look.say("Worst: ") + name + look.say(f" {change(hit[0].ratio)}, limit {share(hit[0].limit)}.")


def _place(report: Report, look: Look) -> Text:
    """Say which commits were judged and on which machine."""
    line = Text("", style="dim")
    if report.base is not None:
        line += look.say("base ", "dim") + _commit(report.base, look) + look.say(" → ", "dim")
    if report.head is not None:
        line += look.say("head ", "dim") + _commit(report.head, look)
    elif report.verdicts:
        line += look.say("newest commit of each of several machines", "dim")
    if report.head is not None and report.head.subject:
        line += look.say(' "', "dim") + look.quote(report.head.subject, "dim", room=50) + look.say('"', "dim")
    machine = report.machine.title if report.machine is not None else "several machines"
    return line + look.say(f" · {machine}" if report.head is not None else "", "dim")


def _commit(commit: Commit, look: Look) -> Text:
    dirty = " with uncommitted changes" if commit.dirty else ""
    return look.quote(commit.short, "dim") + look.say(dirty, "dim")


def _row(verdict: Verdict, look: Look, *, notes: Footnotes, messages: Mapping[str, Failure], several: bool) -> Row:
    tail = [verdict.metric.name] if verdict.metric.name != "time" else []
    tail += ["creep"] if verdict.lane == "creep" else []
    tail += [f"on {verdict.machine}"] if several else []
    tail += [notes.marks(verdict.warnings)] if verdict.warnings and look.verbosity >= 0 else []
    return Row(
        mark=wording.mark(verdict.outcome, look),
        name=verdict.metric.benchmark,
        tail="  ".join(tail),
        figures=(pair(verdict.base, _level(verdict), verdict.unit), change(verdict.ratio), share(verdict.detectable)),
        recent=verdict.recent,
        notes=_reasons(verdict, look, messages.get(verdict.metric.benchmark)),
    )


def _compared(row: Row, verdict: Verdict) -> Row:
    """Return the row of a comparison: how many pairs it rests on, and no history."""
    values, ratio, seen = row.figures
    tail = f"{row.tail}  {comparison.SAME_CODE}".strip() if comparison.is_same_code(verdict) else row.tail
    pairs = f"{verdict.pairs:,}" if verdict.pairs else NOTHING
    return replace(row, tail=tail, figures=(values, ratio, pairs, seen), recent=None)


def _level(verdict: Verdict) -> float | None:
    """Return what stands beside the base: head's value, or the new level where the level is what changed."""
    if verdict.change is None or verdict.base is None or verdict.ratio is None:
        return verdict.head
    level = verdict.base * verdict.ratio.estimate
    # 10 * 1.1 is 11.000000000000002, which is no whole number and would be written otherwise than 10.
    return verdict.head if verdict.head is not None and math.isclose(level, verdict.head) else level


def _reasons(verdict: Verdict, look: Look, failure: Failure | None) -> tuple[Text, ...]:
    """Say why, below the row; not of what is as expected."""
    if look.verbosity < 0 or verdict.outcome in wording.FOLDED:
        return ()
    if verdict.outcome is Outcome.FAILED and failure is not None:
        return (_failure(failure, look),)  # the reason says the same, with every line of the message
    said = (verdict.reason, *verdict.notes)
    return tuple(look.say(sentence, "dim") for sentence in said if sentence)


def _failure(failure: Failure, look: Look) -> Text:
    """Quote a failure in its own words, on one line."""
    said = " / ".join(line.strip() for line in failure.message.splitlines() if line.strip()) or "no message"
    style = "dim" if failure.kind == "skipped" else "red"
    return look.say(f"{failure.kind}: ", style) + look.quote(said, room=_LONGEST_MESSAGE)


def _hidden(chosen: Sequence[Verdict], shown: Sequence[Verdict], look: Look) -> list[Text]:
    more = Counter(verdict.outcome for verdict in chosen) - Counter(verdict.outcome for verdict in shown)
    if not more:
        return []
    words = ", ".join(f"{number:,} {outcome}" for outcome, number in more.items())
    return [look.say(f"  and {words} more: -v lists them all.")]


def _folded(report: Report, listed: Sequence[Verdict], look: Look) -> list[Text]:
    """Say in one line how many results are not listed, so that nothing silently absent looks green."""
    counts = Counter(v.outcome for v in report.verdicts) - Counter(v.outcome for v in listed)
    if not counts:
        return []
    same = sum(map(comparison.is_same_code, report.verdicts)) - sum(map(comparison.is_same_code, listed))
    numbers: dict[str, int] = {}
    for outcome in wording.FOLDABLE:
        numbers[outcome.value] = counts[outcome] - (same if outcome is Outcome.UNCHANGED else 0)
        if outcome is Outcome.UNCHANGED:
            numbers[f"{outcome} ({comparison.SAME_CODE})"] = same
    words = ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number)
    several = len({verdict.metric for verdict in report.verdicts}) > len(
        {verdict.metric.benchmark for verdict in report.verdicts}
    )
    lines = [Text(""), look.say(f"{words} {'results ' if several else ''}(-v lists them)", "dim")]
    if counts[Outcome.INCONCLUSIVE]:
        lines += look.wrap(
            look.say("Inconclusive: no change past the limit was seen, and none can be ruled out.", "dim"), indent=2
        )
    return lines


def _unjudged(report: Report, look: Look) -> list[Text]:
    """Name the failures that no verdict tells of."""
    told = {
        verdict.metric.benchmark for verdict in report.verdicts if verdict.outcome in (Outcome.FAILED, Outcome.MISSING)
    }
    rest = [failure for failure in report.failures if failure.benchmark not in told]
    lines: list[Text] = []
    for failure in rest[:MOST_ROWS]:
        name = look.quote(failure.benchmark, "bold", room=look.columns - 4)
        lines += [*look.wrap(name, indent=2), *look.wrap(_failure(failure, look), indent=4)]
    if len(rest) > MOST_ROWS:
        lines.append(look.say(f"  and {len(rest) - MOST_ROWS:,} more."))
    return [Text(""), look.say("Not measured", "bold"), *lines] if lines else []


def _unlisted(report: Report, shown: Sequence[Verdict], look: Look) -> list[Text]:
    """Say how many warnings belong to results that are not shown."""
    number = sum(len(verdict.warnings) for verdict in report.verdicts) - sum(len(row.warnings) for row in shown)
    if not number:
        return []
    return [Text(""), look.say(f"{wording.count(number, 'warning')} on results not listed (-v lists them)", "dim")]
