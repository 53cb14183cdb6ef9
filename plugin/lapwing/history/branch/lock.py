"""Who of this machine's processes works with the branch's own repository? One at a time.

The lock is the operating system's, on an open file: it goes with its holder, also after ``kill -9``. A git that a
killed holder started may go on for a moment beside the next holder: what it pushes is whole, and what it leaves of our
repository is no worse than damage, after which that is fetched anew. It does not inherit the lock: git may start a
keeper of credentials, which lives on for a quarter of an hour and would hold it.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.history.branch.retry import Timing

PATIENCE: Final = 300.0
"""Seconds to wait for the others; a first fetch of 10,000 runs takes 1 s here and perhaps 60 s over a slow line."""

if sys.platform == "win32":
    import msvcrt

    def _take(file: int) -> bool:
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _take(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def held(path: Path, *, timing: Timing, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock.

    Raises:
        StoreError: ``store-locked``, others have it for too long.
        OSError: the file cannot be made.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        began, tries = timing.clock(), 0
        while not _take(file):
            if timing.clock() - began > patience:
                raise StoreError(
                    "store-locked",
                    f"Another process works with the history branch's files in {path.parent} for too long.",
                    remedy="wait for it or end it, then try again.",
                )
            timing.wait(min(tries, 4))
            tries += 1
        yield
    finally:
        if sys.platform == "win32":
            with suppress(OSError):
                os.lseek(file, 0, os.SEEK_SET)
                msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
        os.close(file)
