"""Which commit is this, and what came before it? Answered by git, never by a clock."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from lapwing.history.git import Git, no_commits
from lapwing.model import Commit

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_HASH: Final = re.compile(r"[0-9a-f]{4,64}")
_AUTHOR: Final = re.compile(rb"^author .*> (-?\d{1,15}) [+-]\d{4}$", re.MULTILINE)
_ENCODING: Final = re.compile(rb"^encoding (\S{1,40})$", re.MULTILINE)
_NOT_OF_TEXTS: Final = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""Encodings of Python that no editor writes: they warn, raise whatever they are told, or make half characters."""
_MAX_SUBJECT: Final = 300
_AT_ONCE: Final = 5_000
"""Commits asked for in one call: at the usual 600 bytes each, 3 MB of answer."""


class GitCommits:
    """A :class:`~lapwing.ports.Commits` for the work tree that holds ``root``; works in worktrees and submodules.

    With a ``tip``, a full hash, its history is asked about and not that of the commit checked out.
    """

    def __init__(self, root: Path, *, tip: str = "HEAD") -> None:
        self._root = root
        self._git = Git(root)
        self._tip = tip

    def head(self) -> Commit:
        """Return the commit checked out.

        It is dirty where tracked files differ from it, staged or not. Untracked files and whatever is under a
        ``.lapwing`` folder do not count.

        Raises:
            RepositoryError: ``no-git``, ``no-repository``, ``no-commits``, ``git-refused`` or ``git-failed``.
        """
        answer = self._git.ask(
            "status",
            "--porcelain=v2",
            "--branch",
            "-z",
            "--untracked-files=no",
            "--ignore-submodules=untracked",
            "--no-renames",
            "--",
            ":(top)",
            ":(top,exclude,glob)**/.lapwing/**",
        )
        lines = (answer or b"").split(b"\0")
        facts = dict(line[2:].split(b" ", 1) for line in lines if line.startswith(b"# branch."))
        sha = facts.get(b"branch.oid", b"(initial)").decode("ascii")
        if not _HASH.fullmatch(sha):
            raise no_commits(self._root)
        branch = facts.get(b"branch.head", b"").decode("utf-8", "replace")
        known = self.describe((sha,)).get(sha)
        return Commit(
            sha=sha,
            dirty=any(line and not line.startswith(b"#") for line in lines),
            date=known.date if known else None,
            subject=known.subject if known else "",
            branch="" if branch == "(detached)" else branch,
        )

    def first_parents(self) -> tuple[str, ...]:
        """Return the full hashes of head's first-parent history, oldest first, head last.

        Raises :class:`~lapwing.errors.RepositoryError` as :meth:`head` does.
        """
        answer = self._git.ask("rev-list", "--first-parent", "--reverse", self._tip, "--")
        return tuple((answer or b"").decode("ascii").split())

    def is_shallow(self) -> bool:
        """Tell whether the history is cut off (``git clone --depth``)."""
        answer = self._git.ask("rev-parse", "--is-shallow-repository")
        return (answer or b"").strip() == b"true"

    def merged(self, shas: Collection[str]) -> dict[str, bool]:
        """Return for each of ``shas`` that git knows whether head's history has it, by whichever parents.

        Costs the length of the branches that were not merged, not that of the history.
        """
        known = {asked: commit.sha for asked, commit in self.describe(shas).items()}
        if not known:
            return {}
        given = "".join(f"{sha}\n" for sha in (f"^{self._tip}", *dict.fromkeys(known.values()))).encode("ascii")
        answer = self._git.ask("rev-list", "--stdin", given=given) or b""
        apart = set(answer.decode("ascii").split())
        return {asked: sha not in apart for asked, sha in known.items()}

    def is_detached(self) -> bool:
        """Tell whether HEAD is on no branch."""
        return self._git.ask("symbolic-ref", "--quiet", "HEAD", none_at=1) is None

    def describe(self, shas: Collection[str]) -> dict[str, Commit]:
        """Return what git knows of each of ``shas``; those it does not know are left out.

        An import may know a commit by the first digits of its hash alone: the key is what was asked for, the commit
        carries the full hash. Whatever is no hash is not asked about.
        """
        asked = [sha for sha in dict.fromkeys(shas) if _HASH.fullmatch(sha)]
        found: dict[str, Commit] = {}
        for start in range(0, len(asked), _AT_ONCE):
            chosen = asked[start : start + _AT_ONCE]
            given = "".join(f"{sha}^{{commit}}\n" for sha in chosen).encode("ascii")
            found.update(_parse_batch(chosen, self._git.ask("cat-file", "--batch", given=given) or b""))
        return found


def _parse_batch(asked: list[str], answer: bytes) -> dict[str, Commit]:
    """Read the answer of ``git cat-file --batch``: for each name a header line, then the object or nothing."""
    found: dict[str, Commit] = {}
    position = 0
    for sha in asked:
        end = answer.find(b"\n", position)
        header = answer[position:end].split(b" ")
        position = end + 1
        # "NAME missing" and "NAME ambiguous" have no object behind them.
        if len(header) == 3 and header[1] == b"commit":  # noqa: PLR2004 - hash, type, size
            size = int(header[2])
            found[sha] = _parse_commit(header[0].decode("ascii"), answer[position : position + size])
            position += size + 1
    return found


def _decoded(message: bytes, said: re.Match[bytes] | None) -> str:
    """Return a message as text, by the encoding that its commit says, which may be anything; no half characters."""
    name = said[1].decode("ascii", "replace") if said else "utf-8"
    try:
        text = message.decode("utf-8" if codecs.lookup(name).name in _NOT_OF_TEXTS else name, "replace")
    except (LookupError, ValueError):
        text = message.decode("utf-8", "replace")
    return text.encode("utf-8", "replace").decode("utf-8")


def _parse_commit(sha: str, raw: bytes) -> Commit:
    head, _, message = raw.partition(b"\n\n")
    author = _AUTHOR.search(head)
    text = _decoded(message, _ENCODING.search(head))
    # The subject is the first paragraph on one line, as git itself has it.
    subject = " ".join(text.lstrip("\n").split("\n\n", 1)[0].split())
    return Commit(sha=sha, date=float(author[1]) if author else None, subject=subject[:_MAX_SUBJECT])
