"""Which tags are there? Answered by git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.history.git import Git
from lapwing.model import Tag

if TYPE_CHECKING:
    from pathlib import Path

# Of an annotated tag the fields with a star are those of what it leads to, all the way; of others they are empty.
_FORMAT = "%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(refname:lstrip=2)"


class GitTags:
    """A :class:`~lapwing.ports.Tags` for the repository that holds ``root``."""

    def __init__(self, root: Path) -> None:
        self._git = Git(root)

    def tags(self) -> tuple[Tag, ...]:
        """Return every tag that leads to a commit, in no order.

        Raises:
            RepositoryError: ``no-git``, ``no-repository``, ``git-refused`` or ``git-failed``.
        """
        answer = self._git.ask("for-each-ref", f"--format={_FORMAT}", "refs/tags") or b""
        found = []
        for line in answer.decode("utf-8", "replace").splitlines():
            kind, sha, led_kind, led_sha, name = line.split("\0", 4)
            if "commit" in (kind, led_kind):
                found.append(Tag(name=name, sha=sha if kind == "commit" else led_sha))
        return tuple(found)
