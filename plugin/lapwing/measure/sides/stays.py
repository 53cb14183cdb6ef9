"""Is a path on a side still on that side when links are followed?

A commit may hold a link to anywhere, and another commit a file below the same name. Laid over each other, the file
would be written to where the link leads: into the real repository, or the user's home.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def stays_in(side: Path, folder: Path) -> bool:
    """Tell whether ``folder``, which need not be there yet, is ``side`` itself or in it."""
    here, there = os.path.realpath(folder), os.path.realpath(side)
    return here == there or here.startswith(there + os.sep)
