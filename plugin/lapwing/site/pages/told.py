"""What does the Verdicts page show: the newest state of every benchmark, worst first?

What was accepted on purpose is a state of its own, after all that is still open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report.wording import badness, headline
from lapwing.site.asv_tree import unit_name
from lapwing.site.pages.changes import accepted_by
from lapwing.site.pages.index import plain
from lapwing.site.pages.labels import address
from lapwing.site.pages.numbers import interval, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.judge.waivers import Reopened, Settled, Waiver
    from lapwing.model import MetricId, Report, Verdict
    from lapwing.site.names import Shown
    from lapwing.site.pages.content import Content

_WORST_FIRST: Final = (
    Outcome.REGRESSED,
    Outcome.FAILED,
    Outcome.MISSING,
    Outcome.INCONCLUSIVE,
    Outcome.IMPROVED,
    Outcome.NEW,
    Outcome.UNCHANGED,
)
_AT_PEACE: Final = _WORST_FIRST[_WORST_FIRST.index(Outcome.IMPROVED) :]


def told(settled: Settled, content: Content) -> dict[str, object]:
    """Return the page's data: its heading, and a row for each verdict."""
    where = {cell: (one, idx) for one in content.shown for idx, cell in enumerate(one.cells) if cell is not None}
    hashes = {one.number: one.sha for one in content.revisions}
    rank = {outcome: at for at, outcome in enumerate(_WORST_FIRST)}
    left = sorted(settled.report.verdicts, key=lambda one: (rank[one.outcome], -badness(one), one.metric, one.machine))
    again = {id(one.verdict): one for one in settled.reopened}
    rows = [_row(one, where, content, settled.report, hashes, open_again=again.get(id(one))) for one in left]
    accepted = sorted(settled.accepted, key=lambda one: (-badness(one.verdict), one.verdict.metric))
    rows[_first_at_peace(left) : 0] = [
        _row(one.verdict, where, content, settled.report, hashes, accepted=one.waiver) for one in accepted
    ]
    return {"heading": headline(settled.report), "verdicts": rows}


def _first_at_peace(ordered: Sequence[Verdict]) -> int:
    """Return the place of the first verdict that nobody has to look at."""
    return next((at for at, one in enumerate(ordered) if one.outcome in _AT_PEACE), len(ordered))


def commit_of(one: Verdict) -> str:
    """Return the hash, as its run has it, of the commit where a verdict's change is first seen; empty where of none."""
    return one.change.commits[1] if one.change is not None and one.change.commits is not None else ""


def _row(  # noqa: PLR0913 - a verdict, where it is shown, and what people said of it
    one: Verdict,
    where: Mapping[MetricId, tuple[Shown, int]],
    content: Content,
    report: Report,
    hashes: Mapping[int, str],
    *,
    accepted: Waiver | None = None,
    open_again: Reopened | None = None,
) -> dict[str, object]:
    place = where.get(one.metric)
    machine = content.names.get(one.machine, "")
    commit = commit_of(one)
    sha = hashes.get(content.numbers.get(commit, -1), "")
    if not sha and report.head is not None:
        commit = report.head.sha
    return {
        "name": one.node_id if one.metric.name == "time" else f"{one.node_id} {one.metric.name}",
        "address": address(*place, machine=content.told_apart(one.machine), commits=sha[:10])
        if place is not None
        else "",
        "outcome": str(one.outcome),
        "lane": one.lane,
        "reason": one.reason,
        "ratio": interval(one.ratio),
        "limit": one.limit,
        "base": number(one.base),
        "head": number(one.head),
        "unit": unit_name(one.unit),
        "commit": plain(sha or commit),
        "machine": machine,
        "accepted": accepted_by(accepted),
        "open_again": None if open_again is None else {**(accepted_by(open_again.waiver) or {}), "why": open_again.why},
    }
