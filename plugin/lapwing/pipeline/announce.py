"""What a measurement came to is told on the pull request: its comment, its status, remarks beside its lines.

In plain words, over ports only. What cannot be done for lack of permission is said and is no error; what breaks is
raised after everything else was done, so that the same job run again finishes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from lapwing.errors import ForgeError, ForgeRefused
from lapwing.judge.waivers import settle
from lapwing.model import Outcome
from lapwing.pipeline.gating import set_gate
from lapwing.pipeline.sticky import own_of, stick, told_later
from lapwing.pipeline.waived import Permissions, waivers_of
from lapwing.report.gate import gate_of
from lapwing.report.markdown import comment
from lapwing.report.marker import MOST_SEEN, Stamp, key_of
from lapwing.report.remarks import remarks_of
from lapwing.report.telling import Telling, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from lapwing.judge.waivers import Settled, Waiver
    from lapwing.model import MetricId, Report
    from lapwing.ports import Forge
    from lapwing.review import Job, Note, Pull

Comments = Literal["always", "changed"]
Said = Callable[[str], "tuple[Waiver, ...]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is to be told, before anything was accepted.

    ``report`` is None where a measurement brought none: ``trouble`` then says what is wrong and what to do. ``sha`` is
    the commit; ``locations`` are where benchmarks stand, as ``path:line``; ``notes`` are sentences for who runs it; the
    rest is as in :class:`~lapwing.report.telling.Telling`.
    """

    suite: str
    sha: str
    report: Report | None
    trouble: tuple[str, str] = ("", "")
    job: Job | None = None
    run: tuple[int, int] = (0, 0)
    claimed: bool = True
    fail_on: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    locations: Mapping[str, str] = field(default_factory=dict)
    recent: Mapping[MetricId, tuple[float | None, ...]] = field(default_factory=dict)
    site: str = ""
    notes: tuple[str, ...] = ()

    @property
    def stamp(self) -> Stamp:
        """What a comment about it says of itself."""
        return Stamp(head=self.sha, job=self.run[0], attempt=self.run[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What was told, where: ``told`` for the job's summary, ``done`` in sentences."""

    told: Telling | Trouble
    done: tuple[str, ...]


def without_forge(case: Case, waivers: tuple[Waiver, ...], *, today: date) -> Announced:
    """Return what there is to be told where nothing can be written but the job's own summary."""
    return Announced(told=_told(case, waivers, Stamp(head=""), today=today), done=case.notes)


def announce(  # noqa: PLR0913 - the case, the port, and how the project wants it
    case: Case,
    pulls: tuple[Pull, ...],
    *,
    forge: Forge,
    waivers: tuple[Waiver, ...],
    said: Said,
    today: date,
    comments: Comments = "always",
    remark: bool = False,
) -> Announced:
    """Tell a case on each of the pull requests whose head it is, and by the commit's status.

    ``waivers`` are those of the default branch, ``said`` returns what a comment accepts. The status is red where any of
    the pull requests is.

    Raises:
        ForgeError: something could not be done, or not surely; everything else was.
    """
    job = _Announcement(case=case, forge=forge, waivers=waivers, said=said, today=today, comments=comments)
    each = [(pull, one) for pull in pulls if (one := job.on(pull)) is not None]
    told = [one for _, one in each]
    if pulls and not told:
        return Announced(told=_told(case, waivers, Stamp(head=""), today=today), done=tuple(job.done))
    chosen = next((one for one in told if gate_of(one).state != "success"), told[0] if told else None)
    chosen = chosen if chosen is not None else _told(case, waivers, Stamp(head=""), today=today)
    job.gate(chosen)
    for pull, one in each if remark else ():
        job.remark(pull, one)
    if job.broken is not None:
        raise job.broken
    return Announced(told=chosen, done=tuple(job.done))


@dataclass(slots=True, kw_only=True)
class _Announcement:
    """One case being told, and what came of each part."""

    case: Case
    forge: Forge
    waivers: tuple[Waiver, ...]
    said: Said
    today: date
    comments: Comments
    done: list[str] = field(default_factory=list)
    broken: ForgeError | None = None
    permissions: Permissions = field(init=False)
    _overtaken: set[int] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.permissions = Permissions(self.forge)
        self.done += self.case.notes

    def on(self, pull: Pull) -> Telling | Trouble | None:
        """Tell it on one pull request; None where a later run has told already."""
        case = self.case
        notes = self.forge.notes(pull.number)
        own = own_of(notes, case.suite)
        if told_later(own, case.stamp):
            self.done.append(f"Pull request {pull.number}: told by a later run already.")
            return None
        said = [(note.author, waiver) for note in notes if not note.mine for waiver in self._accepted_in(note)]
        accepted = waivers_of(pull, said, self.forge, self.permissions)
        before = own[0][1] if own else Stamp(head="")
        told = _told(case, (*self.waivers, *accepted), before, today=self.today)
        self._do(lambda: self._stick(pull, told, notes), f"comment on pull request {pull.number}")
        return None if pull.number in self._overtaken else told

    def _accepted_in(self, note: Note) -> tuple[Waiver, ...]:
        return tuple(replace(waiver, by=note.author) for waiver in self.said(note.body))

    def _stick(self, pull: Pull, told: Telling | Trouble, notes: tuple[Note, ...]) -> str:
        done = stick(
            self.forge,
            pull.number,
            suite=told.suite,
            stamp=told.stamp,
            body=comment(told),
            notes=notes,
            begin=self.comments == "always" or _says_something(told),
        )
        if done == "told by a later run already":
            self._overtaken.add(pull.number)
        return f"Pull request {pull.number}: the comment was {done}." if done != "not needed" else ""

    def gate(self, told: Telling | Trouble) -> None:
        """Set the commit's status."""
        gate = gate_of(told)

        def do() -> str:
            new = set_gate(self.forge, self.case.sha, gate)
            return f"The status {gate.name} says {gate.state}" + ("." if new else ", as it did.")

        self._do(do, f"status {gate.name}")

    def remark(self, pull: Pull, told: Telling | Trouble) -> None:
        """Show remarks beside the lines that the pull request changes."""

        def do() -> str:
            if not isinstance(told, Telling):
                return ""
            files = self.forge.changed_files(pull.number)
            found = remarks_of(told.settled.report, self.case.locations, files)
            if not found:
                return ""
            gate = gate_of(told)
            self.forge.remark(self.case.sha, gate.name, title=gate.description, summary=gate.description, remarks=found)
            return f"{len(found)} remarks beside lines of pull request {pull.number}."

        self._do(do, "remarks beside lines")

    def _do(self, do: Callable[[], str], what: str) -> None:
        """Do one part; what the token may not do is said, what broke is kept until the rest is done."""
        try:
            done = do()
        except ForgeRefused as refused:
            self.done.append(f"No {what}: {refused.message} {refused.remedy}")
        except ForgeError as error:
            self.done.append(f"No {what}: {error.message}")
            self.broken = self.broken or error
        else:
            self.done += [done] if done else []


def _told(case: Case, waivers: tuple[Waiver, ...], before: Stamp, *, today: date) -> Telling | Trouble:
    """Return what is to be told, what was accepted taken out; ``before`` is what the comment said of itself."""
    if case.report is None:
        what, remedy = case.trouble
        return Trouble(suite=case.suite, stamp=case.stamp, what=what, remedy=remedy, job=case.job)
    keys = {verdict.metric: key_of(verdict.metric) for verdict in case.report.verdicts} if before.seen else {}
    seen = {metric: before.seen[key] for metric, key in keys.items() if key in before.seen}
    settled = settle(case.report, waivers, today=today, seen=seen)
    return Telling(
        suite=case.suite,
        stamp=replace(case.stamp, seen=_seen(settled, before)),
        settled=settled,
        fail_on=case.fail_on,
        job=case.job,
        claimed=case.claimed,
        # Where there is no pull request there is nobody to comment on it.
        accept=case.claimed,
        recent=case.recent,
        site=case.site,
        sentences=case.sentences,
    )


def _seen(settled: Settled, before: Stamp) -> dict[str, float]:
    """Return how much worse each metric was when it was accepted without a number; the first time counts."""
    now = {
        key_of(one.verdict.metric): one.share
        for one in settled.accepted
        if one.waiver.up_to is None and one.share is not None
    }
    return dict([*(now | dict(before.seen)).items()][:MOST_SEEN])


def _says_something(told: Telling | Trouble) -> bool:
    """Tell whether there is more to tell than that nothing changed."""
    if not isinstance(told, Telling):
        return True
    return told.settled.report.outcome not in (Outcome.UNCHANGED, Outcome.NEW) or bool(told.settled.accepted)
