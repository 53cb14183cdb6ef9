"""How is a benchmark looked at without traces of those before it? In a process forked from the collected session.

A cache that an earlier benchmark filled, a fixture of the session that it set up: the next one needs what filled
them, and that does not run again. In a fork of the session as it was collected, everything a benchmark needs runs for
it. Only on Linux: on macOS a forked process may crash in the system's libraries, on Windows there is none.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import warnings
from contextlib import suppress
from select import select
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE = 65_536


def can_fork() -> bool:
    """Tell whether a process can be forked here and live: on Linux, and while Python has no other thread.

    Threads of native libraries are no reason: numpy's OpenBLAS has some from its import on, and forks. Where one does
    not, the child hangs, and :func:`alone` ends it.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def alone(work: Callable[[], Any], *, seconds: float) -> Any:
    """Do ``work`` in a forked process and return what it returns, which must be plain data (JSON); None where it fails.

    It fails if it raises, crashes, or takes longer than ``seconds``. The child ends as soon as it is done, without what
    is registered to run at exit.
    """
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 on: "multi-threaded", see can_fork
        child = os.fork()
    if child == 0:
        _be_child(work, reading, writing)
    os.close(writing)
    try:
        content = _read(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        with suppress(OSError):
            os.kill(child, signal.SIGKILL)
        with suppress(OSError):
            os.waitpid(child, 0)
    try:
        return json.loads(content)
    except ValueError:
        return None


def _be_child(work: Callable[[], Any], reading: int, writing: int) -> None:
    """Work, answer, end: nothing of the parent's must go on here."""
    try:
        os.close(reading)
        content = json.dumps(work()).encode("ascii")
        while content:
            content = content[os.write(writing, content) :]
    finally:
        os._exit(0)


def _read(reading: int, end: float) -> bytes:
    """Read to the end of the pipe, or until the time ``end``."""
    content = b""
    while True:
        ready, _, _ = select([reading], [], [], max(end - time.monotonic(), 0.0))
        piece = os.read(reading, _PIECE) if ready else b""
        if not piece:
            return content
        content += piece
