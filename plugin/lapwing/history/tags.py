"""Which tags are there? Answered by git."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.history.git import Git
from lapwing.model import Tag

if TYPE_CHECKING:
    from pathlib import Path

_PREFIX: Final = "refs/tags/"
_PEELED: Final = "^{}"


class GitTags:
    """A :class:`~lapwing.ports.Tags` for the repository that holds ``root``."""

    def __init__(self, root: Path) -> None:
        self._git = Git(root)

    def tags(self) -> tuple[Tag, ...]:
        """Return every tag with the hash of what it leads to, in no order.

        Raises:
            RepositoryError: ``no-git``, ``no-repository``, ``git-refused`` or ``git-failed``.
        """
        # Not for-each-ref: before git 2.45 it follows a tag of a tag one step only. 1 is git's code for no tags at all.
        answer = self._git.ask("show-ref", "--tags", "--dereference", none_at=1) or b""
        found: dict[str, str] = {}
        for line in answer.decode("utf-8", "replace").splitlines():
            sha, _, name = line.partition(" ")
            # An annotated tag has two lines; the second, of what it leads to all the way, counts.
            found[name.removesuffix(_PEELED).removeprefix(_PREFIX)] = sha
        return tuple(Tag(name=name, sha=sha) for name, sha in found.items())
