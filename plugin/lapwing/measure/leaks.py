"""What does a benchmark leave behind? What its call changed and its teardown did not put back.

Looked at right before the call (fixtures are up), right after it, and after teardown: what a fixture changes and
restores is no leak, nor is what a session's fixture keeps.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Callable

_GRACE_SECONDS: Final = 0.05
_OURS: Final = "PYTEST_CURRENT_TEST"


@dataclass(frozen=True, slots=True)
class World:
    """What a call can change around it."""

    cwd: str
    environ: dict[str, str]
    path: tuple[str, ...]
    collector: tuple[bool, tuple[int, ...]]
    tracer: Any
    profiler: Any
    alarm: Any
    threads: frozenset[int | None]
    children: frozenset[int]


@dataclass(frozen=True, slots=True)
class Leak:
    """One thing left behind; ``mended`` says whether it was put right."""

    slug: str
    message: str
    mended: bool

    def warning(self) -> RunWarning:
        """Say it, with what to do."""
        remedy = "put it back in the test, or use a fixture that does (monkeypatch)."
        if not self.mended:
            remedy = "end it in the test or in a fixture's teardown; the next benchmark was given a fresh process."
        return RunWarning(slug=self.slug, message=self.message, remedy=remedy)


def look() -> World:
    """Return the world as it is."""
    return World(
        cwd=_cwd(),
        environ={name: value for name, value in os.environ.items() if name != _OURS},
        path=tuple(sys.path),
        collector=(gc.isenabled(), gc.get_threshold()),
        tracer=sys.gettrace(),
        profiler=sys.getprofile(),
        alarm=_alarm(),
        threads=frozenset(thread.ident for thread in threading.enumerate()),
        children=_children(),
    )


def find(before: World, after: World) -> list[Leak]:
    """Return what the call between ``before`` and ``after`` left to this moment, and put right what can be."""
    now = look()
    leaks: list[Leak] = []
    if before.cwd != after.cwd == now.cwd:
        leaks.append(
            Leak("leaks-cwd", f"It left the working directory {now.cwd!r}.", _mend(lambda: os.chdir(before.cwd)))
        )
    if before.path != after.path == now.path:
        leaks.append(Leak("leaks-path", "It left sys.path changed.", _mend(lambda: _set_path(before.path))))
    leaks.extend(_variables(before.environ, after.environ, now.environ))
    if before.collector != after.collector == now.collector:
        leaks.append(Leak("leaks-gc", "It left the garbage collector's settings changed.", _mend_collector(before)))
    if before.tracer is not after.tracer and after.tracer is now.tracer:
        leaks.append(Leak("leaks-trace", "It left a trace function.", _mend(lambda: sys.settrace(before.tracer))))
    if before.profiler is not after.profiler and after.profiler is now.profiler:
        leaks.append(Leak("leaks-trace", "It left a profile function.", _mend(lambda: sys.setprofile(before.profiler))))
    if before.alarm != after.alarm == now.alarm and after.alarm is not None:
        leaks.append(Leak("leaks-alarm", "It left an alarm signal set.", _mend(lambda: _silence(before))))
    leaks.extend(_threads(before))
    leaks.extend(_processes(before))
    # Not imported for this: it takes 28 ms of each of the fifty sessions of a comparison.
    asyncio = sys.modules.get("asyncio.events")
    if asyncio is not None and asyncio._get_running_loop() is not None:  # noqa: SLF001 - the public call raises
        leaks.append(Leak("leaks-loop", "It left an asyncio event loop running.", mended=False))
    return leaks


def _cwd() -> str:
    try:
        return os.getcwd()  # noqa: PTH109 - a string is what chdir takes back
    except OSError:  # the directory was removed under us
        return ""


def _set_path(path: tuple[str, ...]) -> None:
    sys.path[:] = path


def _alarm() -> Any:
    """Return who gets the alarm and whether one is set; None where there is no such signal (Windows)."""
    if sys.platform == "win32":
        return None
    return signal.getsignal(signal.SIGALRM), signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _silence(before: World) -> None:
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before.alarm[0])


def _mend(action: Callable[[], object]) -> bool:
    try:
        action()
    except (OSError, TypeError, ValueError):
        return False
    return True


def _mend_collector(before: World) -> bool:
    enabled, threshold = before.collector
    gc.set_threshold(*threshold)
    (gc.enable if enabled else gc.disable)()
    return True


def _variables(before: dict[str, str], after: dict[str, str], now: dict[str, str]) -> list[Leak]:
    left = sorted(
        name for name in {*before, *after} if before.get(name) != after.get(name) and after.get(name) == now.get(name)
    )
    for name in left:
        if name in before:
            os.environ[name] = before[name]
        else:
            os.environ.pop(name, None)
    if not left:
        return []
    named = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")  # noqa: PLR2004 - five names do
    return [Leak("leaks-environ", f"It left environment variables changed: {named}.", mended=True)]


def _threads(before: World) -> list[Leak]:
    """Return the threads that still run a moment later: one that is about to end is none."""
    new = [thread for thread in threading.enumerate() if thread.ident not in before.threads]
    end = time.monotonic() + _GRACE_SECONDS
    for thread in new:
        if thread is not threading.current_thread():
            thread.join(max(0.0, end - time.monotonic()))
    names = [thread.name for thread in new if thread.is_alive()]
    if not names:
        return []
    return [Leak("leaks-thread", f"It left {_count(names, 'thread')} running: {', '.join(names[:3])}.", mended=False)]


def _children() -> frozenset[int]:
    """Return the process ids of this process's children, those that only wait to be forgotten left out."""
    try:
        # 0.02 ms on a Linux that knows; psutil looks at every process of the system, for 5.
        tasks = list(Path("/proc/self/task").iterdir())
        found = {int(word) for task in tasks for word in (task / "children").read_bytes().split()}
        return frozenset(pid for pid in found if not _is_over(pid))
    except OSError:
        pass
    import psutil  # noqa: PLC0415 - 20 ms that Linux need not pay

    try:
        return frozenset(child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, OSError):
        return frozenset()


def _is_over(pid: int) -> bool:
    """Tell whether a process has ended and nobody has asked how."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return state.rpartition(")")[2].split()[:1] == ["Z"]


def _processes(before: World) -> list[Leak]:
    """Return the child processes that are new; a moment is given to one that is about to end."""
    new = _children() - before.children
    if new:
        time.sleep(_GRACE_SECONDS)
        new = _children() - before.children
    if not new:
        return []
    names = [str(pid) for pid in sorted(new)]
    return [Leak("leaks-process", f"It left {_count(names, 'child process')}: {', '.join(names[:3])}.", mended=False)]


def _count(names: list[str], what: str) -> str:
    plural = what if len(names) == 1 else f"{what}es" if what.endswith("s") else f"{what}s"
    return f"{len(names)} {plural}"
