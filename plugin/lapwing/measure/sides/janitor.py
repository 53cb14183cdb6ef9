"""Who makes the folder of the sides, and sees to it that it goes whatever happens to us?"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SWEEP: Final = Path(__file__).with_name("sweep.py")
_PATIENCE: Final = 30.0


class Janitor:
    """A process that removes ``folder`` once :meth:`close` is called or this process is gone, ``kill -9`` included.

    It has a session of its own, so Ctrl-C does not reach it.
    """

    def __init__(self, *, prefix: str = "lapwing-") -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this Python, our own file
            [sys.executable, "-I", "-S", str(_SWEEP), prefix],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdout is not None
        with self._process.stdout as answer:
            named = answer.readline()
        if not named.endswith(b"\n"):
            self.close()
            raise MeasureError(
                "no-room",
                "No temporary folder can be made for the two sides.",
                remedy="make room, or set TMPDIR to a folder that can be written to.",
            )
        self.folder = Path(os.fsdecode(named[:-1]))

    @property
    def pid(self) -> int:
        """The process that waits."""
        return self._process.pid

    @contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        """See to it that the process group (on Windows, the process) ``pid`` does not outlive us, while this lasts."""
        self._say(f"+{pid}\n")
        try:
            yield
        finally:
            self._say(f"-{pid}\n")

    def close(self) -> None:
        """Have everything removed, and wait until it is."""
        stdin = self._process.stdin
        assert stdin is not None
        if not stdin.closed:
            with suppress(OSError):
                stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)

    def _say(self, line: str) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        with suppress(OSError, ValueError):  # it was ended by somebody, or closed: then there is nothing to watch for
            stdin.write(line.encode("ascii"))
            stdin.flush()
