"""How is a child process started and surely ended? Everything the scripts start goes through here.

A child leads a session of its own; when the script ends in any way but ``kill -9``, the child and what it started are
killed. A hog watches for the end of its parent itself, so that not even ``kill -9`` leaves one behind.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

# What would reach from the session that runs the script into the projects under trial.
OURS = ("PYTEST_", "COV", "LAPWING_", "GIT_", "PYTHONPATH", "PYTHONHASHSEED")
HOG = """
import os, random, sys, time
parent, draw = int(sys.argv[1]), random.Random(int(sys.argv[2]))
while os.getppid() == parent:
    end = time.monotonic() + (draw.expovariate(2) if sys.argv[3] == "bursts" else 0.1)
    while time.monotonic() < end and os.getppid() == parent:
        sum(range(20000))
    if sys.argv[3] == "bursts":
        time.sleep(min(draw.expovariate(2), 2))
"""


class ChildError(Exception):
    """A child ended as it must not; the message has the end of what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a child ended: exit code, what it printed, and the seconds it took."""

    code: int
    out: str
    err: str
    seconds: float


def environ(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this process's environment without what would reach into a project, and with ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return kept | {"CI": "1"} | dict(more or {})


def run(
    words: Sequence[str | Path],
    *,
    cwd: Path,
    more: Mapping[str, str] | None = None,
    timeout: float = 1800.0,
    fine: Sequence[int] = (0,),
) -> Done:
    """Run a child to its end, at most ``timeout`` seconds.

    Raises:
        ChildError: it took longer, or its exit code is not among ``fine``.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in words],
        cwd=cwd,
        env=environ(more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise ChildError(f"{_told(words)} took more than {timeout:.0f} s") from None
    finally:
        if process.returncode is None:
            end(process)
    done = Done(code=process.returncode, out=out, err=err, seconds=time.perf_counter() - start)
    if done.code not in fine:
        raise ChildError(f"{_told(words)} in {cwd} ended with {done.code}:\n{out[-3000:]}\n{err[-3000:]}")
    return done


def end(process: subprocess.Popen[str]) -> None:
    """Kill ``process`` and everything it started, in sessions of their own or not, and wait for it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        main = psutil.Process(process.pid)
        family = [*main.children(recursive=True), main]
        for one in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


@contextlib.contextmanager
def hogs(count: int, *, bursts: bool = False) -> Iterator[None]:
    """Keep ``count`` processors busy meanwhile: all the time, or in bursts of half a second on average."""
    manner = "bursts" if bursts else "always"
    words = [[sys.executable, "-S", "-c", HOG, str(os.getpid()), str(seed), manner] for seed in range(count)]
    started: list[subprocess.Popen[str]] = []
    try:
        started.extend(subprocess.Popen(word, text=True, start_new_session=True) for word in words)
        yield
    finally:
        for process in started:
            end(process)


def mind_signals() -> None:
    """Have SIGTERM and SIGHUP end the script as Ctrl-C does: through every ``finally``."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)


def _told(words: Sequence[str | Path]) -> str:
    return " ".join(str(word) for word in words)
