"""How is everything removed even after the one who made it was killed? By a process that waits for its end.

Run by its path as ``python -I -S sweep.py PREFIX``. It makes the folder, prints its name and reads its stdin. ``+123``
and ``-123`` say that the process group 123 began and ended; at the end of stdin, which comes with the death of the
writer however it dies, it ends the groups that are left and removes the folder.
"""

from __future__ import annotations

import os
import shutil
import signal
import stat
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

PATIENCE = 20.0
"""Seconds to go on removing while somebody still writes into it."""


def main(prefix: str) -> int:
    """Make the folder, wait, remove it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    folder = os.path.realpath(tempfile.mkdtemp(prefix=prefix))
    groups: set[int] = set()
    try:
        with suppress(OSError):
            os.write(1, os.fsencode(folder) + b"\n")
            os.close(1)
        for line in sys.stdin.buffer:
            number = int(line[1:])
            (groups.add if line.startswith(b"+") else groups.discard)(number)
    finally:
        for group in groups:
            _end(group)
        _remove(folder)
    return 0


def _end(group: int) -> None:
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(group, signal.SIGKILL)
        else:
            os.kill(group, signal.SIGTERM)


def _remove(folder: str) -> None:
    """Remove the folder under another name: who writes into it by its path writes nowhere from then on.

    Where a stray child did so faster than files were removed, listing one folder never ended (seen: 200 MB of names).
    """
    going = f"{folder}.going"
    end = time.monotonic() + PATIENCE
    wait = 0.01
    while True:
        with suppress(OSError):  # another is in the way still; or Windows, where somebody has a file open
            Path(folder).rename(going)
        for place in filter(os.path.lexists, (going, folder)):
            if sys.version_info >= (3, 12):
                shutil.rmtree(place, onexc=partial(_insist, place))
            else:
                shutil.rmtree(place, onerror=partial(_insist, place))
        if not (os.path.lexists(folder) or os.path.lexists(going)) or time.monotonic() > end:
            return
        time.sleep(wait)
        wait = min(1.0, wait * 2)


def _insist(top: str, remove: Any, path: str, _: Any) -> None:
    """Try once more with leave to write: tests make read-only folders, Windows read-only files.

    What is around ``top`` keeps its mode: it is the folder for everybody's temporary files.
    """
    with suppress(OSError):
        place = Path(path)
        if path != top:
            place.parent.chmod(stat.S_IRWXU)
        if not place.is_symlink():
            place.chmod(stat.S_IRWXU)
        if remove in {os.unlink, os.rmdir, os.remove}:
            remove(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
