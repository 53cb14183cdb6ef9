"""How much memory does a call need at its peak? What the process held at most while it ran."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_PROC: Final = Path("/proc/self")


def peak_memory(call: Callable[[], Any]) -> int:
    """Return the bytes that this process held at most during ``call``.

    On Linux the kernel's high-water mark is set back first; elsewhere it is that of the process since it began, so
    that a benchmark that needs less than one before it is not seen.
    """
    reset = _reset()
    call()
    return (_high_water() if reset else 0) or _largest_ever()


def _reset() -> bool:
    """Set the high-water mark back to what is held now (``man 5 proc``: clear_refs, since Linux 4.0)."""
    try:
        (_PROC / "clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _high_water() -> int:
    for line in (_PROC / "status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _largest_ever() -> int:
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        import psutil  # noqa: PLC0415 - only there

        return int(psutil.Process().memory_info().peak_wset)
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else found * 1024
