"""What does an issue tell of how things stand, and in the project's manner?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.judge.causes import badness
from lapwing.pipeline.doubts import describe
from lapwing.pipeline.issues.rows import charted
from lapwing.report.issue import IssueTold, issue_title
from lapwing.report.issue_marker import IssueStamp, short_key, watch_key

if TYPE_CHECKING:
    from lapwing.judge.causes import Cause
    from lapwing.pipeline.issues.plan import Step
    from lapwing.pipeline.issues.stand import Ground, Stand
    from lapwing.ports import Commits
    from lapwing.review import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a project wants its issues.

    ``most`` is how many are opened in one run; ``mention`` says whether the author of a pull request is mentioned;
    ``compare`` is the address that shows what is between two commits, ``{old}`` and ``{new}`` in their places; ``job``
    is this very run, None outside of any.
    """

    suite: str
    label: str
    most: int
    mention: bool = False
    compare: str = ""
    job: Job | None = None


def stamp_of(
    cause: Cause, stand: Stand, ground: Ground, *, mentioned: tuple[str, int] | None = None, accepting: bool = False
) -> IssueStamp:
    """Return what a new issue says of itself."""
    shas = ground.order.shas
    return IssueStamp(
        head=ground.head,
        commits=cause.commits,
        span=(shas[cause.span[0]], shas[cause.span[1]]),
        watched=stand.watched,
        mentioned=mentioned,
        accepting=accepting,
    )


def stamp_after(stamp: IssueStamp, stand: Stand, step: Step) -> IssueStamp:
    """Return what an issue says of itself after a step; whoever is notified has been told how bad it is now."""
    if step.do == "tell":
        return replace(stamp, watched=stand.watched, shut="")
    bad = (row.verdict for row in stand.rows if row.state == "worse")
    now = {watch_key(one.metric, one.machine): badness(one) for one in bad}
    watched = tuple(replace(one, told=now.get(one.key, one.told)) for one in stand.watched)
    return replace(stamp, watched=watched, shut=step.shut, turn=stamp.turn + 1)


def told_of(stand: Stand, stamp: IssueStamp, *, ground: Ground, commits: Commits, manner: Manner) -> IssueTold:
    """Return what an issue tells, stamped with this very run and with what it says."""
    old, new = map(ground.order.place, stamp.span)
    job, first = manner.job, stamp.commits[1]
    states = (f"{watch_key(row.verdict.metric, row.verdict.machine)} {row.state} {row.note}" for row in stand.rows)
    told = IssueTold(
        suite=manner.suite,
        stamp=replace(
            stamp,
            head=ground.head,
            job=job.id if job is not None else 0,
            attempt=job.attempt if job is not None else 0,
            said=short_key("\n".join(states)),
        ),
        rows=stand.rows,
        within=new - old if old is not None and new is not None else 0,
        commit=describe(commits, {first}).get(first),
        chart=charted(ground, stand.rows[0].verdict, stamp.commits) if stand.rows else None,
        compare=manner.compare.format(old=stamp.span[0], new=stamp.span[1]),
        job=job,
    )
    return replace(told, stamp=replace(told.stamp, titled=short_key(issue_title(told))))
