"""What is in an object of the branch's own repository? Asked of one ``git cat-file``, never more than wanted."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lapwing.history.branch.running import Runner

MAX_TREE: Final = 16 * 2**20
"""Bytes of one folder's object: 200,000 runs of one day."""

_PIECE: Final = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """An object: its name, its kind, its size in bytes, and its content, None where it is larger than was wanted."""

    sha: str
    kind: str
    size: int
    content: bytes | None


class Objects:
    """Answers by name, one after the other."""

    def __init__(self, ask: IO[bytes], answers: IO[bytes]) -> None:
        self._ask = ask
        self._answers = answers

    def get(self, name: str, *, most: int) -> Object | None:
        """Return the object, None where there is none. What has more than ``most`` bytes is passed over unread."""
        try:
            self._ask.write(name.encode("ascii") + b"\n")
            self._ask.flush()
            head = self._answers.readline().split()
        except BrokenPipeError:
            return None
        # "NAME missing" and "NAME ambiguous" have no object behind them, and a git that died says nothing.
        if len(head) != 3 or not head[2].isdigit():  # noqa: PLR2004 - name, kind, size
            return None
        size = int(head[2])
        content: bytes | None = None
        if size <= most:
            content = self._answers.read(size)
            if len(content) < size:
                return None
        else:
            self._pass_over(size)
        self._answers.read(1)
        return Object(sha=head[0].decode("ascii"), kind=head[1].decode("ascii"), size=size, content=content)

    def _pass_over(self, size: int) -> None:
        while size > 0 and (piece := self._answers.read(min(size, _PIECE))):
            size -= len(piece)

    def tree(self, name: str) -> bytes | str | None:
        """Return the raw bytes of a tree, a sentence where it is none or too large, None where it is not there."""
        found = self.get(name, most=MAX_TREE)
        if found is None:
            return None
        if found.kind != "tree":
            return f"a {found.kind} is in the place of a folder"
        return found.content if found.content is not None else f"the folder's list has {found.size} bytes"


@contextmanager
def opened_objects(runner: Runner) -> Iterator[Objects]:
    """Give access to the objects of the runner's repository."""
    with runner.talking("cat-file", "--batch") as (ask, answers):
        yield Objects(ask, answers)
