"""What is known of order where hashes alone are? The first-parent history that somebody asked a remote for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.model import Commit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Line:
    """A :class:`~lapwing.ports.Commits` of hashes, oldest first, head last; of what came before nothing is known."""

    def __init__(self, shas: Sequence[str]) -> None:
        """Know ``shas``, at least one."""
        self._shas = tuple(shas)

    def head(self) -> Commit:
        """Return the last of them."""
        return Commit(sha=self._shas[-1])

    def first_parents(self) -> tuple[str, ...]:
        """Return all of them."""
        return self._shas

    def is_shallow(self) -> bool:
        """Tell that the history is cut off."""
        return True

    def merged(self, _: Collection[str]) -> dict[str, bool]:
        """Tell nothing of other commits."""
        return {}

    def is_detached(self) -> bool:
        """Tell that nobody knows of a branch."""
        return True

    def describe(self, _: Collection[str]) -> dict[str, Commit]:
        """Tell nothing of any commit but its hash."""
        return {}
