"""What was measured in one run, under which conditions, and with what doubts?"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.report.figures import minute
from lapwing.report.footnotes import Footnotes
from lapwing.report.look import Look
from lapwing.report.paint import paint
from lapwing.report.wording import count
from lapwing.units import RATIO, format_value, scale_for

if TYPE_CHECKING:
    from lapwing.model import Anchor, Commit, Run, Sample, Shard

# A run of thousands of benchmarks is listed to here; -v lists it all.
MOST_SAMPLES: Final = 50


def render_run(run: Run, *, width: int, color: bool, verbosity: int = 0, ascii_only: bool = False) -> str:
    """Return one run as text: its commit, machine and warnings, and of each sample the centre of every process.

    With ``verbosity`` 1 every sample is listed, with every value of every process.
    """
    look = Look(width=width, verbosity=verbosity, ascii_only=ascii_only)
    notes = Footnotes()
    marks = notes.marks(run.warnings)
    lines = [look.say("Run ", "bold") + look.quote(run.id, "bold") + look.say(f" {marks}".rstrip(), "yellow")]
    lines += _conditions(run, look)
    shown = run.samples if verbosity > 0 else run.samples[:MOST_SAMPLES]
    for sample in shown:
        lines += _sample(sample, look, notes)
    if len(shown) < len(run.samples):
        lines.append(look.say(f"and {count(len(run.samples) - len(shown), 'sample')} more: -v lists them all."))
    if run.failures:
        lines += [Text(""), look.say(f"{count(len({one.benchmark for one in run.failures}))} not measured", "bold")]
        for failure in run.failures:
            lines += look.wrap(look.quote(failure.benchmark, "bold"), indent=2)
            lines += look.wrap(look.say(f"{failure.kind}: ", "red") + look.say(failure.message[:2_000]), indent=4)
    return paint([*lines, *notes.lines(look)], width=width, color=color)


def commit_line(commit: Commit, look: Look) -> Text:
    """Say which commit: hash, subject, branch, and whether the work tree was dirty."""
    line = look.quote(commit.sha)
    if commit.subject:
        line += look.say(' "') + look.quote(commit.subject, room=60) + look.say('"')
    if commit.branch:
        line += look.say(" on ") + look.quote(commit.branch, room=60)
    return line + look.say(" with uncommitted changes", "yellow") if commit.dirty else line


def started(seconds: float) -> str:
    """Write when a run was begun; an import without times has nought."""
    return f"{minute(seconds)} UTC" if seconds else "at a time that its source does not tell"


def _conditions(run: Run, look: Look) -> list[Text]:
    state = "" if run.complete else " (incomplete: it was interrupted or ran out of time)"
    facts: tuple[tuple[str, Text], ...] = (
        ("commit", commit_line(run.commit, look)),
        ("machine", look.say(f"{run.machine.title} ({run.machine.id})")),
        ("started", look.say(f"{started(run.started_at)}{state}")),
        ("measured", look.say(f"{count(len(run.samples), 'sample')} of {count(len(run.declared))}, from {run.source}")),
    )
    if run.shard is not None:
        facts += (("shard", _shard(run.shard, look)),)
    if run.anchor is not None:
        facts += (("anchor", _anchor(run.anchor, look)),)
    lines: list[Text] = []
    for name, fact in facts:
        lines += look.wrap(look.say(f"{name:9}", "dim") + fact, indent=2, hang=11)
    return [*lines, Text("")]


def _shard(shard: Shard, look: Look) -> Text:
    """Say which part of how much it is, and of which invocation."""
    line = look.say(shard.title)
    if shard.suite:
        line += look.say(f", a suite of {count(len(shard.suite))}")
    if shard.group:
        line += look.say(" of ") + look.quote(shard.group, room=60)
    return line + look.say(f", attempt {shard.attempt}" if shard.attempt > 1 else "")


def _anchor(anchor: Anchor, look: Look) -> Text:
    """Say what the ratios are to, and what they were multiplied by."""
    levels = sorted(level.level for level in anchor.levels) or [1.0]
    scale = scale_for((levels[0],), RATIO)
    between = " to ".join(dict.fromkeys(format_value(level, RATIO, scale) for level in (levels[0], levels[-1])))
    return look.quote(anchor.title) + look.say(f", at {between} in the series; values are multiplied by that")


def _sample(sample: Sample, look: Look, notes: Footnotes) -> list[Text]:
    """Return the name, and below it the centre over processes and the centre of each."""
    centres = tuple(median(values) for values in sample.values)
    scale = scale_for(centres, sample.unit)
    marks = notes.marks(sample.warnings)
    name = look.quote(sample.metric.benchmark, "bold", room=look.columns - 30)
    lines = [name + look.say(f"  {sample.metric.name}", "cyan") + look.say(f"  {marks}".rstrip(), "yellow")]
    judged = centres[sample.screened :]
    about = f"{format_value(median(judged), sample.unit, scale)} over {_processes(len(judged))}"
    about += f", {count(sum(map(len, sample.values)), 'value')} of {count(sample.loops, 'call')}"
    about += f" (the first {_processes(sample.screened)} only screened)" if sample.screened else ""
    lines += look.wrap(look.say(about), indent=2)
    if look.verbosity > 0:
        for number, values in enumerate(sample.values, start=1):
            said = "  ".join(format_value(value, sample.unit, scale) for value in values)
            lines += look.wrap(look.say(f"process {number}: ", "dim") + look.say(said), indent=4)
    else:
        said = "  ".join(format_value(value, sample.unit, scale) for value in centres)
        lines += look.wrap(look.say("each process: ", "dim") + look.say(said), indent=4)
    return lines


def _processes(number: int) -> str:
    return f"{number:,} process" + ("" if number == 1 else "es")
