"""What is a function called in a profile, so that it has one name in two checkouts and two environments?"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType

MOST_LETTERS: Final = 300

Place = tuple[str, int, str]
"""File, first line and name of a function."""

_HERE: Final = f"{Path(__file__).absolute().parent}{os.sep}"
_LIBRARY: Final = f"{Path(os.__file__).absolute().parent}{os.sep}"
_INSTALLED: Final = ("site-packages", "dist-packages")
_ADDRESS: Final = re.compile(r" at 0x[0-9a-fA-F]+")
_OURS: Final = ("_lsprof.Profiler", "sys.setprofile")
_LOOP: Final = "<lapwing loop>"


class Places:
    """Names functions by the file below ``roots``, the folders of the side that is profiled."""

    def __init__(self, roots: Sequence[str]) -> None:
        both = (path for root in map(Path, roots) for path in (root.absolute(), root.resolve()))
        self._roots = tuple(dict.fromkeys(str(path).rstrip(os.sep) + os.sep for path in both))
        self._files: dict[str, str] = {}
        self._known: dict[Any, Place | None] = {}

    def place(self, code: CodeType | str) -> Place | None:
        """Return file, line and name of what a profiler names; None for what is Lapwing's own.

        A function written in C has a description instead of a code, and no file.
        """
        if code not in self._known:
            self._known[code] = self._place(code)
        return self._known[code]

    @staticmethod
    def label(file: str, name: str) -> str:
        """Return the one text that names a function in a stack, without its line, which moves."""
        return f"{name} ({file})" if file else name

    def _place(self, code: CodeType | str) -> Place | None:
        if isinstance(code, str):
            # An address is another one in every process.
            return None if any(ours in code for ours in _OURS) else ("", 0, _bounded(_ADDRESS.sub("", code)))
        if code.co_filename.startswith(_HERE) or code.co_filename == _LOOP:
            return None
        name: str = getattr(code, "co_qualname", code.co_name)  # 3.11 and later
        return self._file(code.co_filename), max(code.co_firstlineno, 0), _bounded(name)

    def _file(self, path: str) -> str:
        if path not in self._files:
            self._files[path] = _bounded(self._shortened(path).replace(os.sep, "/"))
        return self._files[path]

    def _shortened(self, path: str) -> str:
        below = next((path[len(root) :] for root in self._roots if path.startswith(root)), "")
        parts = Path(below or path).parts
        for at in range(len(parts) - 1, -1, -1):
            if parts[at] in _INSTALLED:
                return str(Path("site-packages", *parts[at + 1 :]))
        if below:
            return below
        if path.startswith(_LIBRARY):
            return str(Path("stdlib", path[len(_LIBRARY) :]))
        # <string>, <frozen ...>, or a file that belongs to nobody: two parts tell it from others, more tell the side.
        return path if path.startswith("<") else str(Path(*parts[-2:]))


def builtin(called: Any) -> str:
    """Describe a function written in C as the interpreter's own profiler does."""
    name = getattr(called, "__name__", "?")
    owner = getattr(called, "__self__", None)
    if owner is None or type(owner).__name__ == "module":
        module = getattr(called, "__module__", None) or getattr(owner, "__name__", None)
        return f"<built-in method {module}.{name}>" if module else f"<built-in method {name}>"
    if isinstance(owner, type):
        return f"<built-in method {name} of type object>" if name == "__new__" else f"<built-in method {name}>"
    kind = type(owner)
    whose = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return f"<method {name!r} of {whose!r} objects>"


def _bounded(text: str) -> str:
    """Return a text that any store can hold: no half characters, and of a bounded length, cut in its middle."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    if len(whole) <= MOST_LETTERS:
        return whole
    half = MOST_LETTERS // 2
    return f"{whole[:half]}…{whole[-half + 1 :]}"
