"""Which words of a command are revisions, and which are pytest's?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import RepositoryError
from lapwing.measure.sides.git import Git

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def split_words(words: Sequence[str], cwd: Path) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return base, head (None where not given) and pytest's arguments.

    The first two words are taken for revisions where git knows them, as base and head; what is a path is pytest's,
    unless git knows it as a revision too (write ``./name`` for the path then). ``--`` ends the revisions.

    Raises:
        RepositoryError: a leading word is neither a revision nor a path (``unknown-revision``).
    """
    git = Git(where=cwd)
    revisions: list[str] = []
    rest = list(words)
    while rest and len(revisions) < 2 and not rest[0].startswith("-"):  # noqa: PLR2004 - base and head
        if not _is_revision(git, rest[0]):
            # An empty word is a variable that was not set, and no path.
            if not rest[0] or not (cwd / rest[0].partition("::")[0]).exists():
                raise RepositoryError(
                    "unknown-revision",
                    f"{rest[0][:100]!r} is neither a commit that git knows nor a file or folder in {cwd}.",
                    remedy="name a commit, a tag or a branch (fetch it first), or a path for pytest.",
                )
            break
        revisions.append(rest.pop(0))
    if rest[:1] == ["--"]:
        rest.pop(0)
    base, head = (*revisions, None, None)[:2]
    return base, head, tuple(rest)


def _is_revision(git: Git, word: str) -> bool:
    if not word or "\0" in word or "::" in word:
        return False
    return bool(git.word("rev-parse", "--verify", "--quiet", "--end-of-options", word + "^{commit}", none_at=(1, 128)))
