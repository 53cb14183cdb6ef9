"""What does an importer tell: how far it is, what it could not read, and what it refuses?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import ImportRefused
from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lapwing.model import Run

MAX_COMPLAINTS: Final = 50
"""After so many bad places a file is no longer a good file with a slip in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import brings: runs, oldest first where dates are known, and a warning for each place left out."""

    runs: tuple[Run, ...]
    warnings: tuple[RunWarning, ...] = ()


class Telling:
    """Collects what an importer has to say. ``progress(done, total, what)`` counts bytes, or files of a tree."""

    def __init__(self, progress: Callable[[int, int, str], None]) -> None:
        self._progress = progress
        self._warnings: list[RunWarning] = []

    @property
    def warnings(self) -> tuple[RunWarning, ...]:
        """What was left out so far."""
        return tuple(self._warnings)

    def progress(self, done: int, total: int, what: str) -> None:
        """Say how far the reading is."""
        self._progress(done, total, what)

    def left_out(self, path: Path, what: str, *, line: int | None = None) -> None:
        """Keep a complaint about one place; the reading goes on without it.

        Raises :class:`~lapwing.errors.ImportRefused` (``too-many-bad-lines``) when there are too many.
        """
        place = f"{path}, line {line}" if line is not None else f"{path}"
        message = f"{place} was left out: {what[:300].rstrip('.')}."
        if len(self._warnings) >= MAX_COMPLAINTS:
            raise ImportRefused(
                "too-many-bad-lines",
                f"{path} has more than {MAX_COMPLAINTS} places that cannot be read, the last one: {message}",
                remedy="check that the file is of the format you named; nothing of it was imported.",
            )
        self._warnings.append(
            RunWarning(slug="import-left-out", message=message, remedy="mend it and import again; what is there stays.")
        )


def refused(path: Path, what: str, *, slug: str = "bad-import") -> ImportRefused:
    """Return the error for a file that cannot be read as its format."""
    return ImportRefused(
        slug, f"{path} {what.rstrip('.')}.", remedy="check the file, or name its format: lapwing import FORMAT PATH."
    )
