"""What does a report look like on a pull request, and in a job's summary?

In five seconds a reviewer knows from the heading and the line below it whether it blocks, which benchmark is the worst,
by how much and against which limit, and what to do. Everything else is folded. Pure: the same report, the same bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report import markdown_folded as folded
from lapwing.report.comparison import is_comparison, is_same_code
from lapwing.report.figures import change, share
from lapwing.report.markdown_escape import code, prose
from lapwing.report.markdown_fit import COMMENT, SUMMARY, Section, fit
from lapwing.report.markdown_table import name_of, table
from lapwing.report.marker import marker
from lapwing.report.telling import ACCEPTED_FILE, DEFAULT_SUITE, LABEL, Telling, Trouble
from lapwing.report.wording import TOLD, exit_code, headline, is_folded, sorted_by_badness, visible

if TYPE_CHECKING:
    from lapwing.model import Report, Verdict
    from lapwing.report.markdown_fit import Room

MOST_OPEN: Final = 10
"""Rows that are not folded: a reviewer reads no more of them."""

_HEADS: Final = {
    Outcome.REGRESSED: "❌",
    Outcome.FAILED: "⚠️",
    Outcome.MISSING: "⚠️",
    Outcome.INCONCLUSIVE: "❔",
    Outcome.IMPROVED: "🚀",
    Outcome.UNCHANGED: "✅",
    Outcome.NEW: "🆕",
}
_LINK: Final = re.compile(r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._~/-]*)?", re.ASCII)


def comment(told: Telling | Trouble) -> str:
    """Return the body of the comment; its first line is its marker."""
    first = marker(told.suite, told.stamp)
    if isinstance(told, Trouble):
        return f"{first}\n{_trouble(told)}"
    return _fitted(told, COMMENT, first=f"{first}\n")


def summary(told: Telling | Trouble) -> str:
    """Return what the job's own page shows: the same, with every row that there is room for."""
    return _trouble(told) if isinstance(told, Trouble) else _fitted(told, SUMMARY, first="")


def _fitted(told: Telling, room: Room, *, first: str) -> str:
    report = told.settled.report
    most = folded.MOST_ROWS if room is COMMENT else folded.ALL_ROWS
    shown = open_rows(report)
    if report.outcome is Outcome.UNCHANGED and not (shown or told.settled.accepted or report.events):
        return fit(_in_one_line(told, first, most), room, left_out=_left_out(told))
    worst = (table(shown, told.recent, site=told.site),) if shown else ()
    sections = [
        Section(title="verdict", versions=(f"{first}{_heading(told)}\n\n{_verdict(told)}",)),
        Section(title="the worst of them", versions=worst, dispensable=1),
        Section(title="why they failed", versions=folded.failures(report), dispensable=3),
        Section(title="next", versions=(_next(told),)),
        Section(title="what was accepted", versions=folded.accepted(told.settled), dispensable=2),
        Section(title="environment events", versions=folded.events(report), dispensable=4),
        Section(title="more that changed", versions=folded.changed(told, shown, most), dispensable=5),
        Section(title="what did not change", versions=folded.unchanged(told, shown, most), dispensable=6),
        Section(title="how this was decided", versions=folded.decided(told), dispensable=4),
        Section(title="footer", versions=(f"<sub>{_footer(told)}</sub>",)),
    ]
    return fit(sections, room, left_out=_left_out(told))


def _in_one_line(told: Telling, first: str, most: tuple[int, ...]) -> list[Section]:
    """Return the sections of a report in which nothing changed: a heading, and one line to unfold."""
    report = told.settled.report
    measured = [verdict for verdict in report.verdicts if not is_same_code(verdict)]
    same = len(report.verdicts) - len(measured)
    seen = visible(report) or "Nothing that was measured changed."
    seen += f" {same:,} run the same code on both sides, and were not measured." if same else ""
    return [
        Section(
            title="verdict",
            versions=(f"{first}{_heading(told)}\n\n<details><summary>{prose(seen)}</summary>",),
        ),
        Section(title="what did not change", versions=folded.rows(told, measured, most), dispensable=6),
        Section(title="how this was decided", versions=folded.decided(told, fold=False), dispensable=4),
        Section(title="footer", versions=(f"<sub>{_footer(told)}</sub>\n\n</details>",)),
    ]


def open_rows(report: Report) -> list[Verdict]:
    """Return the verdicts that are shown unfolded, the worst first."""
    listed = [verdict for verdict in report.verdicts if not is_folded(verdict, report)]
    chosen = [verdict for outcome in TOLD for verdict in sorted_by_badness(listed, outcome)]
    return chosen[:MOST_OPEN]


def _heading(told: Telling) -> str:
    report = told.settled.report
    said = headline(report).removesuffix(".")
    if told.suite != DEFAULT_SUITE:
        said = said.replace("Performance:", f"Performance of {told.suite}:", 1)
    reported = report.verdicts or told.settled.accepted
    return f"### {_HEADS[report.outcome] if reported else _HEADS[Outcome.INCONCLUSIVE]} {said}"


def _verdict(told: Telling) -> str:
    """Return the line below the heading: the worst, whether it blocks, what could have been seen."""
    report = told.settled.report
    parts = []
    hit = sorted_by_badness(report.verdicts, report.outcome)
    if report.outcome is Outcome.REGRESSED and hit and hit[0].ratio is not None:
        parts.append(f"**Worst: {name_of(hit[0])} {change(hit[0].ratio)}, limit {share(hit[0].limit)}.**")
        parts += [prose(hit[0].reason)] if hit[0].reason else []
    parts.append(_blocks(told))
    if report.outcome in (Outcome.UNCHANGED, Outcome.INCONCLUSIVE, Outcome.IMPROVED):
        parts += [prose(visible(report))] if visible(report) else []
    return " ".join(part for part in parts if part)


def _blocks(told: Telling) -> str:
    outcome = told.settled.report.outcome
    red = bool(exit_code(outcome, fail_on=told.fail_on))
    if not told.claimed:  # of a push: there is nothing to be merged any more
        return f"**The status `{told.gate}` is red.**" if red else ""
    if red:
        return f"**This blocks:** the status `{told.gate}` is red."
    if outcome is Outcome.INCONCLUSIVE:
        return "**This does not block the merge**: nothing is known to be slower."
    return "This does not block the merge." if told.settled.report.verdicts or told.settled.accepted else ""


def _next(told: Telling) -> str:
    """Say what to do, empty where there is nothing."""
    report = told.settled.report
    hit = sorted_by_badness(report.verdicts, report.outcome)
    if not hit:
        return ""
    accept = f", or accept it in `{ACCEPTED_FILE}`, with a reason"
    if told.accept:
        pattern = code(f"/lapwing accept {hit[0].metric.benchmark} — why")
        accept = f", or accept it with a reason: someone who may write comments {pattern}, or adds the label `{LABEL}`"
    steps = {
        Outcome.REGRESSED: f"make it faster{accept}.",
        Outcome.FAILED: f"mend it; {code('pytest ' + hit[0].node_id)} shows why it fails.",
        Outcome.MISSING: f"bring it back, or name its old id with `@perf(was=...)`{accept}.",
        Outcome.INCONCLUSIVE: ("`/lapwing rerun` measures once more; " if told.accept else "")
        + "`lapwing doctor` says what makes a machine noisy.",
        Outcome.NEW: "the next commit will be compared with this one.",
    }
    step = steps.get(report.outcome, "")
    return f"**Next:** {step}" if step else ""


def _footer(told: Telling) -> str:
    report = told.settled.report
    parts = []
    if report.base is not None and report.head is not None:
        base = f"{report.base.branch}@{report.base.short}" if report.base.branch else report.base.short
        parts.append(f"{code(base, 80)} → {code(report.head.short)}")
    elif report.head is not None:
        parts.append(code(report.head.short))
    if report.machine is not None:
        parts.append(code(report.machine.title))
    parts += [_link("run", told.job.url)] if told.job is not None else []
    command = report.command or ("" if is_comparison(report) or not report.verdicts else "lapwing check")
    parts += [f"repeat with {code(command)}"] if command else []
    parts += ["measured by the pull request's own run, judged by the default branch's rules"] if told.claimed else []
    return " · ".join(part for part in parts if part)


def _trouble(told: Trouble) -> str:
    of = f" of {told.suite}" if told.suite != DEFAULT_SUITE else ""
    link = f" {_link('The run', told.job.url)} has its log." if told.job is not None else ""
    return (
        f"### ⚠️ Performance{of}: the measurement failed\n\n"
        f"**{prose(told.what)}** This is no verdict: the status `{told.gate}` is red until one is there.\n\n"
        f"**Next:** {prose(told.remedy)}{link}\n"
    )


def _link(word: str, url: str) -> str:
    """Return a link to a place that the forge itself named, the word alone where it is no plain address."""
    return f"[{word}]({url})" if _LINK.fullmatch(url) else word


def _left_out(told: Telling) -> str:
    where = f"{_link('The job', told.job.url)}'s summary" if told.job is not None else "The report for programs"
    return f"<sub>Shortened for size: {{}}. {where} has more.</sub>"
