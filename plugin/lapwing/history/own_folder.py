"""Which folder is Lapwing's own, and how is it kept out of git?"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

FOLDER: Final = ".lapwing"
"""The folder that Lapwing makes for itself."""


def make_folder(folder: Path) -> None:
    """Make a folder where there is none; where it is Lapwing's own or within that, git is told to leave that alone.

    Raises :class:`OSError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    own = next((one for one in (folder, *folder.parents) if one.name == FOLDER), None)
    if own is not None:
        with suppress(FileExistsError), (own / ".gitignore").open("x", encoding="utf-8") as file:
            file.write("# Made by Lapwing.\n*\n")
