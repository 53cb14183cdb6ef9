"""Which processors may be used, and how is a process kept to some of them? On Linux; elsewhere nothing is pinned."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


def pinnable() -> tuple[int, ...]:
    """Return the processors that processes can be pinned to; none where the system does not pin."""
    return tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()


def keep_to(cpus: Collection[int], pid: int = 0) -> bool:
    """Have the process ``pid`` (0 is this one) run on these processors only; tell whether it does.

    It does not where the system does not pin, where there are none, and where the process has ended.
    """
    if cpus and hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(pid, cpus)
            return True
    return False


def cores() -> tuple[tuple[int, ...], ...]:
    """Return the processors of :func:`pinnable` by core: two threads of one core take each other's time."""
    found: dict[str, list[int]] = {}
    for cpu in pinnable():
        found.setdefault(_core_of(cpu), []).append(cpu)
    return tuple(tuple(cpus) for cpus in found.values())


def _core_of(cpu: int) -> str:
    """Return a name of the core that ``cpu`` is a thread of; one of its own where the system does not say."""
    siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    try:
        return siblings.read_text("ascii").strip() or str(cpu)
    except (OSError, ValueError):
        return str(cpu)


@contextmanager
def kept_to(cpus: Collection[int]) -> Iterator[None]:
    """Run on these processors only for the time of a block."""
    before = pinnable()
    keep_to(cpus)
    try:
        yield
    finally:
        keep_to(before)
