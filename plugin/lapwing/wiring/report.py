"""Which concrete thing does ``lapwing report`` get, and which of its jobs does an event ask for?

Nothing that an untrusted job handed over decides where something is written: the pull request is found by what the
forge says of the run, and limits, policy and what was accepted are read from the default branch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from lapwing.errors import ForgeError, ForgeRefused, HandoverRefused, UsageError
from lapwing.forge.accepted import PATH as ACCEPTED
from lapwing.forge.accepted import read_accepted
from lapwing.forge.artifact import MAX_DOCUMENT, read_artifact, read_document
from lapwing.forge.commands import commands_of
from lapwing.judge.waivers import Waiver
from lapwing.pipeline.announce import Announced, Case, announce, without_forge
from lapwing.pipeline.sticky import own_of
from lapwing.pipeline.waived import Permissions
from lapwing.report.remarks import remarks_of
from lapwing.report.telling import Telling
from lapwing.review import Job, check_suite
from lapwing.settings import load, load_text
from lapwing.wiring.accepted import accepted_here
from lapwing.wiring.recent import Place
from lapwing.wiring.report_case import Cases

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from lapwing.forge.activity import Task
    from lapwing.forge.surroundings import Surroundings
    from lapwing.pipeline.announce import Comments
    from lapwing.ports import Forge
    from lapwing.report.telling import Trouble
    from lapwing.review import Origin, Pull, Remark
    from lapwing.settings import Settings

PREFIX: Final = "lapwing-report"
"""An artifact's name; that of another suite than the default ends with its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for on the command line.

    ``file`` is what this very job measured, None where another did; ``history`` asks for the verdicts of the history.
    """

    suite: str
    file: Path | None
    root: Path
    history: bool = False
    comments: Comments = "always"
    remark: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What came of it: ``told`` for the summary and the terminal, None where there was nothing to tell.

    ``remarks`` are those that were wanted beside lines and that only this job's own log can show.
    """

    told: Telling | Trouble | None
    done: tuple[str, ...]
    remarks: tuple[Remark, ...] = ()


def report(wanted: Wanted, around: Surroundings, environ: Mapping[str, str]) -> Reported:
    """Do what the event asks for.

    Raises:
        ForgeError: something could not be written, or not surely; the same again finishes it.
        LapwingError: the command, the settings or the file of one's own are wrong.
    """
    check_suite(wanted.suite)
    task, forge = around.task, around.forge
    job = _Reporting(wanted=wanted, around=around, environ=environ)
    if wanted.file is not None and wanted.history:
        raise UsageError(
            "two-reports", "Both a file and the history are to be reported.", remedy="leave one of them out."
        )
    if wanted.file is not None or wanted.history or task.do == "main":
        return job.own()
    if task.do == "nothing":
        return Reported(told=None, done=(f"Nothing to report: {task.why}.",))
    if task.do == "own":
        raise UsageError(
            "no-report",
            "This job is the one that measures, and no file says what it measured.",
            remedy="name what 'lapwing compare --artifact FILE' wrote, or add --history where 'pytest --perf' ran.",
        )
    if forge is None:
        return Reported(told=None, done=("Nothing to report: there is no token to fetch the measurement with.",))
    if task.do == "answer":
        return job.answer(forge, task)
    if task.do == "again":
        return job.again(forge, task.pull or 0)
    return job.handed(forge, task)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reporting:
    """One run of the command."""

    wanted: Wanted
    around: Surroundings
    environ: Mapping[str, str]

    def handed(self, forge: Forge, task: Task) -> Reported:
        """Report what another job of the same repository measured."""
        origin, job = task.origin, task.job
        assert origin is not None  # both tasks have them
        assert job is not None
        pulls = forge.pulls(origin) if task.do == "report" else ()
        if task.do == "report" and not pulls:
            why = "no open pull request has this commit as its head now: it was closed, or pushed to again"
            return Reported(told=None, done=(f"Nothing to report: {why}.",))
        return self._from_job(forge, origin, job, pulls)

    def again(self, forge: Forge, number: int) -> Reported:
        """Report once more what was reported last on a pull request: something was accepted since."""
        pull = forge.pull(number)
        own = own_of(forge.notes(number), self.wanted.suite) if pull is not None else ()
        if pull is None or not own or own[0][1].head != pull.sha or not own[0][1].job:
            return Reported(told=None, done=("Nothing to report again: what is measured now will be.",))
        found = forge.job(own[0][1].job)
        if found is None or found[1].sha != pull.sha:
            return Reported(told=None, done=("Nothing to report again: the run that measured is gone.",))
        job, origin = found
        return self._from_job(forge, origin, job, (pull,))

    def answer(self, forge: Forge, task: Task) -> Reported:
        """Do what somebody commanded in a comment, if they may."""
        if not Permissions(forge).may_write(task.author):
            return Reported(told=None, done=("Nothing done: whoever commands must be allowed to write.",))
        commands = commands_of(task.said)
        understood = all(command.verb != "unknown" for command in commands)
        done: tuple[str, ...] = ()
        told = None
        if any(command.verb == "accept" for command in commands):
            reported = self.again(forge, task.pull or 0)
            told, done = reported.told, reported.done
        if any(command.verb == "rerun" for command in commands):
            done = (*done, self._rerun(forge, task.pull or 0))
        try:
            forge.acknowledge(task.note or 0, understood=understood)
        except ForgeError as error:
            done = (*done, f"The command was not acknowledged: {error.message}")
        return Reported(told=told, done=done)

    def own(self) -> Reported:
        """Report what this very job measured; whoever wrote the workflow trusts it."""
        task, settings = self.around.task, load(self.wanted.root, self.environ, {})
        waivers = accepted_here(self.wanted.root)
        job, origin, forge = self.around.job, task.origin, self.around.forge
        sha = None if origin is None else origin.sha
        if self.wanted.file is not None:
            case = self._cases(settings, job, self.wanted.root).of(_read(self.wanted.file), sha)
        else:
            case = self._cases(settings, job, self.wanted.root).of_history(self.wanted.root, sha or "")
        case = replace(case, claimed=task.pull is not None)
        if forge is None or origin is None:
            return self._alone(case, waivers, "there is no token." if forge is None else f"{task.why}.")
        try:
            pulls = tuple(pull for pull in forge.pulls(origin) if pull.number == task.pull) if task.pull else ()
        except ForgeRefused as refused:
            return self._alone(case, waivers, refused.message)
        return self._announced(forge, case, pulls, waivers)

    def _alone(self, case: Case, waivers: tuple[Waiver, ...], why: str) -> Reported:
        """Tell a case in this job alone, by its summary and its log: nothing can be written elsewhere."""
        found = without_forge(case, waivers, today=_today())
        remarks: tuple[Remark, ...] = ()
        if self.wanted.remark and isinstance(found.told, Telling):
            # Whatever this very job measured is in its own checkout.
            files = {location.rpartition(":")[0] for location in case.locations.values()}
            remarks = remarks_of(found.told.settled.report, case.locations, files)
        return Reported(told=found.told, done=(*found.done, f"Only the job's summary: {why}"), remarks=remarks)

    def _from_job(self, forge: Forge, origin: Origin, job: Job, pulls: tuple[Pull, ...]) -> Reported:
        settings = load_text(forge.trusted_file("pyproject.toml") or b"", self.environ, {})
        waivers = read_accepted(forge.trusted_file(ACCEPTED) or b"")
        cases = self._cases(settings, job, None)
        try:
            data = forge.handed_over(job, _artifact(self.wanted.suite), origin.sha)
            document = None if data is None else read_artifact(data)
        except HandoverRefused as refused:
            case = cases.refused(origin.sha, refused)
        else:
            case = cases.of(document, origin.sha)
        return self._announced(forge, case, pulls, waivers)

    def _cases(self, settings: Settings, job: Job | None, root: Path | None) -> Cases:
        """Return who judges; ``root`` is the clone with the history beside it, None where there is none to be seen."""
        return Cases(
            suite=self.wanted.suite,
            settings=settings,
            job=job,
            place=Place(root=root, address=self.around.address),
            environ=self.environ,
        )

    def _announced(self, forge: Forge, case: Case, pulls: tuple[Pull, ...], waivers: tuple[Waiver, ...]) -> Reported:
        announced: Announced = announce(
            case,
            pulls,
            forge=forge,
            waivers=waivers,
            said=accepted_in,
            today=_today(),
            comments=self.wanted.comments,
            remark=self.wanted.remark,
        )
        return Reported(told=announced.told, done=announced.done)

    def _rerun(self, forge: Forge, number: int) -> str:
        own = own_of(forge.notes(number), self.wanted.suite)
        found = forge.job(own[0][1].job) if own and own[0][1].job else None
        if found is None:
            return "Nothing to run again: no run has been reported here."
        try:
            forge.rerun(found[0])
        except ForgeRefused as refused:
            return f"Not run again: {refused.message} {refused.remedy}"
        return f"Run {found[0].id} is run again."


def _artifact(suite: str) -> str:
    return PREFIX if suite == "default" else f"{PREFIX}-{suite}"


def _read(file: Path) -> dict[str, object]:
    """Return the document in a file of one's own.

    Raises:
        UsageError: ``unreadable-file``.
        HandoverRefused: it is none.
    """
    try:
        if file.stat().st_size > MAX_DOCUMENT:
            raise UsageError("unreadable-file", f"{file} is too large.", remedy="name what --artifact wrote.")
        return read_document(file.read_bytes())
    except OSError as error:
        raise UsageError(
            "unreadable-file", f"{file} cannot be read: {error.strerror}.", remedy="name what --artifact wrote."
        ) from None


def accepted_in(body: str) -> tuple[Waiver, ...]:
    """Return what a comment accepts; who wrote it is filled in by whoever knows."""
    return tuple(
        Waiver(pattern=command.pattern, by="", reason=command.reason, source="command")
        for command in commands_of(body)
        if command.verb == "accept"
    )


def _today() -> date:
    return datetime.now(timezone.utc).date()
