"""What is to be done with each issue, and which are to be opened? The decision, from what is known of both sides.

A regression belongs to the issue that tells of the same metric near the same commits, since a change point may be
placed anew within its range as runs arrive; else to one whose cause may lie at the same commit; else it is a new one.
Forty benchmarks that one commit made slower are one issue with a table: that is one thing to look into, and to close.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lapwing.judge.causes import apart, badness, overlap
from lapwing.judge.policy import worsening
from lapwing.report.issue_marker import watch_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.judge.causes import Regression, Span
    from lapwing.model import Interval, Verdict
    from lapwing.pipeline.issues.stand import Stand
    from lapwing.report.issue_marker import IssueStamp, Shut
    from lapwing.review import Issue

NEAR: Final = 20
"""Commits within which a change of one metric is the one that was told: after 20 points it is frozen in its place."""

Do = Literal["nothing", "tell", "worse", "again", "close"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """An issue of ours with what it says of itself; ``span`` is where in the history, None where that is not known."""

    issue: Issue
    stamp: IssueStamp
    span: Span | None

    @property
    def is_ours_to_open(self) -> bool:
        """Whether we closed it, so that it may be opened again without having got worse."""
        return self.stamp.shut != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do with a ticket: ``shut`` is why it is closed."""

    do: Do
    shut: Shut = ""


def ticket_of(issue: Issue, stamp: IssueStamp, order: FirstParents) -> Ticket:
    """Return an issue with its place in the history."""
    old, new = map(order.place, stamp.span)
    return Ticket(issue=issue, stamp=stamp, span=None if old is None or new is None else (old, new))


def key_of(regression: Regression) -> str:
    """Return the name by which an issue remembers a regression."""
    return watch_key(regression.verdict.metric, regression.verdict.machine)


def twins_of(tickets: Iterable[Ticket]) -> dict[int, int]:
    """Return which open issues tell what an older open one tells, and which that is, both by number.

    Two runs that look at the same moment both find no issue, and each opens one.
    """
    kept: list[Ticket] = []
    twins: dict[int, int] = {}
    for ticket in sorted((one for one in tickets if one.issue.is_open), key=lambda one: one.issue.number):
        first = next((one for one in kept if _tell_the_same(one, ticket)), None)
        if first is None:
            kept.append(ticket)
        else:
            twins[ticket.issue.number] = first.issue.number
    return twins


def assigned(
    regressions: Sequence[Regression], tickets: Sequence[Ticket]
) -> tuple[dict[int, list[Regression]], list[Regression]]:
    """Return which regressions each ticket is about, by its number, and those that no ticket is about.

    Open tickets come first, then those closed last; what tells of the same metric comes before what may have the same
    cause.
    """
    ranked = sorted(tickets, key=lambda one: (not one.issue.is_open, -one.issue.number))
    found: dict[int, list[Regression]] = defaultdict(list)
    left = []
    for regression in regressions:
        same = (one for one in ranked if _is_told(regression, one))
        near = (one for one in ranked if one.span is not None and overlap(regression.span, one.span))
        chosen = next(same, None) or next(near, None)
        if chosen is None:
            left.append(regression)
        else:
            found[chosen.issue.number].append(regression)
    return found, left


def step_of(ticket: Ticket, stand: Stand, news: Mapping[str, float]) -> Step:
    """Return what to do with a ticket whose benchmarks stand so.

    ``news`` are the limits (logs) of those that a verdict of now confirms: what another commit did to a level that is
    frozen is another issue's news.
    One that a person closed is opened again only by what is worse, by more than its limit, than what was told then;
    one that a person opened again is never closed by us, nor is one whose commits this clone does not have.
    """
    bad = [row.verdict for row in stand.rows if row.state == "worse"]
    worse = _is_worse(ticket, bad, news)
    if not ticket.issue.is_open:
        return Step(do="again" if bad and (ticket.is_ours_to_open or worse) else "nothing")
    if bad:
        return Step(do="worse" if worse else "tell")
    if ticket.is_ours_to_open or not stand.known:
        return Step(do="nothing")
    states = {row.state for row in stand.rows}
    why: Shut = "back" if "back" in states else "accepted" if "accepted" in states else "gone"
    return Step(do="close", shut=why)


def _tell_the_same(one: Ticket, other: Ticket) -> bool:
    shared = {watched.key for watched in one.stamp.watched} & {watched.key for watched in other.stamp.watched}
    if one.span is None or other.span is None:
        return bool(shared) and one.stamp.span == other.stamp.span
    return bool(shared) and apart(one.span, other.span) <= NEAR


def _is_told(regression: Regression, ticket: Ticket) -> bool:
    """Tell whether a ticket is about the same metric near the same commits; where its commits are gone, about it."""
    if ticket.stamp.told(key_of(regression)) is None:
        return False
    if ticket.span is None:
        return ticket.issue.is_open
    return apart(regression.span, ticket.span) <= NEAR


def _is_worse(ticket: Ticket, bad: Sequence[Verdict], news: Mapping[str, float]) -> bool:
    """Tell whether something got worse by more than its limit since people were told of it.

    What they were not told of counts from the worst that they were.
    """
    worst = max((one.told for one in ticket.stamp.watched), default=0.0)
    for verdict in bad:
        key = watch_key(verdict.metric, verdict.machine)
        before = ticket.stamp.told(key)
        told = worst if before is None else before.told
        if badness(verdict) - told > news.get(key, math.inf) and _nearest(verdict.ratio, verdict) > told:
            return True
    return False


def _nearest(ratio: Interval | None, verdict: Verdict) -> float:
    """Return by how much (a log) the near end of the interval is worse."""
    better = verdict.unit.better
    return min(worsening(ratio.low, better), worsening(ratio.high, better)) if ratio is not None else 0.0
