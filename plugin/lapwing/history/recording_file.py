"""Where is a comparison kept while it is made? In one file each, and ``last.jsonl`` is another name of the newest.

A file is written by the one process that began it: its name holds the time, the id and, where that is taken, a number.
So two comparisons at once are in two files, and what was measured is in its file before the next pair begins. Of the
earlier ones the newest 10 are kept.
"""

from __future__ import annotations

import errno
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreError, StoreUnwritable
from lapwing.history.recording_folder import forget_old, name_last, new_file
from lapwing.history.recording_lines import begin_line, end_line, pair_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.recording import Pair, Recording

LAST: Final = "last.jsonl"


class RecordingFiles:
    """Keeps recordings under ``folder``; implements :class:`~lapwing.ports.Recordings`, one comparison at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path: Path | None = None
        self._length = 0
        self._linked = True

    @property
    def last(self) -> Path:
        """Where the last recording of the project lies."""
        return self._folder / LAST

    def begin(self, recording: Recording) -> None:
        """Keep a recording, its pairs among it, in the place of the last one.

        Raises:
            StoreError: ``recording-unwritable`` or ``disk-full``; the last one is still there.
            RecordError: ``bad-recording-id``, ``bad-time``, ``bad-limit``, ``not-finite`` or ``recording-too-large``.
            UsageError: ``bad-name``.
        """
        lines = [begin_line(recording), *map(pair_line, recording.pairs)]
        with _refusals(self._folder):
            path = new_file(self._folder, recording)
            try:
                self._length = _write(path, 0, b"".join(lines))
                self._linked = name_last(path, self.last)
            except BaseException:
                with suppress(OSError):
                    path.unlink()
                raise
            self._path = path
            forget_old(self._folder, besides=path)

    def add(self, pair: Pair) -> None:
        """Keep one more pair; it is in the file when this returns. Raises what :meth:`begin` raises."""
        self._append(pair_line(pair))

    def finish(self, recording: Recording) -> None:
        """Keep what came after the pairs. Raises what :meth:`begin` raises."""
        path = self._append(end_line(recording))
        if not self._linked:
            with _refusals(path):
                name_last(path, self.last)

    def _append(self, line: bytes) -> Path:
        assert self._path is not None, "begin comes first"
        with _refusals(self._path):
            self._length = _write(self._path, self._length, line)
        return self._path


def _write(path: Path, start: int, line: bytes) -> int:
    """Write ``line`` from byte ``start`` on and return where it ends: half a line of a full disk is written over."""
    with path.open("r+b", buffering=0) as file:
        file.seek(start)
        rest = memoryview(line)
        while rest:
            rest = rest[file.write(rest) :]
        file.truncate()
    return start + len(line)


@contextmanager
def _refusals(place: Path) -> Iterator[None]:
    """Turn what the file system raises into errors of ours about ``place``."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StoreError(
                "disk-full",
                f"The disk is full, and the recording {place} could not be written; what it held is still there.",
                remedy="free some space, then lapwing compare --continue.",
            ) from None
        raise StoreUnwritable(
            "recording-unwritable",
            f"The recording {place} cannot be written: {error.strerror or error}.",
            remedy="make .lapwing/compare in the project writable.",
        ) from None
