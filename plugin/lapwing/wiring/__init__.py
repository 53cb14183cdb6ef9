"""Which concrete thing does each job get? The only place that names adapters, built from Settings."""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

import uuid
from contextlib import closing
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Final

from lapwing import __version__
from lapwing.errors import StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lapwing.detect.series import Series
    from lapwing.history.exporters import Exported, Selection
    from lapwing.history.importers import Given, Imported
    from lapwing.history.looks import LooksFile
    from lapwing.judge.policy import Policy
    from lapwing.model import Anchor, Commit, Declared, Report, Run, RunWarning, Shard
    from lapwing.pipeline.anchored import Anchored
    from lapwing.pipeline.check import Checked
    from lapwing.pipeline.told import Told
    from lapwing.ports import Clock, Commits, HistoryStore, Sampler, Site, Tags
    from lapwing.report.copied import Copied
    from lapwing.report.diagnosis import Diagnosis
    from lapwing.report.sync import Synced
    from lapwing.settings import Settings
    from lapwing.wiring.anchor import Invocation
    from lapwing.wiring.keeping import Keeping

    Progress = Callable[[int, int, str], None]

NO_STORE: Final = "none"


def open_store(settings: Settings, root: Path) -> HistoryStore:
    """Open the history that the settings name.

    Raises:
        UsageError: the settings say ``none`` (``no-store``), or name a kind of store there is not.
        StoreError: it cannot be opened.
    """
    return open_place(settings.store, root)


def open_place(place: str, root: Path) -> HistoryStore:
    """Open the history at ``place``: a path from ``root``, or a URL. Raises what :func:`open_store` raises."""
    from lapwing.history import open_store as opened

    if place == NO_STORE:
        raise UsageError(
            "no-store", "The settings say store = 'none', so there is no history.", remedy="name one with --store."
        )
    return opened(place, root)


def commits(root: Path) -> Commits:
    """Return git's view of the repository that holds ``root``."""
    from lapwing.history.commits import GitCommits

    return GitCommits(root)


def revision(root: Path) -> Callable[[str], str | None]:
    """Return what tells the full hash of the commit that git takes a word for, None for none."""
    from functools import partial

    from lapwing.history.revision import revision as found

    return partial(found, root)


def tags(root: Path) -> Tags:
    """Return the tags of the repository that holds ``root``."""
    from lapwing.history.tags import GitTags

    return GitTags(root)


def clock() -> Clock:
    """Return the time of day."""
    from lapwing.measure.clock import SystemClock

    return SystemClock()


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
    from lapwing.pipeline.check import check as checked

    memory = _memory(root)
    with workers(jobs=settings.jobs, cluster=settings.cluster, progress=progress) as spread, closing(memory):
        found = checked(
            store=store,
            commits=commits(root),
            policy=policy(settings),
            machine=machine,
            tags=tags(root),
            spread=spread,
            memory=memory,
        )
    doubts = waiting(root)
    return replace(found, report=replace(found.report, warnings=(*doubts, *found.report.warnings))) if doubts else found


def waiting(root: Path) -> tuple[RunWarning, ...]:
    """Return a warning where runs wait in the outbox of the project at ``root``."""
    from lapwing.wiring.keeping import outbox_of, runs_waiting

    return runs_waiting(outbox_of(root))


def sync(*, store: HistoryStore, root: Path, progress: Progress, dry: bool) -> Synced:
    """Send what waits in the outbox to ``store``, then bring what is here of a remote one up to date.

    Raises:
        StoreError: the outbox or the store cannot be read.
    """
    from lapwing.pipeline.sync import sync as synced
    from lapwing.wiring.keeping import outbox_of

    done = synced(store=store, outbox=outbox_of(root), progress=progress, dry=dry)
    if dry or done.refused is not None:
        return done
    # Only a store whose runs are elsewhere has something to bring up to date; reading it does so too.
    refresh = getattr(store, "refresh", None)
    try:
        if refresh is not None:
            refresh()
        return replace(done, runs=len(store.runs()))
    except StoreError as error:
        from lapwing.model import RunWarning

        return replace(done, refused=RunWarning(slug=error.slug, message=error.message, remedy=error.remedy))


def copy_history(*, source: HistoryStore, target: HistoryStore, progress: Progress, dry: bool) -> Copied:
    """Copy all of ``source`` into ``target``, and compare it byte by byte. Raises what ``pipeline.copy`` raises."""
    from lapwing.history.schema import encode
    from lapwing.pipeline.copy import copy

    return copy(source=source, target=target, document=encode, progress=progress, dry=dry)


def history_of(  # noqa: PLR0913 - where from, and which of it
    *, store: HistoryStore, settings: Settings, root: Path, benchmark: str, metric: str | None, machine: str | None
) -> tuple[Told, ...]:
    """Return the history of one benchmark, told series by series.

    Raises:
        LapwingError: there is none, or it cannot be read.
    """
    from lapwing.pipeline.told import history_of as told

    with closing(_memory(root)) as memory:
        return told(
            store=store,
            commits=commits(root),
            benchmark=benchmark,
            metric=metric,
            machine=machine,
            policy=policy(settings),
            memory=memory,
        )


def draw(told: Sequence[Told], path: Path) -> tuple[Path, ...]:
    """Draw each history into a file, ``path`` for the first, and return the files.

    Raises:
        UsageError: the kind of picture is none (``bad-picture``) or not to be had (``no-png``), or the file cannot
            be written (``unwritable-file``).
    """
    from lapwing.report.history_picture import draw_history
    from lapwing.site.picture_file import write_picture

    paths = [path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, len(told) + 1))]
    for one, place in zip(told, paths, strict=True):
        write_picture(draw_history(one), place)
    return tuple(paths)


def _memory(root: Path) -> LooksFile:
    """Return what is known of earlier looks at the history, whatever keeps that."""
    from lapwing.history.looks import LooksFile

    return LooksFile(root / ".lapwing/cache/looks.json")


def perf_session(
    *,
    settings: Settings,
    root: Path,
    sampler: Sampler,
    invocation: Invocation | None = None,
    shard: Shard | None = None,
) -> PerfSession:
    """Return the main job of ``pytest --perf``, ready to run; only with its ``invocation`` can it have an anchor.

    ``shard`` says which part of a suite is measured, None where it is all of it.
    """
    return PerfSession(settings=settings, root=root, sampler=sampler, invocation=invocation, shard=shard)


class PerfSession:
    """Measures, judges and stores one run; ``interrupted`` tells of Ctrl-C while an anchor was measured."""

    def __init__(
        self,
        *,
        settings: Settings,
        root: Path,
        sampler: Sampler,
        invocation: Invocation | None,
        shard: Shard | None = None,
    ) -> None:
        self._settings = settings
        self._shard = shard
        self._root = root
        self._sampler = sampler
        self._invocation = invocation
        self._keeping: Keeping | None = None
        self._anchor: Anchor | None = None
        self.interrupted = False

    def preflight(self) -> tuple[RunWarning, ...]:
        """Find out before anything is measured whether a run could be kept, and what the anchor is.

        Returns what to say already: where the store refuses for now, the run will go to the outbox.

        Raises:
            LapwingError: no repository, no commits, a place that is no store, or an anchor that is no commit.
        """
        if self._settings.anchor is not None and self._invocation is not None:
            from lapwing.wiring.anchor import find_anchor

            self._anchor = find_anchor(
                self._settings.anchor,
                cwd=self._invocation.cwd,
                commits=commits(self._root),
                tags=tags(self._root),
            )
        if self._settings.store != NO_STORE:
            from lapwing.wiring.keeping import Keeping, outbox_of

            commits(self._root).head()
            self._keeping = Keeping(store=open_store(self._settings, self._root), outbox=outbox_of(self._root))
            return self._keeping.preflight()
        return ()

    def run(self, declared: Sequence[Declared], progress: Progress) -> tuple[Run, Report]:
        """Measure ``declared``, judge and store it; what the store refuses goes to the outbox, and that is said."""
        if self._keeping is None:
            run, _, report = self._measured(declared, progress, store=None)
            return run, report
        try:
            run, runs, report = self._measured(declared, progress, store=self._keeping.store)
            return run, self._keeping.keep(runs, report)
        finally:
            self._keeping.store.close()

    def _measured(
        self, declared: Sequence[Declared], progress: Progress, *, store: HistoryStore | None
    ) -> tuple[Run, tuple[Run, ...], Report]:
        """Measure and judge; return the run of this machine, all runs to keep, and the report."""
        from lapwing.history.unordered import Unordered
        from lapwing.measure.clock import SystemClock
        from lapwing.pipeline.measure_and_judge import measure_and_judge

        order = commits(self._root) if store else Unordered(commits(self._root))
        if self._anchor is not None and self._invocation is not None:
            anchored = self._against(self._anchor, self._invocation, store, order, declared, progress)
            self.interrupted = anchored.interrupted
            return anchored.run, anchored.runs, anchored.report
        with closing(_memory(self._root)) as memory:
            run, report = measure_and_judge(
                declared=declared,
                sampler=self._sampler,
                store=store,
                commits=order,
                clock=SystemClock(),
                new_id=_new_id,
                policy=policy(self._settings),
                tool=__version__,
                progress=progress,
                shard=self._shard,
                memory=memory,
            )
        return run, (run,), self._without_release(report)

    def _against(  # noqa: PLR0913, PLR0917 - an anchor, and what measuring needs
        self,
        anchor: Anchor,
        invocation: Invocation,
        store: HistoryStore | None,
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
            store=store,
            commits=order,
            clock=SystemClock(),
            new_id=_new_id,
            policy=policy(self._settings),
            tool=__version__,
            progress=progress,
        )
        return measure_against_anchor(job, declared=declared, sampler=self._sampler, shard=self._shard)

    def _without_release(self, report: Report) -> Report:
        """Say that an anchor was asked for and none was found."""
        if self._settings.anchor is None or self._invocation is None:
            return report
        from lapwing.wiring.anchor import NO_RELEASE

        return replace(report, warnings=(NO_RELEASE, *report.warnings))


def _new_id() -> str:
    return uuid.uuid4().hex[:20]


def render(  # noqa: PLR0913 - a report, and four things about the reader
    report: Report, settings: Settings, *, width: int, color: bool, verbosity: int, ascii_only: bool = False
) -> str:
    """Return what a terminal shows of a report; that its run is not in the history is shown to the quietest reader."""
    from lapwing.report.footnotes import render_warnings
    from lapwing.report.terminal import render as rendered
    from lapwing.wiring.keeping import NOT_STORED

    text = rendered(
        report, width=width, color=color, verbosity=verbosity, ascii_only=ascii_only, fail_on=settings.fail_on
    )
    unstored = [warning for warning in report.warnings if verbosity < 0 and warning.slug == NOT_STORED]
    return text + render_warnings(unstored, width=width, color=color, ascii_only=ascii_only)


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
    """Return the exit code of a report: 1 for what blocks, else 4 where its run is not in the history, else the rest.

    A regression stays one whatever becomes of its run: who lets 4 pass, for jobs that may not write, still stops at 1.
    """
    from lapwing.report.wording import BLOCKING
    from lapwing.report.wording import exit_code as code_of
    from lapwing.wiring.keeping import NOT_STORED

    stored = all(warning.slug != NOT_STORED for warning in report.warnings)
    if stored or report.outcome in BLOCKING:
        return code_of(report.outcome, fail_on=settings.fail_on)
    return StoreError.exit_code


def read_import(path: Path, form: str, progress: Progress, given: Given | None = None) -> Imported:
    """Read what another tool wrote; ``form`` is a format's name or ``auto``; ``given`` holds where it is silent."""
    from lapwing.history.importers import read
    from lapwing.history.importers.given import NOTHING

    return read(path, format=None if form == "auto" else form, given=given or NOTHING, progress=progress)


def given(root: Path, *, commit: str | None, date: str | None, machine: str | None) -> Given:
    """Return what the user says of results that do not say it themselves; git tells of a commit what it knows.

    Raises:
        UsageError: the date is none (``bad-date``), or the commit is no hash and unknown to git (``no-such-commit``).
        RepositoryError: git is asked for ``HEAD`` or another word and cannot tell.
    """
    from lapwing.history.importers import Given
    from lapwing.history.importers.fields import moment

    try:
        moved = moment("--date", date)
    except ValueError as error:
        raise UsageError(
            "bad-date", f"{error}.", remedy="give seconds since 1970 or a date as 2026-11-27T12:00:00Z."
        ) from None
    known = None if commit is None else _given_commit(root, commit, moved)
    return Given(commit=known, date=moved, machine=machine or "")


def _given_commit(root: Path, word: str, date: float | None) -> Commit:
    from lapwing.history.revision import resolve
    from lapwing.model import Commit

    # A work tree that has changed since says nothing of numbers that a file holds.
    found = resolve(root, word)
    return replace(found, dirty=False) if found is not None else Commit(sha=word, date=date)


def export(  # noqa: PLR0913 - what, of what, in which format, where to
    store: HistoryStore,
    selection: Selection,
    form: str,
    target: Path | IO[bytes],
    *,
    force: bool,
    progress: Progress,
) -> Exported:
    """Write what is selected of the history in the format ``form`` to a path or a stream."""
    from functools import partial
    from pathlib import Path as FilePath

    from lapwing.history import exporters
    from lapwing.history.own_words import words
    from lapwing.site.asv_export import write_runs

    if not isinstance(target, FilePath):
        return exporters.export_to_stream(store, selection, form, target, progress=progress)
    asv = partial(write_runs, words=words)
    return exporters.export(store, selection, form, target, asv=asv, force=force, progress=progress)


def read_series(  # noqa: PLR0913 - a file, and what the user says of its numbers
    file: str, stdin: IO[bytes] | None, progress: Progress, *, unit: str, better: str, column: str, exact: bool
) -> tuple[Series, ...]:
    """Read the series of a file of numbers, or of ``stdin`` where that is given."""
    from pathlib import Path

    from lapwing.history.importers.series_file import Wanted, read_series

    path = Path(file) if stdin is None else Path("standard input")
    wanted = Wanted(unit=unit, better=better, column=column, exact=exact)
    return read_series(path, wanted, stream=stdin, progress=progress)


def build_site(settings: Settings, root: Path, out: Path, progress: Progress, *, by_asv: bool = False) -> Path:
    """Build the site of the history and return its start page."""
    store = open_store(settings, root)
    with closing(store), closing(_memory(root)) as memory:
        return _site(settings, root, progress, memory, by_asv=by_asv).build(store, commits(root), out)


def _site(settings: Settings, root: Path, progress: Progress, memory: LooksFile, *, by_asv: bool) -> Site:
    from lapwing.history.tags import GitTags
    from lapwing.measure.clock import SystemClock
    from lapwing.site.pages.publish import PagesSite
    from lapwing.site.publish import AsvSite
    from lapwing.site.repository import remote_address
    from lapwing.site.web_address import web_address

    if by_asv:
        return AsvSite(root=root)
    return PagesSite(
        project=root.resolve().name or "project",
        web=web_address(remote_address(root)),
        policy=policy(settings),
        tags=GitTags(root),
        clock=SystemClock(),
        progress=progress,
        memory=memory,
    )


def push_site(site: Path, branch: str, root: Path) -> str:
    """Make a site the content of a branch of origin and return the commit."""
    import tempfile
    from pathlib import Path

    from lapwing.site.push import push

    with tempfile.TemporaryDirectory(prefix="lapwing-push-") as scratch:
        return push(site, branch, project=root, scratch=Path(scratch))


def serve_site(site: Path, port: int, say: Callable[[str], None]) -> None:
    """Serve a site until Ctrl-C."""
    from lapwing.site.serve import serve

    serve(site, port=port, say=say)


def doctor(settings: Settings, root: Path, progress: Progress) -> Diagnosis:
    """Find out, by a short A/A run, how noisy this machine is and what a run on it could detect."""
    from lapwing.measure.trial import trial_sampler
    from lapwing.pipeline.diagnose import diagnose

    sampler, works = trial_sampler(processes=settings.processes, timeout=settings.timeout, folder=root)
    return diagnose(
        sampler=sampler, works=works, processes=settings.processes, policy=policy(settings), progress=progress
    )
