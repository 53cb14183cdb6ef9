"""Where does each regression that an issue is about stand now: is it worse still, back, accepted, or not measured?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.order import same_commit
from lapwing.judge.became import became
from lapwing.judge.causes import badness
from lapwing.judge.waivers import settle
from lapwing.model import Outcome, Verdict
from lapwing.pipeline.issues.plan import key_of
from lapwing.pipeline.issues.stand import Stand
from lapwing.report.issue import Charted, IssueRow
from lapwing.report.issue_marker import Watched, watch_key
from lapwing.report.site_link import of_benchmark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from lapwing.detect.series import Series
    from lapwing.judge.became import Became
    from lapwing.judge.causes import Regression
    from lapwing.judge.waivers import Accepted, Waiver
    from lapwing.model import MetricId
    from lapwing.pipeline.issues.stand import Ground
    from lapwing.report.issue import RowState
    from lapwing.report.issue_marker import IssueStamp

    Level = tuple[Series, Became]

_RECENT: Final = 20
_CHARTED: Final = 120
_BEFORE: Final = 30
"""Values in a chart, and how many of them at least are before the change."""

_HOPEFUL: Final = "its newest values look as if it were back; a few more will tell"


def stand_of(
    ground: Ground,
    regressions: Sequence[Regression],
    commits: tuple[str, str],
    *,
    stamp: IssueStamp | None = None,
    waivers: tuple[Waiver, ...] = (),
) -> Stand:
    """Return how everything stands that an issue is about: what verdicts say now, and what it remembers (``stamp``).

    ``commits`` are the last before the change and the first after it; ``waivers`` hold beyond those of the branch.
    """
    told = {one.key: one for one in (stamp.watched if stamp is not None else ())}
    confirmed = {key_of(one): one for one in regressions}
    levels = _levels(ground, commits, {*told, *confirmed, *_elsewhere(ground, regressions)})
    still = {
        key: _verdict(ground, key, series, level)
        for key, (series, level) in levels.items()
        # What was back once is not told again by a level that another commit changed: that is another issue's.
        if key in told and level.kind == "worse" and (told[key].told > 0 or level.again)
    }
    open_now = _without_outvoted(still | _now(ground, confirmed, commits, still), levels)
    old = {key: one for key, one in told.items() if key not in open_now}
    accepted = accepted_of(ground, open_now.values(), stamp=stamp, waivers=waivers)
    rows = []
    for key, verdict in open_now.items():
        state: RowState = "accepted" if key in accepted else "worse"
        hopeful = key in levels and levels[key][1].hopeful
        note = _why(accepted[key]) if key in accepted else _HOPEFUL if hopeful else ""
        rows.append(_row(ground, verdict, state, note, commits))
    for key, (series, level) in levels.items():
        if key in old:
            state = "back" if level.kind == "back" or old[key].told <= 0 else "gone"
            note = f"since {ground.order.shas[level.since][:10]}" if level.kind == "back" else ""
            rows.append(_row(ground, _verdict(ground, key, series, level), state, note, commits))
    rows.sort(key=lambda row: (row.state != "worse", -badness(row.verdict), row.verdict.metric, row.verdict.machine))
    watched = {one.key: one for one in (_watched(row, stamp, accepted) for row in rows)}
    return Stand(
        rows=tuple(rows),
        watched=(*watched.values(), *(one for key, one in old.items() if key not in watched)),
        known=ground.order.place(commits[1]) is not None,
    )


def accepted_of(
    ground: Ground,
    verdicts: Iterable[Verdict],
    *,
    stamp: IssueStamp | None = None,
    waivers: tuple[Waiver, ...] = (),
) -> dict[str, Accepted]:
    """Return what is accepted, by key; without a number it is as much as it was when it was accepted first."""
    given = tuple(verdicts)
    seen: dict[MetricId, float] = {}
    for one in given:
        told = stamp.told(_key(one)) if stamp is not None else None
        if told is not None and told.accepted is not None:
            seen[one.metric] = max(told.accepted, seen.get(one.metric, told.accepted))
    bare = replace(ground.report, verdicts=given, outcome=Outcome.REGRESSED)
    found = settle(bare, (*ground.waivers, *waivers), today=ground.today, seen=seen)
    return {_key(one.verdict): one for one in found.accepted}


def is_still_bad(ground: Ground, regression: Regression) -> bool:
    """Tell whether a regression is more than what its machine saw last before another saw that it was back."""
    return bool(stand_of(ground, [regression], regression.commits).rows)


def charted(ground: Ground, verdict: Verdict, commits: tuple[str, str]) -> Charted | None:
    """Return the newest values of a series, and some from before the change; None where the change is not in it."""
    found = ground.series.get(_key(verdict))
    if found is None:
        return None
    series = found[0]
    filled = np.flatnonzero(~np.isnan(series.values))
    filled = filled[filled >= series.current]
    at = [i for i, place in enumerate(filled.tolist()) if same_commit(series.commits[place], commits[1])]
    if not at:
        return None
    start = max(0, min(filled.size - _CHARTED, at[0] - _BEFORE))
    return Charted(values=tuple(series.values[filled[start:]].tolist()), mark=at[0] - start)


def news_of(regressions: Iterable[Regression]) -> dict[str, float]:
    """Return the limits of what verdicts confirm, as logs."""
    return {key_of(one): math.log1p(one.verdict.limit) for one in regressions}


def _now(
    ground: Ground, confirmed: Mapping[str, Regression], commits: tuple[str, str], still: Mapping[str, Verdict]
) -> dict[str, Verdict]:
    """Return what verdicts confirm; of what changed once more since, how much it is in all."""
    first = ground.order.place(commits[1])
    found = {}
    for key, one in confirmed.items():
        is_later = first is not None and one.span[0] >= first and key in still
        found[key] = still[key] if is_later else one.verdict
    return found


def _elsewhere(ground: Ground, regressions: Iterable[Regression]) -> list[str]:
    """Return the names of the metrics of regressions on all machines."""
    metrics = {one.verdict.metric for one in regressions}
    return [key for key, (series, _) in ground.series.items() if series.metric in metrics] if metrics else []


def _levels(ground: Ground, commits: tuple[str, str], wanted: Collection[str]) -> dict[str, Level]:
    """Return what became of the change in each of the series that are there."""
    first = ground.order.place(commits[1])
    found: dict[str, Level] = {}
    for key in wanted if first is not None else ():
        if key in ground.series:
            series, points = ground.series[key]
            limit = ground.verdicts[key].limit if key in ground.verdicts else ground.policy.limit
            found[key] = (series, became(series, points, first or 0, ground.order, limit, ground.policy))
    return found


def _without_outvoted(bad: Mapping[str, Verdict], levels: Mapping[str, Level]) -> dict[str, Verdict]:
    """Leave out what was last seen before another machine saw that the same metric was back.

    Of a pool of machines most have not measured the newest commits.
    """
    since: dict[MetricId, int] = {}
    for series, level in levels.values():
        if level.kind == "back":
            since[series.metric] = max(level.since, since.get(series.metric, -1))
    return {
        key: one
        for key, one in bad.items()
        if one.metric not in since or (key in levels and levels[key][1].place >= since[one.metric])
    }


def _verdict(ground: Ground, key: str, series: Series, level: Became) -> Verdict:
    """Return what became of a change as a verdict, so that waivers and texts take it as they take those of now."""
    known = ground.verdicts.get(key)
    return Verdict(
        metric=series.metric,
        node_id=series.metric.benchmark if known is None else known.node_id,
        unit=series.unit,
        machine=series.machine,
        outcome=Outcome.REGRESSED,
        lane="history",
        reason="",
        limit=ground.policy.limit if known is None else known.limit,
        ratio=level.ratio,
        base=level.before,
        head=level.now,
        recent=tuple(None if math.isnan(value) else value for value in series.values[-_RECENT:].tolist()),
    )


def _why(accepted: Accepted) -> str:
    waiver = accepted.waiver
    until = f", until {waiver.until.isoformat()}" if waiver.until is not None else ""
    return f"accepted by {waiver.by}{until}: {waiver.reason}"


def _row(ground: Ground, verdict: Verdict, state: RowState, note: str, commits: tuple[str, str]) -> IssueRow:
    metric, between = verdict.metric, "..".join(commits)
    graph = of_benchmark(ground.site, metric.benchmark, metric=metric.name, machine=verdict.machine, commit=between)
    machine = ground.titles.get(verdict.machine, verdict.machine)
    return IssueRow(verdict=verdict, state=state, machine=machine, note=note, graph=graph)


def _watched(row: IssueRow, stamp: IssueStamp | None, accepted: Mapping[str, Accepted]) -> Watched:
    """Return what to remember of a row: how bad it was when it was told, nought once it was back."""
    key = _key(row.verdict)
    before = stamp.told(key) if stamp is not None else None
    told = badness(row.verdict) if before is None else before.told
    share = accepted[key].share if key in accepted and accepted[key].waiver.up_to is None else None
    return Watched(key=key, told=0.0 if row.state == "back" else told, accepted=share)


def _key(verdict: Verdict) -> str:
    return watch_key(verdict.metric, verdict.machine)
