"""What does the Verdicts page show: the newest state of every benchmark, worst first, and what the machines did?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from lapwing.model import Outcome
from lapwing.report.wording import badness, headline
from lapwing.site.asv_tree import unit_name
from lapwing.site.pages.labels import address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.model import EnvironmentEvent, Interval, MetricId, Report, Verdict
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


def told(report: Report, content: Content) -> dict[str, object]:
    """Return the page's data: its heading, a row for each verdict, and the environment events by place."""
    where = {cell: (one, idx) for one in content.shown for idx, cell in enumerate(one.cells) if cell is not None}
    hashes = {one.number: one.sha for one in content.revisions}
    rank = {outcome: at for at, outcome in enumerate(_WORST_FIRST)}
    ordered = sorted(report.verdicts, key=lambda one: (rank[one.outcome], -badness(one), one.metric, one.machine))
    return {
        "heading": headline(report),
        "verdicts": [_row(one, where, content, report, hashes) for one in ordered],
        "events": [row for one in report.events if (row := _event(one, content)) is not None],
    }


def _row(
    one: Verdict,
    where: Mapping[MetricId, tuple[Shown, int]],
    content: Content,
    report: Report,
    hashes: Mapping[int, str],
) -> dict[str, object]:
    place = where.get(one.metric)
    machine = content.names.get(one.machine, "")
    commit = one.change.commits[1] if one.change is not None and one.change.commits is not None else ""
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
        "ratio": _interval(one.ratio),
        "limit": one.limit,
        "base": _number(one.base),
        "head": _number(one.head),
        "unit": unit_name(one.unit),
        "commit": sha or commit,
        "machine": machine,
    }


def _event(one: EnvironmentEvent, content: Content) -> dict[str, object] | None:
    before, after = (content.numbers.get(sha) for sha in one.commits)
    if before is None or after is None:
        return None
    return {
        "before": before,
        "after": after,
        "machine": content.names.get(one.machine, ""),
        "ratio": _interval(one.ratio),
        "text": one.reason,
    }


def _interval(ratio: Interval | None) -> list[float | None] | None:
    return None if ratio is None else [_number(ratio.low), _number(ratio.estimate), _number(ratio.high)]


def _number(value: float | None) -> float | None:
    """Return a number that JSON can hold."""
    return value if value is not None and math.isfinite(value) else None
