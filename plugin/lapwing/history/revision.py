"""Which commit does git take a word for: a hash, a tag, a branch, HEAD~3?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.history.git import Git

if TYPE_CHECKING:
    from pathlib import Path


def revision(root: Path, word: str) -> str | None:
    """Return the full hash of the commit that ``word`` means in the repository that holds ``root``; None for none.

    Raises:
        RepositoryError: there is no git or no repository to ask.
    """
    if not word or "\0" in word:
        return None
    # --end-of-options: what begins with a dash is no option of git.
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}")
    answer = Git(root).ask(*asked, none_at=1)
    return None if answer is None else answer.decode("ascii", "replace").strip()
