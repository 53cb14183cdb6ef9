"""How is one worker process started, asked and ended, on every system?

Messages are lines of JSON over pipes: commands on the worker's stdin, answers on its stdout, which the worker takes
away from its tests before they run. Pipes are what Linux, macOS and Windows all have; nothing listens on a port,
nothing is unpickled.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from lapwing.measure.callgrind import ENVIRONMENT, UNWANTED
from lapwing.measure.lines import lines_of
from lapwing.measure.neighbours import SCRUBBED

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

BOOTSTRAP: Final = Path(__file__).with_name("bootstrap.py")
TAIL_BYTES: Final = 32_000
"""Of a log. A crash prints some 50 frames, each with the path of a file in an environment, which may lie deep."""

_PADDING: Final = 4_096
_QUIT_SECONDS: Final = 30.0
_ABORT_SECONDS: Final = 2.0


class WorkerLost(Exception):  # noqa: N818 - says what happened to it
    """The worker ended before it answered; ``str()`` says how."""


class WorkerLate(Exception):  # noqa: N818 - says what happened to it
    """The worker did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What every worker of a session starts with: pytest's arguments, path, directory, environment, interpreter.

    ``private`` are variables set once it runs, so that their size is not in its memory layout, and that the worker
    takes away before a test can see them. ``prefix`` is the program that runs the interpreter, if any does. ``caches``
    says that it may keep what it compiles, though this process may not (``PYTHONDONTWRITEBYTECODE``, as in containers).
    """

    arguments: tuple[str, ...]
    path: tuple[str, ...]
    argv: tuple[str, ...]
    cwd: str
    environ: tuple[tuple[str, str], ...]
    python: str = sys.executable
    private: tuple[tuple[str, str], ...] = ()
    prefix: tuple[str, ...] = ()
    caches: bool = False

    def command(self) -> list[str]:
        """Return the command: the interpreter with the flags of this process, as multiprocessing starts its own."""
        flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]  # noqa: SLF001
        kept = (flag for flag in flags if not (self.caches and flag == "-B"))
        return [*self.prefix, self.python, *kept, str(BOOTSTRAP)]


def launch_like_this(arguments: list[str], cwd: str) -> Launch:
    """Return the launch of workers with the path, the arguments and the environment of this process."""
    return Launch(
        arguments=tuple(arguments),
        path=tuple(sys.path),
        argv=tuple(sys.argv),
        cwd=cwd,
        environ=tuple((name, value) for name, value in os.environ.items() if name not in SCRUBBED),
    )


def environment(launch: Launch, draw: random.Random | None) -> dict[str, str]:
    """Return the environment of one worker: a layout of its own.

    The size of the environment alone moves a Python benchmark by up to 18 %, the hash seed by 10 %: with one draw for
    all, the numbers would be precise and wrong.
    """
    if draw is None:  # to count, not to time: what differs from run to run is fixed
        return {name: value for name, value in launch.environ if name not in UNWANTED} | ENVIRONMENT
    seed = str(draw.randrange(1, 2**32))
    return dict(launch.environ) | {"PYTHONHASHSEED": seed, "LAPWING_PADDING": "x" * draw.randrange(_PADDING)}


def encoded(message: dict[str, Any]) -> bytes:
    """Return a message as it is sent: a line of JSON."""
    return json.dumps(message).encode("ascii") + b"\n"


class WorkerProcess:
    """One worker; starts on construction and must be ended.

    One that ends before it is told what to do is a worker too: who waits for its first :meth:`answer` learns of it.
    """

    def __init__(self, launch: Launch, draw: random.Random | None, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._said = 0
        try:
            self._process = subprocess.Popen(  # noqa: S603 - a Python that was chosen, with the session's own arguments
                launch.command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                cwd=launch.cwd,
                env=environment(launch, draw),
                # Ctrl-C is for the session that started it; and its children can be ended with it.
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except BaseException:
            self._log.close()
            raise
        assert self._process.stdout is not None
        self._answers = lines_of(self._process.stdout, clock)
        start = {"args": launch.arguments, "path": launch.path, "argv": launch.argv, "private": dict(launch.private)}
        # Raised from here, it would leave nobody to close the log and the pipes.
        with suppress(WorkerLost):
            self._send(start)

    @property
    def pid(self) -> int:
        """The process, and where the system has them, the group of it and its children."""
        return self._process.pid

    def tell(self, command: dict[str, Any] | bytes) -> None:
        """Send a command; its :meth:`answer` is asked for later. Raises :class:`WorkerLost` where it has ended."""
        self._said = self._log_size()
        self._send(command)

    def ask(self, command: dict[str, Any] | bytes, *, seconds: float) -> dict[str, Any]:
        """Send a command, as a dictionary or as :func:`encoded` once for many times, and return the answer.

        Raises:
            WorkerLate: no answer in ``seconds``.
            WorkerLost: it ended, or answered what is no answer.
        """
        self.tell(command)
        return self.answer(seconds=seconds)

    def answer(self, *, seconds: float) -> dict[str, Any]:
        """Wait for an answer; raises as :meth:`ask` does."""
        line = self._answers.next(seconds=seconds)
        if line is None:
            raise WorkerLate
        try:
            message = json.loads(line)
        except ValueError:
            message = None
        if not isinstance(message, dict) or "say" not in message:
            raise WorkerLost(self._how_it_ended())
        return message

    def tail(self) -> str:
        """Return the end of what it printed outside of its tests since it was last asked."""
        try:
            self._log.seek(max(self._said, self._log_size() - TAIL_BYTES))
            return self._log.read(TAIL_BYTES).decode("utf-8", "replace").strip()
        except (OSError, ValueError):
            return ""

    def _log_size(self) -> int:
        # Never by seeking while it lives: the worker writes where this file's one position is.
        return os.fstat(self._log.fileno()).st_size

    def dismiss(self) -> None:
        """Tell it to finish its session, and do not wait; :meth:`end` it some time later."""
        with suppress(WorkerLost):
            self._send({"do": "quit"})

    def end(self, *, patience: float = _QUIT_SECONDS) -> None:
        """Let it finish its session (fixtures are torn down), and end it with all its children if it does not."""
        try:
            with suppress(WorkerLost, subprocess.TimeoutExpired):
                self._send({"do": "quit"})
                self._process.wait(patience)
        finally:  # Ctrl-C while waiting leaves nothing behind
            self.kill()
            self.close()

    def abort(self) -> None:
        """Have it say where it is, as a crash does (faulthandler, on SIGABRT), and end it; for one that hangs."""
        if sys.platform != "win32":
            with suppress(OSError, subprocess.TimeoutExpired):
                self._process.send_signal(signal.SIGABRT)
                self._process.wait(_ABORT_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it now, with all its children where the system can; what it printed can still be read."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # the group is gone, or macOS says so of zombies
                self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Let go of the pipes and the log."""
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                with suppress(OSError, ValueError):  # it may hold a command nobody is left to read
                    stream.close()

    def _send(self, message: dict[str, Any] | bytes) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        try:
            stdin.write(message if isinstance(message, bytes) else encoded(message))
            stdin.flush()
        except (OSError, ValueError):
            raise WorkerLost(self._how_it_ended()) from None

    def _how_it_ended(self) -> str:
        try:
            code = self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return "closed its channel"
        if code >= 0:
            return f"ended with exit code {code}"
        try:
            return f"was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"was ended by signal {-code}"
