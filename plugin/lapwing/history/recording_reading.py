"""What does the file of a recording say, whole, cut short or hostile?"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreError, UsageError
from lapwing.history.recording_lines import MAX_LINE, damaged, read_first, read_line
from lapwing.history.recording_nouns import After
from lapwing.model import RunWarning
from lapwing.recording import Pair, Recording

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

CUT: Final = "recording-cut"

MAX_FILE: Final = 2**29
"""Bytes of one recording: 500 benchmarks and 200 pairs over all of them are 70 MB."""

MAX_PAIRS: Final = 100_000

MAX_VALUES: Final = 5_000_000
"""Slices, names and numbers of all pairs, since a small file may ask for much memory: 500 benchmarks need 100,000."""


def read(path: Path) -> Recording:
    """Return the recording in the file at ``path``.

    Half a last line, which a killed process leaves, is left out and warned of (``recording-cut``). Without a last line
    that says so, the recording is not complete.

    Raises:
        UsageError: ``recording-missing``.
        StoreTooNew: ``recording-too-new``.
        StoreDamaged: ``recording-damaged``.
        StoreError: ``recording-unreadable``.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise damaged(f"{path} is no file")
        with path.open("rb") as file:
            return _read(file)
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(
            "recording-missing",
            f"There is no recording at {path}.",
            remedy="compare first, or name the file of a recording; lapwing compare keeps them in .lapwing/compare.",
        ) from None
    # ValueError is what a NUL in a path gives.
    except (OSError, ValueError) as error:
        raise StoreError(
            "recording-unreadable",
            f"The recording {path} cannot be read: {getattr(error, 'strerror', None) or error}.",
            remedy="make the file readable, or name another.",
        ) from None


def _read(file: BinaryIO) -> Recording:
    if os.fstat(file.fileno()).st_size > MAX_FILE:
        raise damaged(f"has more than {MAX_FILE} bytes")
    first = file.readline(MAX_LINE + 1)
    recording = read_first(first)
    pairs: list[Pair] = []
    values = 0
    while line := file.readline(MAX_LINE + 1):
        try:
            found = read_line(line)
        except StoreError:
            # Half a line is no JSON, so a last line that can be read is whole, newline or not.
            if line.endswith(b"\n") or len(line) > MAX_LINE:
                raise
            return _cut(recording, pairs)
        if isinstance(found, Recording):
            raise damaged("has a second first line")
        if isinstance(found, After):
            return _ended(recording, pairs, found, rest=file.read(1))
        pairs.append(found)
        values += _values(found)
        if len(pairs) > MAX_PAIRS or values > MAX_VALUES:
            raise damaged(f"has more than {MAX_PAIRS} pairs or {MAX_VALUES} values")
    return replace(recording, pairs=tuple(pairs))


def _values(pair: Pair) -> int:
    slices = sum(1 + 2 * len(paired.base) for paired in pair.paired)
    numbers = sum(1 + len(one.base) + len(one.head) for paired in pair.paired for one in paired.numbers)
    return slices + numbers + len(pair.step.benchmarks)


def _ended(recording: Recording, pairs: list[Pair], after: After, *, rest: bytes) -> Recording:
    if rest:
        raise damaged("goes on after its last line")
    return replace(
        recording,
        pairs=tuple(pairs),
        witnesses=after.witnesses,
        profiles=after.profiles,
        warnings=after.warnings,
        complete=after.complete,
    )


def _cut(recording: Recording, pairs: list[Pair]) -> Recording:
    warning = RunWarning(
        slug=CUT,
        message="The recording ends in the middle of a line: what was being written when it was ended is left out.",
        remedy="nothing else is lost; lapwing compare --continue measures on from here.",
    )
    return replace(recording, pairs=tuple(pairs), warnings=(*recording.warnings, warning))
