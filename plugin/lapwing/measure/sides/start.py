"""What does a worker of a side start with? The path and the environment of this process, moved to the side."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.measure.neighbours import SCRUBBED
from lapwing.measure.sides import origin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The last would keep bytecode away from the sides, where it was compiled for both alike.
_UNWANTED: Final = frozenset({*SCRUBBED, "PYTHONPYCACHEPREFIX"})
_PLACES: Final = ("PYTHONPATH", "PWD")


def path_on(side: Path, *, roots: Sequence[str], rule: origin.Rule, own: str | None = None) -> tuple[str, ...]:
    """Return ``sys.path`` for a side: its package roots, then this process's path, moved.

    ``own`` is a folder of packages that the side alone has: it goes before the first folder of packages there is. The
    empty entry, which means the current folder, becomes the side's.
    """
    entries = [str(side / root) if root else str(side) for root in roots]
    installed = set(package_folders())
    for entry in sys.path:
        if own is not None and entry in installed:
            entries.append(own)
        entries.append(moved(entry or str(Path.cwd()), side, rule))
    if own is not None:
        entries.append(own)
    return tuple(dict.fromkeys(entries))


def package_folders() -> tuple[str, ...]:
    """Return the folders on ``sys.path`` that packages are installed into, first to be asked first."""
    known = {*site.getsitepackages(), site.getusersitepackages()}
    known |= {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    return tuple(entry for entry in sys.path if entry in known)


def environment_on(side: Path, rule: origin.Rule, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a side: the same names, what leads into the repository moved."""
    kept = {name: value for name, value in environ.items() if name not in _UNWANTED}
    for name in _PLACES:
        if name in kept:
            kept[name] = os.pathsep.join(moved(one, side, rule) if one else one for one in kept[name].split(os.pathsep))
    return kept


def moved(entry: str, side: Path, rule: origin.Rule) -> str:
    """Return the place on the side of a place in the repository; any other place as it is."""
    if not origin.is_own(entry, rule):
        return entry
    for path in (Path(os.path.abspath(entry)), Path(os.path.realpath(entry))):  # noqa: PTH100 - links stay links
        if path.is_relative_to(rule["root"]):
            return str(side / path.relative_to(rule["root"]))
    return entry
