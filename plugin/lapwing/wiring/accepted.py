"""What does the project's own reviewed file accept, here and in what is exported?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.forge.accepted import PATH, read_accepted

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.judge.waivers import Waiver

EXPORTED: Final = "accepted.toml"
"""What the file is called in the folder of an export."""


def accepted_here(root: Path) -> tuple[Waiver, ...]:
    """Return what ``.lapwing/accepted.toml`` of the work tree at ``root`` accepts; nothing where there is none.

    Raises:
        SettingsError: ``bad-accepted``.
    """
    return read_accepted(_content(root / PATH))


def accepted_in_export(folder: Path) -> tuple[Waiver, ...]:
    """Return what an exported folder says that was accepted. Raises what :func:`accepted_here` raises."""
    return read_accepted(_content(folder / EXPORTED))


def hand_on(root: Path, folder: Path) -> None:
    """Put what is accepted at ``root`` into the folder of an export. Raises what :func:`accepted_here` raises."""
    content = _content(root / PATH)
    read_accepted(content)
    if content:
        (folder / EXPORTED).write_bytes(content)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
