"""What makes this machine noisy at this moment? Facts as warnings with remedies, that travel with the run."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Final

from lapwing.measure.machine import usable_cpus
from lapwing.model import RunWarning

_SYS_CPU: Final = "sys/devices/system/cpu"
_HOT_DEGREES: Final = 85.0
_STEAL_SHARE: Final = 0.02


def conditions(root: Path = Path("/")) -> tuple[RunWarning, ...]:
    """Return what speaks against trusting this machine's numbers now; ``root`` is where ``/proc`` and ``/sys`` are.

    What a system does not tell is passed over; that it cannot pin processes is said once.
    """
    found = (
        _load(),
        _battery(),
        _heat(),
        _steal(root),
        _quota(root),
        _governor(root),
        _turbo(root),
        _guest(root),
        _affinity(),
    )
    return tuple(warning for warning in found if warning is not None)


def _load() -> RunWarning | None:
    """Warn where other work takes more than a quarter of the processors."""
    if not hasattr(os, "getloadavg"):
        return None
    load, cpus = os.getloadavg()[0], usable_cpus()
    # One runnable process is ourselves.
    if load - 1 <= cpus / 4:
        return None
    return RunWarning(
        slug="busy",
        message=f"The load was {load:.1f} on {cpus} processors.",
        remedy="end other work, or expect wider intervals.",
    )


def _battery() -> RunWarning | None:
    import psutil  # noqa: PLC0415 - where something is measured only

    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, psutil.Error):
        return None
    if battery is None or battery.power_plugged is not False:
        return None
    return RunWarning(slug="on-battery", message="The machine runs on its battery.", remedy="plug it in.")


def _heat() -> RunWarning | None:
    import psutil  # noqa: PLC0415 - the same

    try:
        sensors = psutil.sensors_temperatures()
    except (AttributeError, OSError, psutil.Error):
        return None
    hottest = max((one.current for group in sensors.values() for one in group), default=0.0)
    if hottest < _HOT_DEGREES:
        return None
    return RunWarning(
        slug="hot", message=f"A sensor shows {hottest:.0f} °C.", remedy="let it cool, since a hot processor slows down."
    )


def _steal(root: Path) -> RunWarning | None:
    """Warn where the hypervisor gave this machine's time to others, since it was started."""
    found = re.match(r"cpu\s+(.*)", _text(root / "proc/stat"))
    if not found:
        return None
    ticks = [int(word) for word in found[1].split() if word.isdigit()]
    steal = ticks[7] if len(ticks) > 7 else 0  # noqa: PLR2004 - the eighth column is steal, see proc(5)
    busy = sum(ticks[:3]) + steal
    if not busy or steal / busy < _STEAL_SHARE:
        return None
    return RunWarning(
        slug="steal",
        message=f"The hypervisor took {steal / busy * 100:.0f} % of the time this machine wanted to compute.",
        remedy="measure on a machine of its own, or compare within one job only.",
    )


def _quota(root: Path) -> RunWarning | None:
    """Warn where a container may use fewer processors than it sees: it is stopped in the middle of values."""
    words = _text(root / "sys/fs/cgroup/cpu.max").split()
    if len(words) != 2 or words[0] == "max":  # noqa: PLR2004 - quota and period
        return None
    try:
        cpus = int(words[0]) / int(words[1])
    except (ValueError, ZeroDivisionError):
        return None
    if cpus >= usable_cpus():
        return None
    return RunWarning(
        slug="cpu-quota",
        message=f"This container may use {cpus:.2g} of the {usable_cpus()} processors it sees.",
        remedy="give it whole processors (--cpuset-cpus) instead of a quota.",
    )


def _governor(root: Path) -> RunWarning | None:
    governor = _text(root / _SYS_CPU / "cpu0/cpufreq/scaling_governor").strip()
    if governor in ("", "performance"):
        return None
    return RunWarning(
        slug="governor",
        message=f"The processor's frequency follows the governor {governor[:30]!r}.",
        remedy="set it to 'performance' while measuring (cpupower frequency-set -g performance).",
    )


def _turbo(root: Path) -> RunWarning | None:
    intel = _text(root / _SYS_CPU / "intel_pstate/no_turbo").strip()
    boost = _text(root / _SYS_CPU / "cpufreq/boost").strip()
    if intel != "0" and boost != "1":
        return None
    return RunWarning(
        slug="turbo",
        message="The processor may raise its frequency, by as much as heat and neighbours allow.",
        remedy="switch turbo boost off while measuring.",
    )


def _guest(root: Path) -> RunWarning | None:
    flags = re.search(r"^flags\s*:.*\bhypervisor\b", _text(root / "proc/cpuinfo"), re.MULTILINE)
    if not flags:
        return None
    return RunWarning(
        slug="virtual",
        message="This is a virtual machine: its neighbours are part of its numbers.",
        remedy="trust differences within one run more than those between runs.",
    )


def _affinity() -> RunWarning | None:
    if hasattr(os, "sched_setaffinity"):
        return None
    return RunWarning(
        slug="no-affinity",
        message=f"{'macOS' if sys.platform == 'darwin' else 'This system'} cannot keep a process on one processor.",
        remedy="nothing is needed; more processes (--perf-processes) make up for it.",
    )


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(65_536)
    except OSError:
        return ""
