"""What does the new issue of a cause tell, and is it opened? Not where its pull request accepted all of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lapwing.pipeline.issues.once import open_once
from lapwing.pipeline.issues.rows import stand_of
from lapwing.pipeline.issues.telling import stamp_of, told_of
from lapwing.pipeline.waived import accepted_on
from lapwing.review import is_login

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lapwing.judge.causes import Cause
    from lapwing.judge.waivers import Waiver
    from lapwing.pipeline.issues.plan import Ticket
    from lapwing.pipeline.issues.stand import Ground
    from lapwing.pipeline.issues.telling import Manner
    from lapwing.pipeline.waived import Said
    from lapwing.ports import Commits, Forge
    from lapwing.report.issue import IssueTold
    from lapwing.report.issue_marker import IssueStamp
    from lapwing.review import Pull


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What came of it: the ``number`` of the issue that was opened and what it tells, or None; ``done`` says it."""

    number: int | None
    told: IssueTold | None
    done: str


def new_of(  # noqa: PLR0913 - a cause, and all that is known
    cause: Cause,
    *,
    ground: Ground,
    commits: Commits,
    manner: Manner,
    waivers: tuple[Waiver, ...] = (),
    mentioned: tuple[str, int] | None = None,
) -> IssueTold:
    """Return what a new issue of a cause tells."""
    stand = stand_of(ground, cause.regressions, cause.commits, waivers=waivers)
    accepting = any(row.state == "accepted" for row in stand.rows)
    stamp = stamp_of(cause, stand, ground, mentioned=mentioned, accepting=accepting)
    return told_of(stand, stamp, ground=ground, commits=commits, manner=manner)


def open_of(  # noqa: PLR0913 - a cause, the ports, and what is known
    cause: Cause,
    *,
    ground: Ground,
    forge: Forge,
    commits: Commits,
    manner: Manner,
    said: Said,
    tickets: Callable[[], Iterable[Ticket]],
    look: bool,
) -> Opened:
    """Open the issue of a cause; ``look`` says whether its pull request is asked for what was accepted on it.

    Raises:
        ForgeError: it could not be opened, or not surely.
    """
    pulls = forge.merged_with(cause.commits[1]) if look else ()
    waivers = accepted_on(pulls[0], forge, said) if pulls else ()
    mentioned = _mentioned(cause, pulls, manner)
    told = new_of(cause, ground=ground, commits=commits, manner=manner, waivers=waivers, mentioned=mentioned)
    if all(row.state == "accepted" for row in told.rows):
        done = f"No issue for {cause.commits[1][:10]}: it was accepted on pull request {pulls[0].number}."
        return Opened(number=None, told=None, done=done)
    number = open_once(forge, told, label=manner.label, there=partial(_there, told.stamp, tickets))
    return Opened(number=number, told=told, done=f"Issue {number} was opened.")


def _there(stamp: IssueStamp, tickets: Callable[[], Iterable[Ticket]]) -> int | None:
    """Return the open issue that tells of the same commits what ``stamp`` does; None where there is none."""
    keys = {one.key for one in stamp.watched}
    for one in tickets():
        if one.issue.is_open and one.stamp.span == stamp.span and keys & {each.key for each in one.stamp.watched}:
            return one.issue.number
    return None


def _mentioned(cause: Cause, pulls: Sequence[Pull], manner: Manner) -> tuple[str, int] | None:
    """Return who is to be mentioned: nobody unless it is asked for, and only where one commit alone can be it."""
    alone = cause.span[1] - cause.span[0] == 1 and len(pulls) == 1
    if not manner.mention or not alone or not is_login(pulls[0].author):
        return None
    return pulls[0].author, pulls[0].number
