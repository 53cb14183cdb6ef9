"""Which workflows does ``lapwing init`` write? The files beside this one, with what differs by project filled in."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from lapwing import __version__

NAMES: Final = ("lapwing.yml", "lapwing-report.yml", "lapwing-main.yml", "lapwing-pages.yml")
FOLDER: Final = ".github/workflows"


def workflows(branch: str) -> dict[str, str]:
    """Return the text of each workflow by its path; ``branch`` is the default branch."""
    folder = files(__name__)
    return {
        f"{FOLDER}/{name}": folder.joinpath(name)
        .read_text(encoding="utf-8")
        .replace("__VERSION__", __version__)
        .replace("__BRANCH__", branch)
        for name in NAMES
    }
