"""What is folded away below the verdict? What did not change, why some failed, what was accepted, how it was decided.

Each section comes in versions, the fullest first; the last step is to leave it out.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report.comparison import control_line, is_comparison, is_same_code
from lapwing.report.figures import change, share
from lapwing.report.markdown_escape import code, prose
from lapwing.report.markdown_table import name_of, table
from lapwing.report.wording import FOLDED, TOLD, count, sorted_by_badness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.waivers import Accepted, Reopened, Settled
    from lapwing.model import Report, RunWarning, Verdict
    from lapwing.report.telling import Telling

MOST_ROWS: Final = (300, 150, 60)
"""Rows of a folded table in a comment, and when that is too much; one with a long name takes 250 bytes."""

ALL_ROWS: Final = (6_000, 1_500, 300)
MOST_LISTED: Final = 20
MOST_WARNINGS: Final = 10


def fold(title: str, body: str) -> str:
    """Return a section that is unfolded by a click; the title is ours or made harmless already."""
    return f"<details><summary>{title}</summary>\n\n{body}\n\n</details>"


def rows(told: Telling, verdicts: Sequence[Verdict], most: tuple[int, ...]) -> tuple[str, ...]:
    """Return a table of the verdicts, in versions of fewer rows."""
    if not verdicts:
        return ()
    versions = []
    for rows_shown in dict.fromkeys(min(one, len(verdicts)) for one in most):
        shown = table(verdicts[:rows_shown], told.recent)
        left = len(verdicts) - rows_shown
        versions.append(shown + (f"\n\n… and {left:,} more." if left else ""))
    return tuple(versions)


def changed(told: Telling, shown: Sequence[Verdict], most: tuple[int, ...]) -> tuple[str, ...]:
    """Return what changed, failed or is in doubt beyond what is shown unfolded."""
    left = _without(told.settled.report, shown, TOLD)
    chosen = [verdict for outcome in TOLD for verdict in sorted_by_badness(left, outcome)]
    return tuple(fold(f"{_counted(chosen)}", part) for part in rows(told, chosen, most))


def unchanged(told: Telling, shown: Sequence[Verdict], most: tuple[int, ...]) -> tuple[str, ...]:
    """Return what is as expected; what executes the same code on both sides was not measured, and has no row."""
    left = _without(told.settled.report, shown, FOLDED)
    same = [verdict for verdict in left if is_same_code(verdict)]
    measured = [verdict for verdict in left if not is_same_code(verdict)]
    title = _counted(left) + (f" ({len(same):,} run the same code on both sides)" if same else "")
    if not left:
        return ()
    if not measured:
        return (f"{title}.",)
    return (*(fold(title, part) for part in rows(told, measured, most)), f"{title}.")


def _without(report: Report, shown: Sequence[Verdict], outcomes: Sequence[Outcome]) -> list[Verdict]:
    there = {id(verdict) for verdict in shown}
    return [verdict for verdict in report.verdicts if id(verdict) not in there and verdict.outcome in outcomes]


def _counted(verdicts: Sequence[Verdict]) -> str:
    """Write ``144 unchanged, 2 new``."""
    found = Counter(verdict.outcome for verdict in verdicts)
    word = {Outcome.INCONCLUSIVE: "not decided"}
    return ", ".join(f"{found[one]:,} {word.get(one, one)}" for one in (*TOLD, *FOLDED) if found[one])


def failures(report: Report) -> tuple[str, ...]:
    """Return what those that failed said, the first line of each."""
    told = [failure for failure in report.failures if failure.kind != "skipped"]
    if not told:
        return ()
    lines = ["| Benchmark | | message |", "|:--|:--|:--|"]
    for one in told[:MOST_LISTED]:
        said = next((line for line in reversed(one.message.splitlines()) if line.strip()), "")
        lines.append(f"| {code(one.benchmark)} | {one.kind} | {code(said)} |")
    left = len(told) - MOST_LISTED
    return ("\n".join(lines) + (f"\n\n… and {left:,} more." if left > 0 else ""),)


def accepted(settled: Settled) -> tuple[str, ...]:
    """Return what was accepted, and what is open again: who accepted it, why, how much, until when."""
    lines = [_open_again(one) for one in settled.reopened[:MOST_LISTED]]
    lines += [_accepted(one) for one in settled.accepted[:MOST_LISTED]]
    left = len(settled.reopened[MOST_LISTED:]) + len(settled.accepted[MOST_LISTED:])
    lines += [f"- … and {left:,} more"] if left else []
    if not lines:
        return ()
    titles = [f"{count(len(settled.accepted), 'change')} accepted on purpose"] if settled.accepted else []
    titles += [f"{len(settled.reopened):,} open again that had been accepted"] if settled.reopened else []
    return (f"**{', '.join(titles)}:**\n\n" + "\n".join(lines),)


def _accepted(one: Accepted) -> str:
    waiver, verdict = one.waiver, one.verdict
    said = change(verdict.ratio) if verdict.ratio is not None else str(verdict.outcome)
    upto = f", up to {share(one.share)}" if one.share is not None else ""
    until = f", until {waiver.until.isoformat()}" if waiver.until is not None else ""
    where = {"file": "in `.lapwing/accepted.toml`", "command": "by a comment", "label": "by label"}[waiver.source]
    return f"- {name_of(verdict)} {said}: {code(waiver.by, 60)} {where}{upto}{until} — {prose(waiver.reason, 300)}"


def _open_again(one: Reopened) -> str:
    why = {"worse": "it is worse than what was accepted", "expired": "what was accepted has expired"}[one.why]
    return f"- **open again:** {name_of(one.verdict)}, accepted by {code(one.waiver.by, 60)}: {why}"


def events(report: Report) -> tuple[str, ...]:
    """Return what the machines did, that no benchmark is accused of; the newest first."""
    if not report.events:
        return ()
    lines = [f"- {prose(event.reason)}" for event in list(report.events)[::-1][:MOST_LISTED]]
    return ("**Environment events**, taken out of every series of the machine:\n\n" + "\n".join(lines),)


def decided(told: Telling, *, fold: bool = True) -> tuple[str, ...]:
    """Return how it was measured and judged, and what there is to doubt."""
    report = told.settled.report
    lines = [prose(one) for one in told.sentences]
    if is_comparison(report):
        lines.append(
            "Head and base ran side by side in pairs of fresh processes, slice by slice; a change counts where its "
            "interval says that it passes the limit, by an exact test that allows for every look at the numbers."
        )
    lines += [prose(one) for one in report.sides]
    lines += [prose(control_line(report.control))] if report.control is not None else []
    limits = sorted({verdict.limit for verdict in report.verdicts})
    lines += [f"Limits: {', '.join(share(one) for one in limits[:MOST_LISTED])}."] if limits else []
    lines += [f"⚠ {prose(one.message)} {prose(one.remedy)}" for one in _warnings(report)[:MOST_WARNINGS]]
    body = "\n\n".join(lines)
    if not lines:
        return ()
    return (f"<details><summary>How this was decided</summary>\n\n{body}\n\n</details>",) if fold else (body,)


def _warnings(report: Report) -> list[RunWarning]:
    of_verdicts = (warning for verdict in report.verdicts for warning in verdict.warnings)
    return list(dict.fromkeys((*report.warnings, *of_verdicts)))
