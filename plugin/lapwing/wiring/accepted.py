"""What does the project's own reviewed file accept?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.forge.accepted import PATH, read_accepted

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.judge.waivers import Waiver


def accepted_here(root: Path) -> tuple[Waiver, ...]:
    """Return what ``.lapwing/accepted.toml`` of the work tree at ``root`` accepts; nothing where there is none.

    Raises:
        SettingsError: ``bad-accepted``.
    """
    try:
        return read_accepted((root / PATH).read_bytes())
    except FileNotFoundError:
        return ()
