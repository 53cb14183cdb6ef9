"""Which concrete thing does each job of ``lapwing compare`` get?"""

# ruff: noqa: PLC0415 - each command pays only for what it uses
from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lapwing import __version__
from lapwing.errors import UsageError
from lapwing.wiring.named_file import write_named

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lapwing.measure.sides.side import Sides
    from lapwing.model import Report
    from lapwing.recording import Recording
    from lapwing.settings import Settings

    Progress = Callable[[int, int, str], None]

FOLDER: Final = ".lapwing/compare"
CACHE: Final = ".lapwing/cache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the user asked to compare: revisions (None for the defaults), pytest's arguments, from which folder."""

    base: str | None
    head: str | None
    arguments: tuple[str, ...]
    cwd: Path
    measure_all: bool = False
    go_on: bool = False


def compare(wanted: Wanted, settings: Settings, root: Path, progress: Progress) -> tuple[Recording, Report]:
    """Make the sides, compare them, remove them; return the recording and its report.

    Raises:
        LapwingError: revisions that are none, sides that cannot be made, a suite that cannot be collected.
    """
    from lapwing.history.recording_file import RecordingFiles
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.measure.clock import SystemClock, system_stopwatch
    from lapwing.measure.machine import this_machine
    from lapwing.measure.pairs import Pairs
    from lapwing.measure.processors import cores
    from lapwing.measure.sides.make import make_sides
    from lapwing.measure.sides.revisions import resolve
    from lapwing.pipeline.compare import compare as compared
    from lapwing.recording import Recording

    recordings = RecordingFiles(root / FOLDER)
    earlier = read_recording(recordings.last) if wanted.go_on else None
    if earlier is not None:
        wanted = _as_before(wanted, earlier)
    chosen = resolve(wanted.cwd, wanted.base, wanted.head)
    progress(0, 0, "making the two sides")
    with make_sides(chosen, cwd=wanted.cwd, cache=root / CACHE, progress=lambda said: progress(0, 0, said)) as sides:
        seed = int.from_bytes(os.urandom(6), "big")
        pairs = Pairs(
            sides=sides,
            arguments=wanted.arguments,
            timeout=settings.timeout,
            seed=seed,
            clock=system_stopwatch().wall,
            cores=cores(),
            looks=earlier is None,
        )
        discovery = pairs.discover(progress=progress)
        if earlier is not None:
            _refuse_changed(earlier, sides)
            recording = replace(earlier, complete=True)
        else:
            recording = Recording(
                id=uuid.uuid4().hex[:20],
                tool=__version__,
                seed=seed,
                started_at=SystemClock().now(),
                base=sides.base_commit,
                head=sides.head_commit,
                base_tree=sides.base_tree,
                head_tree=sides.head_tree,
                machine=this_machine(),
                rung=sides.rung,
                said=(*chosen.said, *sides.said),
                arguments=wanted.arguments,
                working=chosen.working,
                limit=settings.compare_limit,
                max_time=settings.compare_max_time,
                measure_all=wanted.measure_all,
                discovery=discovery,
            )
        try:
            attempt = 0 if earlier is None else _attempt_after(earlier)
            return compared(
                recording,
                sampler=pairs,
                recordings=recordings,
                policy=ComparePolicy(),
                progress=progress,
                attempt=attempt,
            )
        finally:
            pairs.close()


def replay(path: Path) -> tuple[Recording, Report]:
    """Judge a recording again.

    Raises:
        StoreError: there is none, or it is damaged.
    """
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.pipeline.compare import report_of

    recording = read_recording(path)
    return recording, report_of(recording, ComparePolicy())


def read_recording(path: Path) -> Recording:
    """Read a recording from its file."""
    from lapwing.history.recording_reading import read

    return read(path)


def write_artifact(recording: Recording, suite: str, path: Path) -> None:
    """Write what another job may judge of a comparison.

    Raises:
        UsageError: the file cannot be written (``unwritable-file``), or the suite has no name of one (``bad-suite``).
        RecordError: it is more than anybody takes.
    """
    from lapwing.history.handover import write

    data = write(recording, suite)
    write_named(path, data)


def _as_before(wanted: Wanted, earlier: Recording) -> Wanted:
    """Return what to compare so that it is what was compared: its commits, its arguments.

    Raises:
        UsageError: other revisions or arguments were named (``other-comparison``).
    """
    named = [one for one in (wanted.base, wanted.head) if one is not None]
    if named or wanted.arguments not in ((), earlier.arguments):
        raise UsageError(
            "other-comparison",
            "--continue goes on with the last comparison, and takes neither revisions nor arguments.",
            remedy="leave them out, or start anew without --continue.",
        )
    head = None if earlier.head.dirty or earlier.working else earlier.head.sha
    return replace(
        wanted, base=earlier.base.sha, head=head, arguments=earlier.arguments, measure_all=earlier.measure_all
    )


def _attempt_after(earlier: Recording) -> int:
    """Return which attempt this is: the same one where the last was interrupted, else the next."""
    last = max((pair.step.attempt for pair in earlier.pairs), default=0)
    return last if not earlier.complete else last + 1


def _refuse_changed(earlier: Recording, sides: Sides) -> None:
    """Refuse to pool what was measured of one code with what would be measured of another.

    Raises:
        UsageError: a side is not what it was (``sides-changed``).
    """
    if (earlier.base_tree, earlier.head_tree) != (sides.base_tree, sides.head_tree):
        raise UsageError(
            "sides-changed",
            "The code is not what the last comparison measured, so its measurements say nothing of this one.",
            remedy="start anew without --continue.",
        )


def split_words(words: Sequence[str], cwd: Path) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return which words of a command are base and head (None where not given), and which are pytest's."""
    from lapwing.measure.sides.words import split_words as split

    return split(words, cwd)


def write_pictures(recording: Recording, root: Path) -> dict[str, str]:
    """Write a flame graph for each profile, beside the recording; return where they are, by benchmark.

    Raises:
        UsageError: one cannot be written (``unwritable-file``).
    """
    import hashlib
    import re

    from lapwing.report.flame import flame_graph

    folder, written = root / FOLDER, {}
    for profile in recording.profiles:
        # A benchmark's name is anybody's words: what is no plain letter is left out, and the hash tells them apart.
        plain = re.sub(r"[^A-Za-z0-9]+", "-", profile.benchmark)[-60:].strip("-")
        mark = hashlib.blake2s(profile.benchmark.encode("utf-8", "replace"), digest_size=4).hexdigest()
        path = folder / f"{plain}-{mark}.svg"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(flame_graph(profile), encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(
                "unwritable-file", f"{path} cannot be written: {error.strerror}.", remedy="make its folder writable."
            ) from None
        written[profile.benchmark] = os.path.relpath(path)
    return written
