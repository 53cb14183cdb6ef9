"""Does git have a file that Lapwing made for itself? Then it is not what Lapwing wrote, but what somebody committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import RepositoryError
from lapwing.history.git import Git

if TYPE_CHECKING:
    from pathlib import Path


def is_tracked(file: Path, root: Path) -> bool:
    """Tell whether ``file`` is in the index of the repository that ``root`` is in, or where git cannot tell."""
    try:
        # Behind a link git finds no file, and the link may be committed too.
        return Git(root).ask("ls-files", "--error-unmatch", "--", f":(literal){file.resolve()}", none_at=1) is not None
    except RepositoryError as error:
        # Of a file in a submodule it says nothing, and that was committed.
        return error.slug not in {"no-git", "no-repository"}
