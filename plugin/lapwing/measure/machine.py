"""Which class of machine is this? CPU model and count, system, interpreter: what equal machines have in common."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import sysconfig
from functools import lru_cache
from pathlib import Path

from lapwing.measure.processors import pinnable
from lapwing.model import Machine


@lru_cache(maxsize=1)
def this_machine() -> Machine:
    """Return the class of this machine; never its name, never a frequency."""
    return Machine(
        cpu=cpu_model(),
        cpu_count=usable_cpus(),
        os=system(),
        arch=platform.machine() or "unknown",
        interpreter=interpreter(),
    )


def cpu_model() -> str:
    """Return the model's name as the system has it, without a frequency; the architecture where it has none."""
    name = _named_cpu() or platform.processor() or platform.machine() or "unknown CPU"
    return tidy_cpu(name)


def tidy_cpu(name: str) -> str:
    """Return a CPU's name without trademarks, frequency (which moves) and repeated blanks."""
    name = re.sub(r"\((?:R|TM|r|tm)\)", "", name)
    name = re.sub(r"\s*@?\s*[\d.]+\s*[GM]Hz\b", "", name)
    return " ".join(name.split())[:200] or "unknown CPU"


def _named_cpu() -> str:
    if sys.platform == "win32":
        return _windows_cpu()
    if sys.platform == "darwin":
        return _mac_cpu()
    return cpu_of(_read("/proc/cpuinfo"))


def cpu_of(cpuinfo: str) -> str:
    """Return the model that the text of ``/proc/cpuinfo`` names, empty where it names none."""
    for key in ("model name", "Model", "Hardware", "cpu model", "uarch"):
        found = re.search(rf"^{key}\s*:\s*(\S.*)$", cpuinfo, re.MULTILINE)
        if found:
            return found[1]
    # ARM servers give numbers only: the same numbers are the same core.
    parts = (
        re.search(rf"^CPU {key}\s*:\s*(\S+)$", cpuinfo, re.MULTILINE) for key in ("implementer", "part", "variant")
    )
    found_parts = [part[1] for part in parts if part]
    return f"ARM {' '.join(found_parts)}" if found_parts else ""


def _mac_cpu() -> str:
    try:
        done = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _windows_cpu() -> str:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - Windows only

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0") as key:
                return str(winreg.QueryValueEx(key, "ProcessorNameString")[0])
        except OSError:
            return ""
    return ""


def usable_cpus() -> int:
    """Return the processors this process may run on."""
    return len(pinnable()) or os.cpu_count() or 1


def system() -> str:
    """Return the system's name and its major.minor release: builds come weekly, classes do not."""
    if sys.platform == "darwin":
        return f"macOS {release_of(platform.mac_ver()[0])}"
    if sys.platform == "win32":
        return f"Windows {platform.release()}"
    return f"{platform.system()} {release_of(platform.release())}".strip()


def release_of(release: str) -> str:
    """Return the first two numbers of a release: ``6.1`` of ``6.1.0-18-amd64``."""
    found = re.match(r"\d+(?:\.\d+)?", release)
    return found[0] if found else release[:20]


def interpreter() -> str:
    """Return the interpreter with its minor version, and what changes its speed: free threading, JIT, debug."""
    name = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}.get(
        sys.implementation.name, sys.implementation.name
    )
    flags = [flag for flag, is_on in _flags() if is_on]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return " ".join((name, version, *flags))


def _flags() -> tuple[tuple[str, bool], ...]:
    jit = getattr(sys, "_jit", None)
    gil = getattr(sys, "_is_gil_enabled", None)
    return (
        ("free-threaded", bool(sysconfig.get_config_var("Py_GIL_DISABLED"))),
        ("GIL", bool(sysconfig.get_config_var("Py_GIL_DISABLED")) and gil is not None and gil()),
        ("JIT", jit is not None and jit.is_enabled()),
        ("debug", hasattr(sys, "gettotalrefcount")),
        ("optimised", bool(sys.flags.optimize)),
    )


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
