"""Which commits lie between two? Answered by git, along first parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import RepositoryError
from lapwing.history.commits import GitCommits
from lapwing.history.git import Git

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.model import Commit


def first_parents_of(root: Path, sha: str) -> tuple[str, ...]:
    """Return the full hashes of the first-parent history of ``sha``, oldest first, itself last.

    Raises:
        RepositoryError: git cannot tell.
    """
    answer = Git(root).ask("rev-list", "--first-parent", "--reverse", sha, "--") or b""
    return tuple(answer.decode("ascii").split())


def commits_between(root: Path, good: str, bad: str) -> tuple[Commit, ...]:
    """Return ``good``, then the first parents of ``bad`` that are not in good's history, oldest first.

    Both are full hashes. A branch that was merged counts as its merge: it came to the project at once.

    Raises:
        RepositoryError: ``good`` is ``bad`` (``same-commit``), or no ancestor of it (``no-ancestor``; ``shallow`` where
            the clone is cut off before it), or git cannot tell.
    """
    git = Git(root)
    if good == bad:
        raise RepositoryError(
            "same-commit",
            f"GOOD and BAD are the same commit, {good[:10]}.",
            remedy="name an earlier commit as GOOD: lapwing bisect BENCHMARK GOOD BAD.",
        )
    if git.ask("merge-base", "--is-ancestor", good, bad, none_at=1) is None:
        raise _no_ancestor(root, git, good, bad)
    answer = git.ask("rev-list", "--first-parent", "--reverse", f"{good}..{bad}", "--") or b""
    shas = (good, *answer.decode("ascii").split())
    known = GitCommits(root).describe(shas)
    return tuple(known[sha] for sha in shas)


def _no_ancestor(root: Path, git: Git, good: str, bad: str) -> RepositoryError:
    said = f"GOOD ({good[:10]}) is no ancestor of BAD ({bad[:10]}), so there is no history between them."
    if git.ask("merge-base", "--is-ancestor", bad, good, none_at=1) is not None:
        return RepositoryError("no-ancestor", said, remedy="change their places: GOOD is the earlier one.")
    if GitCommits(root).is_shallow():
        return RepositoryError(
            "shallow",
            f"This clone is shallow, and it is cut off between {good[:10]} and {bad[:10]}.",
            remedy="fetch more of it with 'git fetch --unshallow' (in GitHub Actions 'fetch-depth: 0').",
        )
    return RepositoryError(
        "no-ancestor", said, remedy=f"name the commit where they part: 'git merge-base {good[:10]} {bad[:10]}'."
    )
