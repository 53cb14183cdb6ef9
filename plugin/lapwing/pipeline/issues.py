"""The regressions that a history confirms on the default branch are told, each cause by one issue.

In plain words, over ports only. An issue is found again by who wrote it and by the marker at its start, so that it does
not matter what broke on the way or who else looked: a comment is looked for before it is written, what an issue says of
itself changes in the same request that closes it, and of two that were opened at once the younger is closed. What the
token may not do is said and is no error; what breaks is raised after everything else was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from lapwing.errors import ForgeError, ForgeRefused
from lapwing.judge.causes import causes_of
from lapwing.pipeline.issue_once import note_once, open_once
from lapwing.pipeline.issue_plan import assigned, key_of, step_of, ticket_of, twins_of
from lapwing.pipeline.issue_rows import accepted_of, news_of, stand_of
from lapwing.pipeline.issue_telling import stamp_after, stamp_of, told_of
from lapwing.pipeline.waived import Permissions, waivers_of
from lapwing.report.issue import IssueTold, issue_body, issue_note, issue_title
from lapwing.report.issue_marker import issue_begins, read_issue_marker, short_key
from lapwing.review import is_login

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.causes import Cause, Regression
    from lapwing.judge.waivers import Waiver
    from lapwing.pipeline.issue_plan import Step, Ticket
    from lapwing.pipeline.issue_stand import Ground
    from lapwing.pipeline.issue_telling import Manner
    from lapwing.ports import Commits, Forge
    from lapwing.report.issue_marker import IssueStamp
    from lapwing.review import Issue, IssueState, Pull

Said = Callable[[str], "tuple[Waiver, ...]"]
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
    told = tuple(_new(cause, ground=ground, commits=commits, manner=manner) for cause in causes)
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
    """Return the causes of what the default branch does not accept, the gravest first."""
    accepted = accepted_of(ground, (one.verdict for one in regressions))
    return causes_of([one for one in regressions if key_of(one) not in accepted])


def _new(  # noqa: PLR0913 - a cause, and all that is known
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
        told: list[IssueTold | None] = []
        for ticket in alive:
            number = ticket.issue.number
            if number in of or ticket.issue.is_open or self._was_just_closed(ticket):
                told.append(self._do(partial(self._tend, ticket, of.get(number, [])), f"issue {number}"))
        told += self._open_all(_causes(self.ground, left))
        return tuple(one for one in told if one is not None)

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
        waivers = self._accepted_on(self.forge.merged_with(ticket.stamp.commits[1])) if ticket.stamp.accepting else ()
        stand = stand_of(self.ground, regressions, ticket.stamp.commits, stamp=ticket.stamp, waivers=waivers)
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
        if step.do == "close":
            note_once(self.forge, number, told, issue_note(told, "closed"))
            self._change(ticket, told, state="done" if step.shut == "back" else "dropped", titled=False)
        else:
            is_back = step.do == "again" and ticket.is_ours_to_open
            note_once(self.forge, number, told, issue_note(told, "again" if is_back else "worse"))
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

    def _open_all(self, causes: Sequence[Cause]) -> list[IssueTold | None]:
        """Open issues for the gravest causes, as many as one run may; return what all of them tell."""
        told: list[IssueTold | None] = []
        opened: set[int] = set()
        for place, cause in enumerate(causes):
            if not self.is_whole or len(opened) >= self.manner.most:
                told.append(_new(cause, ground=self.ground, commits=self.commits, manner=self.manner))
            else:
                told.append(self._do(partial(self._open, cause, opened, look=place < MOST_LOOKED), "new issue"))
        waiting = len(causes) - sum(one is None for one in told) - len(opened)
        if waiting > 0 and self.is_whole:
            self.done.append(f"{waiting:,} more to be opened by the next runs, {self.manner.most:,} in each at most.")
        if opened:
            self._do(partial(self._after_opening, opened), "look for issues of other runs")
        return told

    def _open(self, cause: Cause, opened: set[int], *, look: bool) -> IssueTold | None:
        """Open the issue of a cause, unless all of it was accepted on its pull request; None for that."""
        pulls = self.forge.merged_with(cause.commits[1]) if look else ()
        waivers = self._accepted_on(pulls)
        told = _new(
            cause,
            ground=self.ground,
            commits=self.commits,
            manner=self.manner,
            waivers=waivers,
            mentioned=self._mentioned(cause, pulls),
        )
        if all(row.state == "accepted" for row in told.rows):
            self.done.append(
                f"No issue for {cause.commits[1][:10]}: it was accepted on pull request {pulls[0].number}."
            )
            return None
        number = open_once(self.forge, told, label=self.manner.label, there=partial(self._there, told.stamp))
        opened.add(number)
        self.done.append(f"Issue {number} was opened.")
        return told

    def _there(self, stamp: IssueStamp) -> int | None:
        """Return the open issue that tells of the same commit what ``stamp`` does; None where there is none."""
        keys = {one.key for one in stamp.watched}
        for one in self._tickets():
            if one.issue.is_open and one.stamp.span == stamp.span and keys & {each.key for each in one.stamp.watched}:
                return one.issue.number
        return None

    def _after_opening(self, opened: set[int]) -> None:
        """Close what we opened and another run had opened a moment before."""
        tickets = self._tickets()
        twins = twins_of(tickets)
        for ticket in tickets:
            if ticket.issue.number in opened and ticket.issue.number in twins:
                self._close_twin(ticket, twins[ticket.issue.number])

    def _accepted_on(self, pulls: Sequence[Pull]) -> tuple[Waiver, ...]:
        """Return what people who may accepted on the pull request that a commit came with."""
        permissions = Permissions(self.forge)
        found: tuple[Waiver, ...] = ()
        for pull in pulls[:1]:
            said = [
                (note.author, replace(waiver, by=note.author))
                for note in self.forge.notes(pull.number)
                if not note.mine
                for waiver in self.said(note.body)
            ]
            found = waivers_of(pull, said, self.forge, permissions)
        return found

    def _mentioned(self, cause: Cause, pulls: Sequence[Pull]) -> tuple[str, int] | None:
        """Return who is to be mentioned: nobody unless it is asked for, and only where one commit alone can be it."""
        alone = cause.span[1] - cause.span[0] == 1 and len(pulls) == 1
        if not self.manner.mention or not alone or not is_login(pulls[0].author):
            return None
        return pulls[0].author, pulls[0].number

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
