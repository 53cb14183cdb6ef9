"""What does the issue of a regression on the default branch look like, and what is said when it changes?

The title is for a list and an e-mail's subject, the first lines say what, how much and since when; then a row for each
benchmark, a chart of the worst, and what to do. An issue can hold no picture but one from elsewhere, which those who
read by mail or in a private repository would not see: the chart is of characters. Pure: the same, the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lapwing.judge.relative import RELATIVE_TIME
from lapwing.report.chart import chart
from lapwing.report.figures import change, day, pair, share
from lapwing.report.issue_marker import issue_marker, note_marker
from lapwing.report.look import Look
from lapwing.report.markdown_escape import clean, code, figure, prose
from lapwing.report.markdown_fit import COMMENT, Section, fit
from lapwing.report.markdown_table import name_of
from lapwing.report.shell import argument
from lapwing.report.sparkline import sparkline
from lapwing.report.telling import DEFAULT_SUITE
from lapwing.report.wording import about_time, badness, count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.model import Commit, Verdict
    from lapwing.report.issue_marker import IssueStamp, Shut
    from lapwing.review import Job

RowState = Literal["worse", "back", "accepted", "gone"]

MOST_OPEN: Final = 20
"""Rows that are not folded."""

_RECENT: Final = 20
_NAME: Final = 80
_NOTES: Final = 5
_METRIC: Final = 30
_WIDTH: Final = 74  # what a forge's page shows of a line of code without a bar to move it
_ROWS: Final = (100, 30)
_LINK: Final = re.compile(
    r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._~/-]*)?(?:#/benchmark\?[A-Za-z0-9._~=&%+-]*)?", re.ASCII
)
_STATES: Final[dict[RowState, str]] = {
    "worse": "❌ {}",
    "back": "✅ back",
    "accepted": "☑️ accepted",
    "gone": "💤 not measured any more",
}
_SHUT: Final[Mapping[Shut, str]] = {
    "back": "✅ Fixed",
    "accepted": "☑️ Accepted on purpose",
    "gone": "💤 Not measured any more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One benchmark on one machine: its level before the change and now are the base and the head of ``verdict``.

    ``machine`` is its title, ``note`` a sentence of ours on it, ``graph`` where a site shows it, empty for none.
    """

    verdict: Verdict
    state: RowState
    machine: str = ""
    note: str = ""
    graph: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charted:
    """What the chart is of: the values of a series, oldest first, and at which of them the change begins."""

    values: tuple[float | None, ...]
    mark: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueTold:
    """What an issue tells: its ``rows``, the worst first of those that are open.

    ``within`` is how many commits the cause is among, ``commit`` what is known of the first at the new level;
    ``compare`` is the address that shows them, ``label`` the one that its issues have. ``of`` is the number of the
    issue that tells the same, where this one is a twin.
    """

    suite: str
    stamp: IssueStamp
    rows: tuple[IssueRow, ...]
    within: int
    commit: Commit | None = None
    chart: Charted | None = None
    compare: str = ""
    job: Job | None = None
    of: int = 0


def issue_title(told: IssueTold) -> str:
    """Return the title: one line in which a name stands as code, so that nothing in it is made to act."""
    rows = _open(told) or list(told.rows)
    of = f" of {told.suite}" if told.suite != DEFAULT_SUITE else ""
    names = dict.fromkeys(row.verdict.metric.benchmark for row in rows)
    slower = _slower([row.verdict for row in rows])
    at = told.stamp.commits[1][:10]
    if len(names) == 1:
        metric = rows[0].verdict.metric
        said = _plain_code(metric.benchmark, _NAME)
        said += f" {_plain_code(metric.name, _METRIC)}" if metric.name not in ("time", RELATIVE_TIME) else ""
        return f"Performance{of}: {said} {_by(rows[0].verdict)} {slower} since {at}"
    return f"Performance{of}: {count(len(names))} {slower} since {at}"


def issue_body(told: IssueTold) -> str:
    """Return the body; its first line is its marker."""
    first = issue_marker(told.suite, told.stamp)
    if told.of:
        return f"{first}\nOpened at the same moment as #{told.of}, which tells it.\n"
    open_rows, rest = _open(told), [row for row in told.rows if row.state != "worse"]
    shown, more = open_rows[:MOST_OPEN], open_rows[MOST_OPEN:]
    sections = [
        Section(title="verdict", versions=(f"{first}\n{_heading(told)}\n\n{_since(told)}",)),
        Section(title="benchmarks", versions=(_table(told, shown),) if shown else ()),
        Section(title="more benchmarks", versions=_folded(told, more, f"{len(more):,} more"), dispensable=3),
        Section(title="what is closed", versions=_folded(told, rest, _counted(rest)), dispensable=2),
        Section(title="chart", versions=_chart(told), dispensable=1),
        Section(title="next", versions=(_next(told),)),
        Section(title="footer", versions=(f"<sub>{_footer(told)}</sub>",)),
    ]
    return fit(sections, COMMENT, left_out="<sub>Shortened for size: {}. `lapwing check` has more.</sub>")


def issue_note(told: IssueTold, kind: Literal["worse", "again", "closed"]) -> str:
    """Return the comment that an issue gets where it is closed, opened again or grew worse; edits notify nobody."""
    first = note_marker(told.suite, told.stamp.turn)
    head = code(told.stamp.head[:10])
    rows = _open(told)
    if kind == "closed":
        why = {
            "back": f"**Fixed.** {_are(told.rows)} back at the level before, as of {head}.",
            "accepted": f"**Accepted on purpose**, as of {head}{_accepted(told)}.",
            "gone": f"**Not measured any more**, as of {head}, so nobody can tell.",
        }[told.stamp.shut]
        again = " This opens again by itself if it comes back or gets worse." if told.stamp.shut != "gone" else ""
        return f"{first}\n{why}{again}\n"
    said = "**It got worse**" if kind == "worse" else "**It is back**"
    worst = f"{name_of(rows[0].verdict)} {change(rows[0].verdict.ratio)}, limit {share(rows[0].verdict.limit)}"
    more = f", and {count(len(rows) - 1, 'more benchmark')}, see above" if len(rows) > 1 else ""
    return f"{first}\n{said}, as of {head}: {worst}{more}.\n"


def _plain_code(text: str, longest: int) -> str:
    """Return text as the code that a title can hold; a backquote would end it, and what follows could act."""
    shown = clean(text, longest).replace("`", "'")
    return f"`{shown or '(empty)'}`"


def _open(told: IssueTold) -> list[IssueRow]:
    return [row for row in told.rows if row.state == "worse"]


def _slower(verdicts: Sequence[Verdict]) -> str:
    return "slower" if about_time(verdicts) else "worse"


def _by(verdict: Verdict) -> str:
    """Write by how much head is worse: ``12 %``, from double on ``2.3 times``."""
    factor = badness(verdict)
    if factor >= 2:  # noqa: PLR2004 - from here on people think in factors
        return f"{factor:,.3g} times"
    return share(max(0.0, factor - 1)) if factor else ""


def _heading(told: IssueTold) -> str:
    rows = _open(told)
    if not rows:
        return f"### {_SHUT.get(told.stamp.shut, _SHUT['back'])}: {count(_names(told.rows))}"
    slower = _slower([row.verdict for row in rows])
    of = f" of {told.suite}" if told.suite != DEFAULT_SUITE else ""
    some = _names(rows)
    return f"### ❌ Performance{of}: {count(some)} {'is' if some == 1 else 'are'} {slower} than before"


def _names(rows: Sequence[IssueRow]) -> int:
    return len({row.verdict.metric.benchmark for row in rows})


def _since(told: IssueTold) -> str:
    """Say how much, and which commits it came with."""
    rows = _open(told)
    old, new = (code(sha[:10]) for sha in told.stamp.commits)
    parts = []
    if rows:
        verdict = rows[0].verdict
        worst = "Worst: " if len(rows) > 1 else ""
        parts.append(f"**{worst}{name_of(verdict)} {change(verdict.ratio)}, limit {share(verdict.limit)}.**")
    subject = f" {code(told.commit.subject, 100)}" if told.commit is not None and told.commit.subject else ""
    date = f" of {day(told.commit.date)}" if told.commit is not None and told.commit.date is not None else ""
    likely = "most likely " if told.within > 1 else ""
    parts.append(f"It {likely}came with {new}{subject}{date}; the last commit known at the old level is {old}.")
    if told.within > 1:
        low, high = (code(sha[:10]) for sha in told.stamp.span)
        parts.append(f"It may be any of the {told.within:,} commits after {low} up to {high}.")
    if told.compare and _LINK.fullmatch(told.compare):
        parts.append(f"[{'The commit' if told.within == 1 else 'The commits'}]({told.compare})")
    if told.stamp.mentioned is not None:
        login, number = told.stamp.mentioned
        parts.append(f"It was merged with #{number} of @{login}.")
    return " ".join(parts)


def _table(told: IssueTold, rows: Sequence[IssueRow]) -> str:
    several = len({row.machine for row in told.rows}) > 1
    graphs = any(row.graph for row in rows)
    heads = ["", "Benchmark", *(["machine"] if several else []), "before → now", "change (95 % interval)"]
    heads += [f"last {_RECENT}", *(["graph"] if graphs else [])]
    lines = [
        "| " + " | ".join(heads) + " |",
        "|:-:|:--|" + (":--|" if several else "") + "--:|--:|:--|" + (":--|" if graphs else ""),
    ]
    for row in rows:
        verdict = row.verdict
        line = sparkline(verdict.recent, width=_RECENT) if len(verdict.recent) > 1 else ""
        state = _STATES[row.state].format(_slower([verdict]))
        cells = [
            state,
            name_of(verdict) + (f"<br>{prose(row.note)}" if row.note else ""),
            *([code(row.machine, 60)] if several else []),
            figure(pair(verdict.base, verdict.head, verdict.unit)),
            change(verdict.ratio),
            f"`{line}`" if line else "",
            *([f"[graph]({row.graph})" if _LINK.fullmatch(row.graph) else ""] if graphs else []),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _folded(told: IssueTold, rows: Sequence[IssueRow], title: str) -> tuple[str, ...]:
    """Return a table to unfold, and shorter ones for where there is no room."""
    versions = []
    for most in dict.fromkeys(min(most, len(rows)) for most in _ROWS):
        left = f"\n\n… and {len(rows) - most:,} more." if most < len(rows) else ""
        table = _table(told, rows[:most])
        versions.append(f"<details><summary>{title}</summary>\n\n{table}{left}\n\n</details>")
    return tuple(versions) if rows else ()


def _counted(rows: Sequence[IssueRow]) -> str:
    words: dict[RowState, str] = {"back": "back", "accepted": "accepted", "gone": "not measured any more"}
    found = {state: sum(row.state == state for row in rows) for state in words}
    return ", ".join(f"{number:,} {words[state]}" for state, number in found.items() if number)


def _chart(told: IssueTold) -> tuple[str, ...]:
    """Return the values of the worst as a chart of characters, the change marked below."""
    if told.chart is None or not told.rows:
        return ()
    verdict = told.rows[0].verdict
    lines = chart(told.chart.values, verdict.unit, Look(width=_WIDTH), marks=(told.chart.mark,), height=6)
    # A unit is whatever its author called it; nothing in a block of code acts but what ends it.
    drawn = "\n".join(line.plain.rstrip().replace("`", "'") for line in lines)
    what = f"{name_of(verdict)}, the last {len(told.chart.values):,} commits that were measured; `^1` is the change:"
    return (f"{what}\n\n```text\n{drawn}\n```",)


def _next(told: IssueTold) -> str:
    rows = _open(told)
    if not rows:
        return ""
    verdict = rows[0].verdict
    low, high = told.stamp.span
    find = ""
    if told.within > 1:
        # Somebody will copy it: whatever a name holds is one argument to the shell.
        named = code(f"lapwing bisect {argument(verdict.node_id)} {low[:10]} {high[:10]}")
        find = f"find the commit with {named}, then "
    return (
        f"**Next:** {find}fix it, or accept it with a reason in `.lapwing/accepted.toml`. This closes by itself once "
        "the level is back for a few runs, or accepted. Closed by hand it stays closed, unless it gets worse."
    )


def _footer(told: IssueTold) -> str:
    parts = [f"as of {code(told.stamp.head[:10])}"]
    machines = dict.fromkeys(row.machine for row in told.rows if row.machine)
    parts += [code(next(iter(machines)))] if len(machines) == 1 else []
    parts += [f"[run]({told.job.url})"] if told.job is not None and _LINK.fullmatch(told.job.url) else []
    parts += ["Lapwing rewrites this text: what you have to say belongs in a comment"]
    return " · ".join(parts)


def _are(rows: Sequence[IssueRow]) -> str:
    back = _names([row for row in rows if row.state == "back"])
    return f"{count(back)} {'is' if back == 1 else 'are'}"


def _accepted(told: IssueTold) -> str:
    notes = dict.fromkeys(row.note for row in told.rows if row.state == "accepted" and row.note)
    said = "; ".join(prose(one.removeprefix("accepted ")) for one in list(notes)[:_NOTES])
    return f", {said}" if said else ""
