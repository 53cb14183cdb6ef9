"""How is something added to the summary of a job?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def add_to_summary(place: Path | None, text: str) -> None:
    """Add ``text`` to the file of the job's summary; nothing where there is none.

    Raises:
        UsageError: it cannot be written (``unwritable-file``).
    """
    if place is None:
        return
    try:
        with place.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(
            "unwritable-file", f"{place} cannot be written: {error.strerror}.", remedy="make it writable."
        ) from None
