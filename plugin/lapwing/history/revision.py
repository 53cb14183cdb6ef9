"""Which commit does git take a word for: a hash, a tag, a branch, HEAD~3?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError, UsageError
from lapwing.history.commits import GitCommits
from lapwing.history.git import Git

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.model import Commit

_HASH: Final = re.compile(r"[0-9a-f]{7,64}")


def revision(root: Path, word: str) -> str | None:
    """Return the full hash of the commit that ``word`` means in the repository that holds ``root``; None for none.

    Raises:
        RepositoryError: there is no git or no repository to ask.
    """
    if not word or "\0" in word:
        return None
    # --end-of-options: what begins with a dash is no option of git.
    asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}")
    lines = (Git(root).ask(*asked, none_at=1) or b"").decode("ascii", "replace").split()
    return lines[-1] if lines else None


def resolve(root: Path, word: str) -> Commit | None:
    """Return the commit that ``word`` means in the repository of ``root``; None for a hash that is not in it.

    A history may be imported that is of another repository, so a hash needs no repository.

    Raises:
        RepositoryError: there is no repository and ``word`` is no hash.
        UsageError: git knows no such commit, and ``word`` is no hash (``no-such-commit``).
    """
    is_hash = _HASH.fullmatch(word) is not None
    try:
        sha = revision(root, word)
    except RepositoryError:
        if is_hash:
            return None
        raise
    known = GitCommits(root).describe([sha]).get(sha) if sha is not None else None
    if known is None and not is_hash:
        raise UsageError(
            "no-such-commit",
            f"git knows no commit {word[:60]!r}.",
            remedy="name one that is in this repository, or give the full hash of one that is not.",
        )
    return known
