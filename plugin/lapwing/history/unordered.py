"""What stands in for git where nothing is kept, and so nothing needs an order?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.errors import RepositoryError
from lapwing.model import Commit

if TYPE_CHECKING:
    from collections.abc import Collection

    from lapwing.ports import Commits


class Unordered:
    """Names head where git can, and else calls it ``uncommitted``; there is no history."""

    def __init__(self, commits: Commits) -> None:
        """Ask ``commits`` for head only."""
        self._commits = commits

    def head(self) -> Commit:
        """Return head, or a dirty commit called ``uncommitted`` outside a repository."""
        try:
            return self._commits.head()
        except RepositoryError:
            return Commit(sha="uncommitted", dirty=True)

    def first_parents(self) -> tuple[str, ...]:
        """Return no history."""
        return ()

    def is_shallow(self) -> bool:
        """Tell that nothing is cut off."""
        return False

    def merged(self, shas: Collection[str]) -> dict[str, bool]:  # noqa: ARG002 - the port's signature
        """Know nothing of any commit."""
        return {}

    def is_detached(self) -> bool:
        """Tell that no branch is missed."""
        return False

    def describe(self, shas: Collection[str]) -> dict[str, Commit]:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return {}
