"""What does the interpreter's own sampling profiler see of a call? From Python 3.15 on; before that, nothing.

It looks on from another process (``python -m profiling.sampling attach``), so nothing is slowed down; what functions
written in C take counts for their callers, and of a file there is its name only. Of a ``with perf:`` block it sees
nothing. Where the system forbids it to look
(Linux' ``ptrace_scope``, containers, macOS without root), or its lines are others than those of CPython's
``stack_collector.py`` of 2025, it says nothing, and the stacks of :mod:`lapwing.measure.stacks` stand. Lapwing supports
and tests 3.10 to 3.14: on 3.15 this was never run.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from lapwing.recording import Stack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SECONDS: Final = 1
"""Of looking on: the profiler takes whole seconds, and sees 1,000 to 10,000 stacks in one."""

CALLS_SECONDS: Final = 3.0
"""For making calls while it starts and looks on."""

MOST_CALLS: Final = 10_000_000

PATIENCE: Final = 5.0
"""Seconds until it has started, looked on and written what it saw; then nobody waits for it any more."""

_FIRST: Final = (3, 15)
_COMMAND: Final = (sys.executable, "-I", "-m", "profiling.sampling")
# PR_SET_PTRACER of Linux' Yama: lets one named process look on, which is a child of this one.
_MAY_LOOK_ON: Final = 0x59616D61
_MARKS: Final = ("observed.py:watched.", "observed.py:called:", "observed.py:awaited:")
"""Functions of Lapwing's own right above the measured call."""


def available() -> bool:
    """Tell whether the interpreter has a sampling profiler."""
    return sys.version_info >= _FIRST


class Sampling:
    """Has the sampling profiler look on while the same call is made again and again: enter it around each call."""

    def __init__(self, command: Sequence[str] | None = None) -> None:
        """Begin with nobody looking on; ``command`` is the profiler's, for tests."""
        self._command = command or _COMMAND
        self._looker: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._begun = 0.0
        self._ended = 0.0
        self._calls = 0

    def __enter__(self) -> None:
        """Let the profiler look on from the first call on."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="lapwing-")
            self._begun = perf_counter()
            self._start(Path(self._folder.name, "stacks.txt"))
        self._calls += 1

    def __exit__(self, *_: object) -> None:
        """Count the call and note how long they took so far."""
        self._ended = perf_counter()

    def looks_on(self) -> bool:
        """Tell whether the profiler is still there to see further calls."""
        return self._looker is not None and self._looker.poll() is None

    def stacks(self) -> tuple[Stack, ...]:
        """Return the stacks that were seen, in seconds per call; none where it may not look on, or saw nothing."""
        if self._folder is None:
            return ()
        with self._folder as folder, suppress(OSError, ValueError):
            self._end()
            text = Path(folder, "stacks.txt").read_text(encoding="utf-8")
            return read(text.splitlines(), seconds=(self._ended - self._begun) / self._calls)
        return ()

    def _start(self, target: Path) -> None:
        words = [*self._command, "attach", "--collapsed", "-o", str(target), "-d", str(SECONDS), str(os.getpid())]
        null = subprocess.DEVNULL
        with suppress(OSError):
            self._looker = subprocess.Popen(words, stdin=null, stdout=null, stderr=null)  # noqa: S603 - our interpreter
            _let_look_on(self._looker.pid)

    def _end(self) -> None:
        if self._looker is None:
            return
        try:
            self._looker.wait(max(0.0, self._begun + PATIENCE - perf_counter()))
        except subprocess.TimeoutExpired:
            self._looker.kill()
            self._looker.wait()


def read(lines: Iterable[str], *, seconds: float) -> tuple[Stack, ...]:
    """Return the stacks of collapsed lines, ``tid:1;file:function:line;... count``; a call takes ``seconds``.

    What lies above the measured call is left out, and so are the lines, which move.
    """
    found: dict[tuple[str, ...], int] = {}
    for line in lines:
        text, _, count = line.rpartition(" ")
        parts = text.split(";")
        marks = [at for at, part in enumerate(parts) if any(mark in part for mark in _MARKS)]
        frames = tuple(_label(part) for part in parts[marks[-1] + 1 :]) if marks else ()
        if frames:
            found[frames] = found.get(frames, 0) + int(count)
    samples = sum(found.values())
    return tuple(Stack(frames=frames, own=seconds * count / samples) for frames, count in found.items())


def _label(part: str) -> str:
    """Return ``name (file)`` for ``file:name:line``; special frames have no file."""
    file, _, rest = part.partition(":")
    name, _, _ = rest.rpartition(":")
    return f"{name} ({file})" if name else part


def _let_look_on(pid: int) -> None:
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).prctl(_MAY_LOOK_ON, pid, 0, 0, 0)
