"""What does a worker of a side start with? The path and the environment of this process, moved to the side."""

from __future__ import annotations

import os
import shlex
import site
import sys
import sysconfig
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.measure.neighbours import SCRUBBED
from lapwing.measure.sides import origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# The last would keep bytecode away from the sides, where it was compiled for both alike.
_UNWANTED: Final = frozenset({*SCRUBBED, "PYTHONPYCACHEPREFIX"})
_PLACES: Final = ("PYTHONPATH", "PWD")
_ADDED: Final = "PYTEST_ADDOPTS"


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
    """Return the environment for a side: the same names, what leads Python or pytest into the repository moved."""
    kept = {name: value for name, value in environ.items() if name not in _UNWANTED}
    for name in _PLACES:
        if name in kept:
            kept[name] = os.pathsep.join(moved(one, side, rule) if one else one for one in kept[name].split(os.pathsep))
    if _ADDED in kept:
        with suppress(ValueError):  # quotes without an end: pytest will say so
            kept[_ADDED] = shlex.join(arguments_on(shlex.split(kept[_ADDED]), side, rule))
    return kept


def arguments_on(arguments: Sequence[str], side: Path, rule: origin.Rule) -> tuple[str, ...]:
    """Return pytest's arguments for a side: absolute paths into the repository are those of the side.

    That is in words of their own (``/there/tests/test_it.py::test``, and what follows ``--rootdir`` or ``-c``) and
    behind an option's name in one word. A lone ``--`` is left out: of the arguments that come after it, it would make
    paths.
    """
    return tuple(_argument_on(one, side, rule) for one in arguments if one != "--")


def _argument_on(argument: str, side: Path, rule: origin.Rule) -> str:
    # What is behind the first "::" names a test, and its parameters may look like anything.
    word, separator, test = argument.partition("::")
    for end in _ends_of_names(word):
        if os.path.isabs(word[end:]):  # noqa: PTH117 - words, few of which are paths
            return word[:end] + moved(word[end:], side, rule) + separator + test
    return argument


def _ends_of_names(word: str) -> Iterator[int]:
    """Return where a path may begin in a word: ``/there``, ``@/there``, ``-c/there``, ``--rootdir=/there``."""
    yield 0
    if word.startswith("@"):
        yield 1
    elif word.startswith("-"):
        yield 2
    yield from (index + 1 for index, letter in enumerate(word) if letter == "=")


def moved(entry: str, side: Path, rule: origin.Rule) -> str:
    """Return the place on the side of a place in the repository; any other place as it is."""
    if not origin.is_own(entry, rule):
        return entry
    for path in (Path(os.path.abspath(entry)), Path(os.path.realpath(entry))):  # noqa: PTH100 - links stay links
        if path.is_relative_to(rule["root"]):
            return str(side / path.relative_to(rule["root"]))
    return entry
