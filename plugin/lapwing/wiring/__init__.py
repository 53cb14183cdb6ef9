"""Which concrete thing does each job get? The only place that names adapters, built from Settings."""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

import uuid
from typing import IO, TYPE_CHECKING, Final

from lapwing import __version__
from lapwing.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lapwing.detect.series import Series
    from lapwing.history.importers import Imported
    from lapwing.judge.policy import Policy
    from lapwing.model import Anchor, Declared, Report, Run
    from lapwing.pipeline.anchored import Anchored
    from lapwing.pipeline.check import Checked
    from lapwing.ports import Commits, HistoryStore, Sampler
    from lapwing.report.diagnosis import Diagnosis
    from lapwing.settings import Settings
    from lapwing.wiring.anchor import Invocation

    Progress = Callable[[int, int, str], None]

NO_STORE: Final = "none"
NOT_STORED: Final = "not-stored"


def open_store(settings: Settings, root: Path) -> HistoryStore:
    """Open the history that the settings name.

    Raises:
        UsageError: the settings say ``none`` (``no-store``), or name a kind of store there is not.
        StoreError: it cannot be opened.
    """
    from lapwing.history import open_store as opened

    if settings.store == NO_STORE:
        raise UsageError(
            "no-store", "The settings say store = 'none', so there is no history.", remedy="name one with --store."
        )
    return opened(settings.store, root)


def commits(root: Path) -> Commits:
    """Return git's view of the repository that holds ``root``."""
    from lapwing.history.commits import GitCommits

    return GitCommits(root)


def policy(settings: Settings) -> Policy:
    """Return what counts as a change."""
    from lapwing.judge.policy import Policy

    return Policy(
        limit=settings.limit,
        creep_limit=settings.creep_limit,
        false_alarms_per_week=settings.false_alarms_per_week,
    )


def check(*, store: HistoryStore, settings: Settings, root: Path, machine: str | None, progress: Progress) -> Checked:
    """Judge the newest commits of the history, here, in processes of this machine or on a cluster.

    Raises:
        LapwingError: the history cannot be read, or whoever was to work cannot (:mod:`lapwing.fleet`).
    """
    from lapwing.fleet import workers
    from lapwing.history.tags import GitTags
    from lapwing.pipeline.check import check as checked

    with workers(jobs=settings.jobs, cluster=settings.cluster, progress=progress) as spread:
        return checked(
            store=store,
            commits=commits(root),
            policy=policy(settings),
            machine=machine,
            tags=GitTags(root),
            spread=spread,
        )


def perf_session(
    *, settings: Settings, root: Path, sampler: Sampler, invocation: Invocation | None = None
) -> PerfSession:
    """Return the main job of ``pytest --perf``, ready to run; only with its ``invocation`` can it have an anchor."""
    return PerfSession(settings=settings, root=root, sampler=sampler, invocation=invocation)


class PerfSession:
    """Measures, judges and stores one run; ``interrupted`` tells of Ctrl-C while an anchor was measured."""

    def __init__(self, *, settings: Settings, root: Path, sampler: Sampler, invocation: Invocation | None) -> None:
        self._settings = settings
        self._root = root
        self._sampler = sampler
        self._invocation = invocation
        self._store: HistoryStore | None = None
        self._anchor: Anchor | None = None
        self.interrupted = False

    def preflight(self) -> None:
        """Find out before anything is measured whether a run could be kept, and what the anchor is.

        Raises:
            LapwingError: no repository, no commits, a store that cannot be opened, or an anchor that is no commit.
        """
        if self._settings.anchor is not None and self._invocation is not None:
            from lapwing.history.tags import GitTags
            from lapwing.wiring.anchor import find_anchor

            self._anchor = find_anchor(
                self._settings.anchor,
                cwd=self._invocation.cwd,
                commits=commits(self._root),
                tags=GitTags(self._root),
            )
        if self._settings.store != NO_STORE:
            commits(self._root).head()
            self._store = open_store(self._settings, self._root)
            # Nothing yet: finds out whether a run could be written.
            self._store.append(())

    def run(self, declared: Sequence[Declared], progress: Progress) -> tuple[Run, Report]:
        """Measure ``declared``, judge and store it; a run that cannot be stored is rescued to a file and said."""
        run, runs, report = self._measured(declared, progress)
        if self._store is None:
            return run, report
        try:
            self._store.append(runs)
        except StoreError as error:
            return run, self._rescued(runs, report, error)
        finally:
            self._store.close()
        return run, report

    def _measured(self, declared: Sequence[Declared], progress: Progress) -> tuple[Run, tuple[Run, ...], Report]:
        """Measure and judge; return the run of this machine, all runs to keep, and the report."""
        from lapwing.history.unordered import Unordered
        from lapwing.measure.clock import SystemClock
        from lapwing.pipeline.measure_and_judge import measure_and_judge

        order = commits(self._root) if self._store else Unordered(commits(self._root))
        if self._anchor is not None and self._invocation is not None:
            anchored = self._against(self._anchor, self._invocation, order, declared, progress)
            self.interrupted = anchored.interrupted
            return anchored.run, anchored.runs, anchored.report
        run, report = measure_and_judge(
            declared=declared,
            sampler=self._sampler,
            store=self._store,
            commits=order,
            clock=SystemClock(),
            new_id=_new_id,
            policy=policy(self._settings),
            tool=__version__,
            progress=progress,
        )
        return run, (run,), self._without_release(report)

    def _against(
        self,
        anchor: Anchor,
        invocation: Invocation,
        order: Commits,
        declared: Sequence[Declared],
        progress: Progress,
    ) -> Anchored:
        from lapwing.measure.clock import SystemClock, system_stopwatch
        from lapwing.pipeline.anchor_job import AnchorJob
        from lapwing.pipeline.anchored import measure_against_anchor
        from lapwing.wiring.anchor import Between

        clock, most = system_stopwatch().wall, self._settings.max_time
        began = clock()
        job = AnchorJob(
            anchor=anchor,
            sides=Between(invocation=invocation, settings=self._settings, root=self._root),
            going_on=lambda: most is None or clock() - began < most,
            store=self._store,
            commits=order,
            clock=SystemClock(),
            new_id=_new_id,
            policy=policy(self._settings),
            tool=__version__,
            progress=progress,
        )
        return measure_against_anchor(job, declared=declared, sampler=self._sampler)

    def _without_release(self, report: Report) -> Report:
        """Say that an anchor was asked for and none was found."""
        if self._settings.anchor is None or self._invocation is None:
            return report
        from dataclasses import replace

        from lapwing.wiring.anchor import NO_RELEASE

        return replace(report, warnings=(NO_RELEASE, *report.warnings))

    def _rescued(self, runs: Sequence[Run], report: Report, error: StoreError) -> Report:
        """Write each run to a file of its own, and say in the report that the history does not have it."""
        from dataclasses import replace

        from lapwing.history.rescue import rescue
        from lapwing.model import RunWarning

        paths = [rescue(run, self._root) for run in runs]
        warnings = [
            RunWarning(
                slug=NOT_STORED,
                message=f"The run is not in the history ({error.message}) It was written to {path}.",
                remedy=f"{error.remedy} Then: lapwing import run {path}",
            )
            for path in paths
        ]
        return replace(report, warnings=(*warnings, *report.warnings))


def _new_id() -> str:
    return uuid.uuid4().hex[:20]


def render(  # noqa: PLR0913 - a report, and four things about the reader
    report: Report, settings: Settings, *, width: int, color: bool, verbosity: int, ascii_only: bool = False
) -> str:
    """Return what a terminal shows of a report."""
    from lapwing.report.terminal import render as rendered

    return rendered(
        report, width=width, color=color, verbosity=verbosity, ascii_only=ascii_only, fail_on=settings.fail_on
    )


def write_json(report: Report, path: Path) -> None:
    """Write the report for programs.

    Raises:
        UsageError: the file cannot be written (``unwritable-file``).
    """
    from lapwing.report.json import to_json

    try:
        path.write_text(to_json(report), encoding="ascii", newline="\n")
    except OSError as error:
        raise UsageError(
            "unwritable-file", f"{path} cannot be written: {error.strerror}.", remedy="name a file that can be."
        ) from None


def exit_code(report: Report, settings: Settings) -> int:
    """Return the exit code of a report: the verdict's, or 4 where its run could not be stored."""
    from lapwing.report.wording import exit_code as code_of

    if any(warning.slug == NOT_STORED for warning in report.warnings):
        return StoreError.exit_code
    return code_of(report.outcome, fail_on=settings.fail_on)


def read_import(path: Path, form: str, progress: Progress) -> Imported:
    """Read what another tool wrote; ``form`` is a format's name or ``auto``."""
    from lapwing.history.importers import read

    return read(path, format=None if form == "auto" else form, progress=progress)


def read_series(  # noqa: PLR0913 - a file, and what the user says of its numbers
    file: str, stdin: IO[bytes] | None, progress: Progress, *, unit: str, better: str, column: str, exact: bool
) -> tuple[Series, ...]:
    """Read the series of a file of numbers, or of ``stdin`` where that is given."""
    from pathlib import Path

    from lapwing.history.importers.series_file import Wanted, read_series

    path = Path(file) if stdin is None else Path("standard input")
    wanted = Wanted(unit=unit, better=better, column=column, exact=exact)
    return read_series(path, wanted, stream=stdin, progress=progress)


def build_site(settings: Settings, root: Path, out: Path) -> Path:
    """Build the site of the history and return its start page."""
    from lapwing.site.publish import AsvSite

    store = open_store(settings, root)
    try:
        return AsvSite(root=root).build(store, commits(root), out)
    finally:
        store.close()


def doctor(settings: Settings, root: Path, progress: Progress) -> Diagnosis:
    """Find out, by a short A/A run, how noisy this machine is and what a run on it could detect."""
    from lapwing.measure.trial import trial_sampler
    from lapwing.pipeline.diagnose import diagnose

    sampler, works = trial_sampler(processes=settings.processes, timeout=settings.timeout, folder=root)
    return diagnose(
        sampler=sampler, works=works, processes=settings.processes, policy=policy(settings), progress=progress
    )
