"""What is to be told of what was measured? It is judged by the settings' rules; what cannot be judged is told too."""

# ruff: noqa: PLC0415 - what must not be paid for is imported where it is used: numpy above all
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lapwing.errors import HandoverRefused, LapwingError
from lapwing.pipeline.announce import Case

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lapwing.review import Job
    from lapwing.settings import Settings
    from lapwing.wiring.pushed import Pushed
    from lapwing.wiring.recent import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Judges what ``job`` measured of a suite. ``place`` is where the history may be."""

    suite: str
    settings: Settings
    job: Job | None
    place: Place
    environ: Mapping[str, str]

    def of(self, document: dict[str, Any] | None, sha: str | None) -> Case:
        """Judge what was handed over of the commit ``sha``, None where that is not known; no document is a case too."""
        if document is None:
            remedy = "its log says why; 'lapwing compare' must run to its end there."
            return self._troubled(sha or "", "The job that measures left no report.", remedy)
        from lapwing.history.handover_runs import is_of_runs

        try:
            return self._of_runs(document, sha) if is_of_runs(document) else self._of_comparison(document, sha)
        except HandoverRefused as refused:
            return self.refused(sha or "", refused)

    def of_history(self, root: Path, sha: str) -> Case:
        """Judge the commit checked out at ``root`` by the history it was measured into, as ``lapwing check`` does."""
        from lapwing.wiring.pushed import pushed

        return self._of(pushed(self.settings, root, sha), sha)

    def refused(self, sha: str, refused: HandoverRefused) -> Case:
        """Return the case of a document that nobody judges."""
        return self._troubled(sha, f"{refused.message} ({refused.slug})", refused.remedy)

    def _of_comparison(self, document: dict[str, Any], sha: str | None) -> Case:
        from lapwing.history.handover import read
        from lapwing.judge.compare.held import hold
        from lapwing.judge.compare.policy import ComparePolicy
        from lapwing.pipeline.compare import report_of
        from lapwing.wiring.quoted import quoted_recording
        from lapwing.wiring.recent import recent

        handed = read(document)
        self._require_suite(handed.suite)
        head = handed.recording.head.sha
        if sha is not None and head != sha:
            raise _refused("handover-other-commit", f"It is of commit {head[:40]}, and {sha} was to be measured")
        settings = self.settings
        whole = quoted_recording(handed.recording)
        recording, said = hold(whole, limit=settings.compare_limit, widest=settings.widest_limit)
        try:
            found = report_of(recording, ComparePolicy())
        except LapwingError as error:
            raise _refused("handover-unjudged", error.message) from None
        except (ArithmeticError, LookupError, ValueError, TypeError) as error:
            # Numbers made to harm may do anything to whoever judges them; the pull request is told all the same.
            raise _refused("handover-unjudged", f"It cannot be judged ({type(error).__name__})") from None
        said = (
            said if recording.complete else (*said, "The comparison was interrupted: it is judged as far as it went.")
        )
        lately, note = recent(settings, self.place, found, recording.discovery.declared, self.environ)
        return Case(
            suite=self.suite,
            sha=sha or head,
            report=found,
            job=self.job,
            run=self._run,
            fail_on=settings.fail_on,
            sentences=said,
            locations={one.benchmark: one.location for one in recording.discovery.declared},
            recent=lately,
            site=settings.site_url,
            notes=(note,) if note else (),
        )

    def _of_runs(self, document: dict[str, Any], sha: str | None) -> Case:
        from lapwing.history.handover_runs import read_runs
        from lapwing.wiring.handed_runs import judged

        handed = read_runs(document)
        self._require_suite(handed.suite)
        commit = sha or handed.runs[0].commit.sha
        return self._of(judged(handed, self.settings, self.place.address, commit, self.environ), commit)

    def _of(self, found: Pushed, sha: str) -> Case:
        if found.report is None:
            return replace(self._troubled(sha, *found.trouble), notes=found.notes)
        head = found.report.head
        return Case(
            suite=self.suite,
            sha=sha or (head.sha if head is not None else ""),
            report=found.report,
            job=self.job,
            run=self._run,
            fail_on=self.settings.fail_on,
            sentences=found.sentences,
            locations=found.locations,
            site=self.settings.site_url,
        )

    def _require_suite(self, suite: str) -> None:
        if suite != self.suite:
            raise _refused("handover-other-suite", f"It is of the suite {suite}, not {self.suite}")

    def _troubled(self, sha: str, what: str, remedy: str) -> Case:
        return Case(suite=self.suite, sha=sha, report=None, trouble=(what, remedy), job=self.job, run=self._run)

    @property
    def _run(self) -> tuple[int, int]:
        return (self.job.id, self.job.attempt) if self.job is not None else (0, 0)


def _refused(slug: str, what: str) -> HandoverRefused:
    remedy = "have the job that measures check out exactly the commit, and compare with 'lapwing compare --artifact'."
    return HandoverRefused(slug, f"{what}.", remedy=remedy)
