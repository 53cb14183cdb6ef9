"""How is a program run that may take long? With its output in a log, no terminal, and not beyond our own end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import MeasureError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lapwing.measure.sides.janitor import Janitor

TIMEOUT: Final = 3_600.0
"""Seconds: a large C++ extension takes half an hour to build on two cores."""

_TIMED_OUT: Final = 124
_TAIL_LINES: Final = 20
_TAIL_BYTES: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What making the sides may use: a folder that goes, a cache that stays, somebody to tell what takes long."""

    janitor: Janitor
    cache: Path
    progress: Callable[[str], None]

    @property
    def folder(self) -> Path:
        """The folder that goes."""
        return self.janitor.folder

    def log(self, name: str) -> Path:
        """Return the place of a new log, in the cache: it is wanted when all else is gone.

        Raises:
            MeasureError: ``no-room`` where the cache cannot be written.
        """
        place = self.cache / name
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"")
        except OSError as error:
            raise MeasureError(
                "no-room", f"{self.cache} cannot be written: {error.strerror}.", remedy="make the cache writable."
            ) from None
        return place

    def run(self, command: Sequence[str], *, cwd: Path, environ: Mapping[str, str], log: Path) -> int:
        """Run a program to its end and return its exit code; what it prints is added to ``log``.

        Ctrl-C, or the death of this process, ends it and its children; so does the timeout (then the code is 124).
        """
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - no shell; what is run is pip, uv, venv or this Python
                command,
                cwd=cwd,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=sys.platform != "win32",
            )
            with self.janitor.watching(process.pid):
                try:
                    return process.wait(TIMEOUT)
                except subprocess.TimeoutExpired:
                    output.write(f"ended after {TIMEOUT:.0f} s\n".encode())
                    return _TIMED_OUT
                finally:
                    _end(process)


def tail(log: Path) -> str:
    """Return the last lines of a log."""
    try:
        content = log.read_bytes()[-_TAIL_BYTES:].decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(line.rstrip() for line in content.splitlines()[-_TAIL_LINES:] if line.strip())


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        if sys.platform == "win32":
            process.kill()
        else:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
