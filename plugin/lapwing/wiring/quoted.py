"""Whose words are the doubts that a job handed over which nobody trusts? That job's: whoever repeats them says so.

Without that a pull request could have the forge's own account say what it likes in a comment, if only as plain text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.model import Run, RunWarning
    from lapwing.recording import Recording


def quoted_run(run: Run) -> Run:
    """Return a run whose doubts say whose they are."""
    samples = tuple(replace(one, warnings=_quoted(one.warnings)) if one.warnings else one for one in run.samples)
    return replace(run, samples=samples, warnings=_quoted(run.warnings))


def quoted_recording(recording: Recording) -> Recording:
    """Return a comparison whose doubts say whose they are."""
    found = recording.discovery
    return replace(
        recording,
        discovery=replace(found, warnings=_quoted(found.warnings)),
        pairs=tuple(replace(one, warnings=_quoted(one.warnings)) if one.warnings else one for one in recording.pairs),
        warnings=_quoted(recording.warnings),
    )


def _quoted(warnings: tuple[RunWarning, ...]) -> tuple[RunWarning, ...]:
    return tuple(replace(one, message=f"The job that measured says: {one.message}") for one in warnings)
