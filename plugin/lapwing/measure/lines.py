"""How are lines read from a process with an end to the waiting, on every system?

On POSIX by ``poll``, in the thread that waits: 20 µs from the answer to whoever asked. Pipes on Windows cannot be
polled, so there a thread reads them.
"""

from __future__ import annotations

import os
import queue
import select
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 64 * 2**20
"""Bytes of a line: a test's reports are bounded far below that."""

_CHUNK: Final = 2**16
# Python on Windows answers Ctrl-C between waits only.
_WAIT_SECONDS: Final = 0.2


class Lines(Protocol):
    """Lines of bytes as they come."""

    def next(self, *, seconds: float) -> bytes | None:
        """Wait for a line and return it, empty (or what there is of it) at the end, None where none came in time."""


def lines_of(stream: IO[bytes], clock: Callable[[], float]) -> Lines:
    """Return the lines of a pipe."""
    if sys.platform == "win32":
        return _Threaded(stream, clock)
    return _Polled(stream.fileno(), clock)


class _Polled:
    def __init__(self, fd: int, clock: Callable[[], float]) -> None:
        self._fd = fd
        self._clock = clock
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)
        self._held = bytearray()

    def next(self, *, seconds: float) -> bytes | None:
        held = self._held
        end = self._clock() + seconds
        searched = 0
        while (place := held.find(b"\n", searched)) < 0 and len(held) < MOST:
            searched = len(held)
            left = end - self._clock()
            if left <= 0 or not self._poll.poll(min(left * 1e3, 1e6)):
                if self._clock() < end:
                    continue
                return None
            try:
                chunk = os.read(self._fd, _CHUNK)
            except OSError:
                chunk = b""
            if not chunk:
                place = len(held) - 1
                break
            held += chunk
        line = bytes(held[: place + 1] if place >= 0 else held)
        del held[: len(line)]
        return line


class _Threaded:
    def __init__(self, stream: IO[bytes], clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, name="lapwing-reader", daemon=True).start()

    def next(self, *, seconds: float) -> bytes | None:
        end = self._clock() + seconds
        while (left := end - self._clock()) > 0:
            with suppress(queue.Empty):
                return self._lines.get(timeout=min(left, _WAIT_SECONDS))
        return None

    def _read(self) -> None:
        with suppress(OSError, ValueError):  # closed by close()
            while line := self._stream.readline(MOST):
                self._lines.put(line)
        self._lines.put(b"")
