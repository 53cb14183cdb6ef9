"""Head against base on this machine, in plain words, over ports only: count, measure pairs until decided, explain.

What to measure next follows from what was recorded, and so does the report: the same recording is judged the same, at
the end of the comparison, after Ctrl-C or years later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.judge.compare import judge_recording, next_step, uncounted, worth
from lapwing.model import Outcome
from lapwing.report.compare_progress import progress_line
from lapwing.report.comparison import command_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lapwing.judge.compare import ComparePolicy
    from lapwing.model import Report
    from lapwing.ports import PairSampler, Recordings
    from lapwing.recording import Recording

    Progress = Callable[[int, int, str], None]

MOST_COUNTED: Final = 20
"""Benchmarks that changed in time and are counted: a session under valgrind takes seconds, and nobody reads more."""

MOST_PROFILED: Final = 5
_EXPLAINED: Final = (Outcome.REGRESSED, Outcome.IMPROVED)


def compare(  # noqa: PLR0913 - every port of the job, by name
    recording: Recording,
    *,
    sampler: PairSampler,
    recordings: Recordings,
    policy: ComparePolicy,
    progress: Progress,
    attempt: int = 0,
) -> tuple[Recording, Report]:
    """Measure until every benchmark is decided or the time is over; return the recording and its report.

    What is to be judged by its count is counted first, so that it is timed only where it cannot be.
    ``recording`` is what there is so far: its pairs are gone on from, as ``attempt`` (0 is the first). Ctrl-C ends with
    what was measured, ``complete`` False.

    Raises:
        MeasureError: nothing can be measured at all.
    """
    try:
        try:
            recording = _counted(recording, sampler, progress)
        finally:
            recordings.begin(recording)
        recording = _measured(recording, sampler, recordings, policy, progress, attempt)
        recording = _explained(recording, sampler, policy, progress)
    except _Interrupted as interrupted:
        recording = replace(interrupted.recording, complete=False)
    recordings.finish(recording)
    return recording, report_of(recording, policy)


def report_of(recording: Recording, policy: ComparePolicy) -> Report:
    """Judge a recording, and say how its sides were made and which command compares the same again."""
    return replace(judge_recording(recording, policy), sides=recording.said, command=command_of(recording))


class _Interrupted(Exception):  # noqa: N818 - carries what was measured until then
    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.recording = recording


def _counted(recording: Recording, sampler: PairSampler, progress: Progress) -> Recording:
    """Count what is to be judged by its count; what has none then is measured like everything else."""
    names = uncounted(recording)
    if not names:
        return recording
    progress(0, 0, "counting the work of what is judged by it")
    try:
        return _with_counts(recording, sampler, names)
    except KeyboardInterrupt:
        raise _Interrupted(recording) from None


def _with_counts(recording: Recording, sampler: PairSampler, names: Sequence[str]) -> Recording:
    return replace(recording, witnesses=(*recording.witnesses, *sampler.count(names)))


def _measured(  # noqa: PLR0913, PLR0917 - the job's own arguments
    recording: Recording,
    sampler: PairSampler,
    recordings: Recordings,
    policy: ComparePolicy,
    progress: Progress,
    attempt: int,
) -> Recording:
    try:
        while (step := next_step(recording, policy, attempt=attempt)) is not None:
            done, total, said = progress_line(recording, policy)

            def tell(_: int, __: int, what: str, done: int = done, total: int = total, said: str = said) -> None:
                progress(done, total, f"{said} {what}")

            pairs = sampler.pairs(step, most=worth(recording, policy, step), progress=tell)
            for pair in pairs:
                recordings.add(pair)
            recording = replace(recording, pairs=(*recording.pairs, *pairs))
    except KeyboardInterrupt:
        raise _Interrupted(recording) from None
    return recording


def _explained(recording: Recording, sampler: PairSampler, policy: ComparePolicy, progress: Progress) -> Recording:
    """Look for the cause of what changed: how much work a call does, and in which functions its time goes."""
    try:
        report = judge_recording(recording, policy)
        changed = _names(report, _EXPLAINED)
        slower = _names(report, (Outcome.REGRESSED,))
        counted = {one.benchmark for one in recording.witnesses}
        left = [one for one in changed if one not in counted]
        if left:
            progress(0, 0, "counting the work of what changed")
            recording = _with_counts(recording, sampler, left[:MOST_COUNTED])
        if slower:
            progress(0, 0, "profiling what got slower")
            recording = replace(recording, profiles=sampler.profile(slower[:MOST_PROFILED]))
    except KeyboardInterrupt:
        raise _Interrupted(recording) from None
    return recording


def _names(report: Report, outcomes: Sequence[Outcome]) -> list[str]:
    found = (verdict.metric.benchmark for verdict in report.verdicts if verdict.outcome in outcomes)
    return list(dict.fromkeys(found))
