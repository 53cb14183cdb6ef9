"""Which modules might code import another time, though it did not when it was looked at?"""

from __future__ import annotations

import dis
from types import CodeType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_IMPORT: Final = dis.opmap["IMPORT_NAME"]


def imported(code: CodeType, file: str, places: Sequence[str]) -> Iterator[str]:
    """Return the paths of Python files that code of ``file``, and what is nested in it, may import: candidates.

    Paths are below the root, with ``/`` between folders; ``places`` are the folders below it that are searched ("." is
    the root).
    """
    if _IMPORT in code.co_code[::2]:
        steps = [one for one in dis.get_instructions(code) if one.opname not in {"EXTENDED_ARG", "CACHE"}]
        for at, step in enumerate(steps):
            if step.opname == "IMPORT_NAME":
                level, names = steps[at - 2].argval, steps[at - 1].argval
                yield from _candidates(step.argval, level, names or (), file, places)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from imported(constant, file, places)


def _candidates(module: str, level: object, names: Sequence[str], file: str, places: Sequence[str]) -> Iterator[str]:
    parts = module.split(".") if module else []
    if isinstance(level, int) and level > 0:
        folders = [file.split("/")[:-level]]
    else:
        folders = [[] if place == "." else place.split("/") for place in places]
    for folder in folders:
        for count in range(len(parts) + 1):  # its packages are imported with it
            yield from _files([*folder, *parts[:count]])
        for name in names:
            yield from _files([*folder, *parts, name])


def _files(parts: list[str]) -> Iterator[str]:
    if parts:
        yield "/".join(parts) + ".py"
        yield "/".join([*parts, "__init__.py"])
