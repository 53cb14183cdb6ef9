"""Is a file the project's own, and what is it called on either side? By its path below the side's folder."""

from __future__ import annotations

import os
from typing import Any


class Below:
    """Names files by their path below ``root``, with ``/`` between folders; remembers what it was asked."""

    def __init__(self, root: str) -> None:
        both = (os.path.abspath(root), os.path.realpath(root))  # noqa: PTH100 - audit hooks deal in strings
        self._roots = tuple(dict.fromkeys(os.path.normcase(one).rstrip(os.sep) for one in both))
        self._known: dict[str, str | None] = {}

    def path(self, file: Any) -> str | None:
        """Return the path of ``file`` below the root (``.`` for the root), None where it is elsewhere or no file.

        A relative path is from the folder that is current when it is first asked for.
        """
        if isinstance(file, (bytes, os.PathLike)):
            file = os.fsdecode(file)
        if not isinstance(file, str) or not file or file.startswith("<"):
            return None
        if file not in self._known:
            found = self._path(file)
            if not os.path.isabs(file):  # noqa: PTH117 - strings
                return found  # the current folder may be another one next time
            self._known[file] = found
        return self._known[file]

    def _path(self, file: str) -> str | None:
        for place in (os.path.abspath(file), os.path.realpath(file)):  # noqa: PTH100 - the same
            cased = os.path.normcase(place)
            for root in self._roots:
                if cased == root:
                    return "."
                if cased.startswith(root + os.sep):
                    return place[len(root) + 1 :].replace(os.sep, "/")
        return None
