"""How many instructions does one call execute? Counted by valgrind's callgrind, where it is installed.

The whole session runs under valgrind and is counted only for the time of a call. Two runs of the same code count the
same to the instruction, and 3 % more work counts 2.9 to 3.1 % more. The hash seed and the allocator's state have a part
in it, so both are fixed, but code that was merely added can move a count by some percent (up to 5 in our trials).
Caches and branches have none: a count explains, and decides nothing.
"""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.measure.client_request import (
    DUMP_STATS_AT,
    RUNNING_ON_VALGRIND,
    START,
    STOP,
    ZERO_STATS,
    Client,
    machine_code,
)

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENT: Final = {"PYTHONHASHSEED": "0"}
"""What a counting process starts with. The hash seed alone moves a count by up to 1.7 %."""

UNWANTED: Final = frozenset(
    {"PYTHONMALLOC", "PYTHONMALLOCSTATS", "PYTHONDEVMODE", "PYTHONTRACEMALLOC", "MALLOC_PERTURB_"}
)
"""What it must not start with: another allocator is another program, up to 61 % more instructions."""

WARM_CALLS: Final = 3
"""A first call executes up to 9 % more, and CPython specialises code in the second."""

_NAME: Final = "counts"
_REPEATS: Final = 2


def command_prefix(out_dir: str | Path) -> list[str] | None:
    """Return what to put before a Python command for it to be counted; None where that cannot be done.

    Counts go to files in ``out_dir``, which the :class:`Counter` in the process is told too.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None or machine_code() is None:
        return None
    return [
        valgrind,
        "--quiet",
        "--tool=callgrind",
        "--instr-atstart=no",
        "--trace-children=no",
        "--compress-strings=yes",
        "--dump-line=no",
        f"--callgrind-out-file={Path(out_dir, _NAME)}.%p",
        f"--log-file={Path(out_dir, 'valgrind.log')}",
    ]


class Counter:
    """Counts instructions in a process that was started with :func:`command_prefix`.

    Raises:
        OSError: this process does not run under valgrind, or the machine is none that can be counted on.
    """

    def __init__(self, out_dir: str | Path) -> None:
        self._out = Path(out_dir)
        if not _is_valgrind_here():
            raise OSError("this process does not run under valgrind")
        self._client = Client()
        if not self._client.ask(RUNNING_ON_VALGRIND):
            raise OSError("this process does not run under valgrind")
        self._dumps = 0
        self._label = ctypes.create_string_buffer(b"lapwing")
        self._nothing = 0
        self._nothing = min(self._once(_nothing) for _ in range(_REPEATS))

    def count(self, call: Callable[[], object]) -> int:
        """Return the instructions of one call, after three that are not counted; garbage collection is off.

        What counting itself adds (2,800 instructions) is subtracted.

        Raises:
            OSError: valgrind wrote no count.
        """
        was_on = gc.isenabled()
        gc.collect()
        gc.disable()
        try:
            for _ in range(WARM_CALLS):
                call()
            return max(self._once(call) - self._nothing, 0)
        finally:
            if was_on:
                gc.enable()

    def _once(self, call: Callable[[], object]) -> int:
        ask = self._client.ask
        ask(ZERO_STATS)
        ask(START)
        try:
            call()
        finally:
            ask(STOP)
        ask(DUMP_STATS_AT, ctypes.addressof(self._label))
        self._dumps += 1
        path = self._out / f"{_NAME}.{os.getpid()}.{self._dumps}"
        try:
            return total(path.read_text(encoding="utf-8", errors="replace"))
        finally:
            path.unlink(missing_ok=True)


def _is_valgrind_here() -> bool:
    """Look for valgrind's own library in this process, so that machine code is not run anywhere else."""
    try:
        return "vgpreload_core" in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def total(dump: str) -> int:
    """Return the instructions of a dump.

    From its line ``totals:``; ``summary:`` is 0 once the counts were set to zero.

    Raises:
        OSError: there is no such line.
    """
    for line in dump.splitlines():
        if line.startswith("totals:"):
            return int(line.split()[1])
    raise OSError("valgrind wrote no total")


def _nothing() -> None:
    """Do nothing, to be counted: what counting itself adds."""
