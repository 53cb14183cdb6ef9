"""Which of the files that git ignores are needed nevertheless? Both sides get those of the working tree.

Modules that a build writes beside the sources (``_version.py`` of setuptools-scm is the usual one: without it the
package cannot be imported), and data that benchmarks read and nobody commits.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.measure.sides.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lapwing.measure.sides.project_code import ProjectCode

MOST_DATA: Final = 256 * 2**20
"""Bytes of ignored data that are copied, twice: a second on a slow disk."""

_PASSED_OVER: Final = frozenset({"__pycache__", "node_modules", "build", "dist", "site-packages"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredFiles:
    """``modules`` are the project's, ``data`` the benchmarks'; ``too_large``: there is more than is copied."""

    modules: tuple[str, ...]
    data: tuple[str, ...]
    too_large: bool


def ignored_files(top: Path, code: ProjectCode, exempt: tuple[str, ...]) -> IgnoredFiles:
    """Return the files of the working tree that git ignores and a side needs."""
    # --directory: an ignored folder is one line, not the 10,000 files of a virtual environment.
    listed = Git(where=top).tell("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
    found: set[str] = set()
    for name in (os.fsdecode(one) for one in listed.split(b"\0") if one):
        folder = name.rpartition("/")[0]
        if any(_passed_over(one) for one in folder.split("/")):
            continue
        if not name.endswith("/"):
            found.add(name)
        elif _may_be_needed(folder, code):
            found.update(_files_in(top, folder, exempt))
    modules = tuple(sorted(path for path in found if path.endswith(".py") and path in code))
    data = tuple(sorted(path for path in found if not path.endswith((".pyc", "~")) and code.is_benchmark_file(path)))
    too_large = sum(_size(top / path) for path in data) > MOST_DATA
    return IgnoredFiles(modules=modules, data=() if too_large else data, too_large=too_large)


def _may_be_needed(folder: str, code: ProjectCode) -> bool:
    inside = (f"{folder}/__init__.py", f"{folder}/module.py")
    return any(path in code or code.is_benchmark_file(path) for path in inside)


def _passed_over(folder: str) -> bool:
    return folder in _PASSED_OVER or folder.startswith(".") or folder.endswith(".egg-info")


def _files_in(top: Path, folder: str, exempt: tuple[str, ...]) -> Iterator[str]:
    for place, folders, files in os.walk(top / folder):
        if "pyvenv.cfg" in files or place in exempt:
            folders.clear()
            continue
        folders[:] = [one for one in folders if not _passed_over(one)]
        start = os.path.relpath(place, top).replace(os.sep, "/")
        yield from (f"{start}/{file}" for file in files)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
