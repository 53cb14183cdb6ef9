"""How is a file written that the user named?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def write_named(path: Path, data: bytes) -> None:
    """Write it.

    Raises:
        UsageError: it cannot be written (``unwritable-file``).
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(
            "unwritable-file", f"{path} cannot be written: {error.strerror}.", remedy="name a file that can be."
        ) from None
