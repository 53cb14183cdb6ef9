"""What did builds that were killed leave beside a site, and is one of it the site itself?

Each build works in a folder of its own and locks a file in it, which also says which site it is of. The lock is the
operating system's: it goes with its holder, also after ``kill -9``. So what nobody locks is nobody's, and a site that
was moved aside and not replaced is moved back.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PREFIX: Final = ".lapwing-site-"
OLD: Final = "old-"
"""What the site that was there is called in the folder of a build, with a digit after it: the last is the newest."""

_LOCK: Final = "lock"
_LONG: Final = 3600.0
"""Seconds after which no build is between making its folder and locking it, which takes microseconds."""

_MOST: Final = 4096
"""Bytes of a name; file systems stop at 255."""

if sys.platform == "win32":
    import msvcrt

    def _take(file: int, *, wait: bool) -> None:
        os.lseek(file, _MOST, os.SEEK_SET)  # beyond what is read: a locked part cannot be
        msvcrt.locking(file, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
else:
    import fcntl

    def _take(file: int, *, wait: bool) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


@contextmanager
def owned(folder: Path, target: Path, is_site: Callable[[Path], bool]) -> Iterator[None]:
    """Lock the folder of a build of ``target`` until the block ends, however it does; then the folder is gone.

    Where the file system has no locks the name is not written either, and the folder is left alone by all others.

    Raises:
        OSError: the file cannot be made.
    """
    try:
        file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        with suppress(OSError):
            folder.rmdir()
        raise
    try:
        with suppress(OSError):
            _take(file, wait=True)
            # Only now: a file without a name may be one that is just about to be locked.
            os.write(file, os.fsencode(target.name))
        yield
    finally:
        # While it is ours: killed within this, it is still known for a leftover.
        is_emptied = _emptied(folder, target, is_site)
        os.close(file)
        if is_emptied:
            shutil.rmtree(folder, ignore_errors=True)


def put_right(target: Path, is_site: Callable[[Path], bool]) -> None:
    """Remove the folders of dead builds of ``target``; where one has the site that stood there, that is put back.

    What cannot be put right is left as it is.
    """
    with suppress(OSError):
        for folder in sorted(target.parent.glob(f"{PREFIX}*")):
            with suppress(OSError):
                _remove_unused(folder)
            with suppress(OSError), _abandoned(folder, target):
                if _emptied(folder, target, is_site):
                    shutil.rmtree(folder, ignore_errors=True)


def _emptied(folder: Path, target: Path, is_site: Callable[[Path], bool]) -> bool:
    """Put the site back that a folder has in the place of one that is gone, and remove all else; False where not."""
    try:
        # The newest first: an older one then finds its place taken.
        for old in sorted(folder.glob(f"{OLD}*"), reverse=True):
            if not os.path.lexists(target) and not old.is_symlink() and is_site(old):
                old.rename(target)
        _clear(folder)
    except OSError:
        return False
    return True


def _clear(folder: Path) -> None:
    """Remove all but the lock, by which the folder is known, and which goes with the folder."""
    for one in folder.iterdir():
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        elif one.name != _LOCK:
            with suppress(OSError):
                one.unlink()


def _remove_unused(folder: Path) -> None:
    """Remove the folder of a build that was killed before it said whose it is, or after all else was gone.

    Raises:
        OSError: it is none, or a build may be about to begin with it.
    """
    lock, found = folder / _LOCK, os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or time.time() - found.st_mtime < _LONG:
        return
    if os.path.lexists(lock) and os.lstat(lock).st_size == 0 and [lock] == list(folder.iterdir()):
        lock.unlink()
    folder.rmdir()


@contextmanager
def _abandoned(folder: Path, target: Path) -> Iterator[None]:
    """Hold the lock of a dead build's folder. Raises :class:`OSError` where it is no such folder of ``target``."""
    lock = folder / _LOCK
    # A link leads out of here, and a pipe would be waited for.
    if not stat.S_ISDIR(os.lstat(folder).st_mode) or not stat.S_ISREG(os.lstat(lock).st_mode):
        raise FileNotFoundError
    file = os.open(lock, os.O_RDWR)
    try:
        _take(file, wait=False)
        if os.read(file, _MOST) != os.fsencode(target.name):
            raise FileNotFoundError
        yield
    finally:
        os.close(file)
