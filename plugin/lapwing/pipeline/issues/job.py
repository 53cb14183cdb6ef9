"""The regressions that a history confirms on the default branch are told, each cause by one issue.

In plain words, over ports only. An issue is found again by who wrote it and by the marker at its start, so that it does
not matter what broke on the way or who else looked: a comment is looked for before it is written, what an issue says of
itself changes in the same request that closes it, and of two that were opened at once the younger is closed. What the
token may not do is said and is no error; what breaks is raised after everything else was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from lapwing.errors import ForgeError, ForgeRefused
from lapwing.judge.causes import causes_of
from lapwing.pipeline.issues.once import note_once
from lapwing.pipeline.issues.opening import new_of, open_of
from lapwing.pipeline.issues.plan import assigned, key_of, step_of, ticket_of, twins_of
from lapwing.pipeline.issues.rows import accepted_of, is_still_bad, news_of, stand_of
from lapwing.pipeline.issues.telling import stamp_after, told_of
from lapwing.pipeline.waived import accepted_on
from lapwing.report.issue import IssueTold, issue_body, issue_note, issue_title
from lapwing.report.issue_marker import issue_begins, read_issue_marker, short_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.judge.causes import Cause, Regression
    from lapwing.pipeline.issues.opening import Opened
    from lapwing.pipeline.issues.plan import Step, Ticket
    from lapwing.pipeline.issues.stand import Ground
    from lapwing.pipeline.issues.telling import Manner
    from lapwing.pipeline.waived import Said
    from lapwing.ports import Commits, Forge
    from lapwing.report.issue_marker import IssueStamp
    from lapwing.review import Issue, IssueState

Found = TypeVar("Found")

MOST_CHANGED: Final = 30
"""Issues that one run changes; a forge lets a program write 80 times a minute. The next run goes on."""

MOST_LOOKED: Final = 10
"""Causes of one run whose pull request is looked at for what was accepted on it: four requests each."""

REFRESHED: Final = 10
"""Commits after which an issue's numbers are written anew though nothing else is new: each time puts it to the top of
what was changed last."""

LOOKED_AFTER: Final = 40
"""Commits for which a level that is back is looked at still. Back for less than a dozen commits and then worse again,
it is one level to whoever looks for changes: no verdict says that it changed."""

_WORDS: Final = {
    "worse": "got worse, which was said on it",
    "again": "was opened again",
    "back": "was closed: the level is back",
    "accepted": "was closed: it was accepted",
    "gone": "was closed: nothing of it is measured any more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of each cause that is open, and what was done about it, in sentences."""

    causes: tuple[IssueTold, ...]
    done: tuple[str, ...]


def told_alone(ground: Ground, commits: Commits, manner: Manner, why: str) -> Told:
    """Return what there is to tell where no issue can; ``why`` is a sentence."""
    causes = _causes(ground, ground.regressions)
    told = tuple(new_of(cause, ground=ground, commits=commits, manner=manner) for cause in causes)
    return Told(causes=told, done=(f"No issues, only the job's summary: {why}",))


def tell_issues(ground: Ground, *, forge: Forge, commits: Commits, manner: Manner, said: Said) -> Told:
    """Open, change, close and open again the issues of what ``ground`` says; ``said`` returns what a comment accepts.

    Raises:
        ForgeError: something could not be done, or not surely; everything else was.
    """
    job = _Job(ground=ground, forge=forge, commits=commits, manner=manner, said=said)
    try:
        causes = job.tell()
    except ForgeRefused as refused:
        alone = told_alone(ground, commits, manner, f"{refused.message} {refused.remedy}")
        return replace(alone, done=(*job.done, *alone.done))
    if job.broken is not None:
        raise job.broken
    return Told(causes=causes, done=tuple(job.done))


def _causes(ground: Ground, regressions: Sequence[Regression]) -> tuple[Cause, ...]:
    """Return the causes of what is bad still and the default branch does not accept, the gravest first."""
    accepted = accepted_of(ground, (one.verdict for one in regressions))
    left = [one for one in regressions if key_of(one) not in accepted and is_still_bad(ground, one)]
    return causes_of(left)


@dataclass(slots=True, kw_only=True)
class _Job:
    """One run of it, and what came of each part."""

    ground: Ground
    forge: Forge
    commits: Commits
    manner: Manner
    said: Said
    done: list[str] = field(default_factory=list)
    broken: ForgeError | None = None
    changed: int = 0
    is_whole: bool = True

    def tell(self) -> tuple[IssueTold, ...]:
        """Do all of it; return what is told of each cause that is open."""
        tickets = [one for one in self._tickets() if one.stamp.shut != "twin"]
        twins = twins_of(tickets)
        for ticket in tickets:
            if ticket.issue.number in twins:
                self._do(partial(self._close_twin, ticket, twins[ticket.issue.number]), f"issue {ticket.issue.number}")
        alive = [one for one in tickets if one.issue.number not in twins]
        of, left = assigned(self.ground.regressions, alive)
        told: list[IssueTold] = []
        for ticket in alive:
            number = ticket.issue.number
            if number in of or ticket.issue.is_open or self._was_just_closed(ticket):
                found = self._do(partial(self._tend, ticket, of.get(number, [])), f"issue {number}")
                told += [found] if found is not None else []
        return (*told, *self._open_all(_causes(self.ground, left)))

    def _tickets(self) -> list[Ticket]:
        """Return our issues of this suite, the oldest first; where one that is open cannot be read, none is opened."""
        begins = issue_begins(self.manner.suite)
        own = [one for one in self.forge.issues(self.manner.label) if one.mine and one.body.startswith(begins)]
        found = []
        for issue in sorted(own, key=lambda one: one.number):
            stamp = read_issue_marker(issue.body, self.manner.suite)
            if stamp is not None:
                found.append(ticket_of(issue, stamp, self.ground.order))
            elif issue.is_open:
                self._unread(issue)
        return found

    def _unread(self, issue: Issue) -> None:
        if self.is_whole:
            self.done.append(
                f"The beginning of issue {issue.number} was altered, or is of another version: nothing is done to it, "
                "and none is opened while it is open, since it may be about the same."
            )
        self.is_whole = False

    def _tend(self, ticket: Ticket, regressions: Sequence[Regression]) -> IssueTold | None:
        """Do what is to be done with an issue; return what it tells where it stays open."""
        if self._told_later(ticket.stamp):
            self.done.append(f"Issue {ticket.issue.number}: told by a later run already.")
            return None
        commits = ticket.stamp.commits
        pulls = self.forge.merged_with(commits[1]) if ticket.stamp.accepting else ()
        waivers = accepted_on(pulls[0], self.forge, self.said) if pulls else ()
        stand = stand_of(self.ground, regressions, commits, stamp=ticket.stamp, waivers=waivers)
        step = step_of(ticket, stand, news_of(regressions))
        if step.do == "nothing":
            return None
        stamp = stamp_after(ticket.stamp, stand, step)
        told = told_of(stand, stamp, ground=self.ground, commits=self.commits, manner=self.manner)
        if step.do != "tell":
            self._turn(ticket, told, step)
        elif self._is_due(ticket, told) and self._may_change():
            self._change(ticket, told)
            self.done.append(f"Issue {ticket.issue.number} was brought up to date.")
        return None if step.do == "close" else told

    def _told_later(self, stamp: IssueStamp) -> bool:
        """Tell whether a later run wrote an issue: runs are numbered as they begin."""
        job = self.manner.job
        return job is not None and (stamp.job, stamp.attempt) > (job.id, job.attempt)

    def _was_just_closed(self, ticket: Ticket) -> bool:
        """Tell whether an issue was closed as back a short while ago, so that it may come back unseen: as one level."""
        place = self.ground.order.place(ticket.stamp.head)
        return ticket.stamp.shut == "back" and place is not None and len(self.ground.order.shas) - place <= LOOKED_AFTER

    def _is_due(self, ticket: Ticket, told: IssueTold) -> bool:
        """Tell whether an issue has something new to say, or has said the same for long."""
        before, now = self.ground.order.place(ticket.stamp.head), len(self.ground.order.shas) - 1
        is_old = before is None or now - before >= REFRESHED
        return is_old or ticket.stamp.said != told.stamp.said or ticket.stamp.shut != told.stamp.shut

    def _turn(self, ticket: Ticket, told: IssueTold, step: Step) -> None:
        """Say on an issue what happened, and then close it or open it again."""
        if not self._may_change():
            return
        number = ticket.issue.number
        is_back = step.do == "again" and ticket.is_ours_to_open
        body = issue_note(told, "closed" if step.do == "close" else "again" if is_back else "worse")
        try:
            note_once(self.forge, number, told, body)
        except ForgeRefused as refused:
            # One that is locked takes no comment of a workflow's token, whatever that may write elsewhere.
            self.done.append(f"Issue {number} was left as it is: {refused.message}")
            return
        if step.do == "close":
            self._change(ticket, told, state="done" if step.shut == "back" else "dropped", titled=False)
        else:
            self._change(ticket, told, state="open" if step.do == "again" else None)
        self.done.append(f"Issue {number} {_WORDS[step.shut or step.do]}.")

    def _change(self, ticket: Ticket, told: IssueTold, *, state: IssueState | None = None, titled: bool = True) -> None:
        """Replace the body and, where it is still ours, the title; all in one request with the state."""
        title = issue_title(told) if titled and short_key(ticket.issue.title) == ticket.stamp.titled else None
        kept = told.stamp.titled if title is not None else ticket.stamp.titled
        body = issue_body(replace(told, stamp=replace(told.stamp, titled=kept)))
        self.forge.change_issue(ticket.issue.number, body=body, title=title, state=state)

    def _close_twin(self, ticket: Ticket, first: int) -> None:
        """Close the younger of two issues that tell the same."""
        stamp = replace(ticket.stamp, shut="twin")
        told = IssueTold(suite=self.manner.suite, stamp=stamp, rows=(), within=0, of=first)
        self.forge.change_issue(ticket.issue.number, body=issue_body(told), state="dropped")
        self.done.append(f"Issue {ticket.issue.number} was closed: issue {first} tells the same.")

    def _open_all(self, causes: Sequence[Cause]) -> list[IssueTold]:
        """Open issues for the gravest causes, as many as one run may; return what all of them tell."""
        told: list[IssueTold | None] = []
        opened: set[int] = set()
        for place, cause in enumerate(causes):
            if self.is_whole and len(opened) < self.manner.most:
                found = self._do(partial(self._open, cause, look=place < MOST_LOOKED), "new issue")
                told.append(found.told if found is not None else None)
                opened |= {found.number} - {None} if found is not None else set()  # type: ignore[arg-type]
            else:
                told.append(new_of(cause, ground=self.ground, commits=self.commits, manner=self.manner))
        waiting = sum(one is not None for one in told) - len(opened)
        if waiting > 0 and self.is_whole:
            self.done.append(f"{waiting:,} more to be opened by the next runs, {self.manner.most:,} in each at most.")
        if opened:
            self._do(partial(self._after_opening, opened), "look for issues of other runs")
        return [one for one in told if one is not None]

    def _open(self, cause: Cause, *, look: bool) -> Opened:
        found = open_of(
            cause,
            ground=self.ground,
            forge=self.forge,
            commits=self.commits,
            manner=self.manner,
            said=self.said,
            tickets=self._tickets,
            look=look,
        )
        self.done.append(found.done)
        return found

    def _after_opening(self, opened: set[int]) -> None:
        """Close what we opened and another run had opened a moment before."""
        tickets = self._tickets()
        twins = twins_of(tickets)
        for ticket in tickets:
            if ticket.issue.number in opened and ticket.issue.number in twins:
                self._close_twin(ticket, twins[ticket.issue.number])

    def _may_change(self) -> bool:
        """Count what is changed, and say once that the rest is left to the next run."""
        self.changed += 1
        if self.changed == MOST_CHANGED + 1:
            self.done.append(f"{MOST_CHANGED} issues were changed; the next run goes on.")
        return self.changed <= MOST_CHANGED

    def _do(self, do: Callable[[], Found], what: str) -> Found | None:
        """Do one part; what breaks is kept until the rest is done. What is refused is refused for all."""
        try:
            return do()
        except ForgeRefused:
            raise
        except ForgeError as error:
            self.done.append(f"No {what}: {error.message}")
            self.broken = self.broken or error
        return None
