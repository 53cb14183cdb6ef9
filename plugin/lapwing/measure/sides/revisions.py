"""Which commits are base and head?

Head is the working tree, unless a revision is named. Base is the merge base of head with the default branch: against
the branch's tip, others' commits would be charged to head. A branch that is named as base means its merge base too,
anything else named means that commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError
from lapwing.measure.sides.benchmark_files import is_source
from lapwing.measure.sides.git import Git
from lapwing.model import Commit

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKING: Final = "working"
"""In place of a commit's hash: the working tree."""

_MAX_SUBJECT: Final = 300
_REMOTE: Final = "refs/remotes/origin/"
_DEEPEN: Final = (
    "fetch more of it with 'git fetch --unshallow' (or '--deepen=200'; in GitHub Actions 'fetch-depth: 0')."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is compared: two commits of the repository whose work tree is ``top``.

    ``working`` says that head is the working tree (``head`` then names its commit, dirty if tracked files differ from
    it). ``said`` tells what was chosen without being named, one sentence each. ``files`` is the commit (full hash)
    whose benchmark files, and others that are no code, are on both sides (``WORKING``: the working tree's, None:
    head's).
    """

    top: Path
    base: Commit
    head: Commit
    working: bool
    said: tuple[str, ...] = ()
    files: str | None = None


def resolve(folder: Path, base: str | None = None, head: str | None = None) -> Chosen:
    """Find the commits of a comparison in the repository around ``folder``.

    Raises:
        RepositoryError: ``no-git``, ``no-repository``, ``no-commits``, ``unknown-revision``, ``no-default-branch``,
            ``no-merge-base``, ``no-parent``, ``shallow``, ``git-refused`` or ``git-failed``.
    """
    top = Path(Git(where=folder).word("rev-parse", "--show-toplevel"))
    git = Git(where=top)
    repository = _Repository(git)
    current = repository.find("HEAD")
    if current is None:
        raise RepositoryError(
            "no-commits", f"The git repository at {top} has no commits yet.", remedy="commit once, then compare."
        )
    working = head is None
    head_sha = current if head is None else repository.named(head)
    dirty = working and repository.is_dirty()
    if base is None:
        base_sha, said = _by_default(repository, head_sha, working=working, dirty=dirty)
    else:
        base_sha, said = _as_named(repository, base, head_sha)
    branch = git.word("symbolic-ref", "--quiet", "--short", "HEAD", none_at=(1,)) if head_sha == current else ""
    return Chosen(
        top=top,
        base=repository.describe(base_sha),
        head=repository.describe(head_sha, dirty=dirty, branch=branch),
        working=working,
        said=said,
    )


def _by_default(repository: _Repository, head: str, *, working: bool, dirty: bool) -> tuple[str, tuple[str, ...]]:
    branch = repository.default_branch()
    meeting = repository.merge_base(head, branch)
    short = _short(branch)
    if meeting != head:
        return meeting, (f"base is {meeting[:10]}, where head left {short}.",)
    if dirty or (working and repository.has_new_source()):
        return head, (f"base is {head[:10]}, the commit checked out: its uncommitted changes are compared with it.",)
    parent = repository.find(f"{head}^1")
    if parent is not None:
        return parent, (f"base is {parent[:10]}, the first parent, since head is on {short} itself.",)
    if repository.is_shallow():
        raise _shallow(f"the parent of {head[:10]}")
    raise RepositoryError(
        "no-parent",
        f"{head[:10]} is the first commit and nothing was changed since, so there is nothing to compare it with.",
        remedy="change something or commit once more, then compare.",
    )


def _as_named(repository: _Repository, base: str, head: str) -> tuple[str, tuple[str, ...]]:
    sha = repository.named(base)
    if not repository.is_branch(base):
        return sha, ()
    meeting = repository.merge_base(head, sha, name=base)
    if meeting == sha:
        return sha, ()
    return meeting, (f"base is {meeting[:10]}, where head left {base}; {base} itself is {sha[:10]}.",)


class _Repository:
    """What git knows of revisions, in the words of this module."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def find(self, revision: str) -> str | None:
        """Return the full hash of the commit that ``revision`` names, or None."""
        if not revision or revision.startswith("-") or "\0" in revision:
            return None
        # In two steps: appended to ":/words", "^{commit}" would be one more word.
        found = self._git.word("rev-parse", "--verify", "--quiet", revision, none_at=(1, 128))
        return self._git.word("rev-parse", "--verify", "--quiet", found + "^{commit}", none_at=(1, 128)) or None

    def named(self, revision: str) -> str:
        sha = self.find(revision)
        if sha is not None:
            return sha
        if self.is_shallow():
            raise _shallow(f"{revision[:100]!r}")
        raise RepositoryError(
            "unknown-revision",
            f"git knows no commit {revision[:100]!r} in {self._git.where}.",
            remedy="name a commit, a tag or a branch ('git log --oneline' lists some), or fetch it first.",
        )

    def is_branch(self, name: str) -> bool:
        full = self._git.word("rev-parse", "--symbolic-full-name", "--verify", "--quiet", name, none_at=(1, 128))
        return name not in ("HEAD", "@") and full.startswith(("refs/heads/", "refs/remotes/"))

    def default_branch(self) -> str:
        for name in self._candidates():
            if self.find(name) is not None:
                return name
        raise RepositoryError(
            "no-default-branch",
            "git knows no default branch here (no origin/HEAD, main or master), so base has to be named.",
            remedy="name it ('lapwing compare BASE'), or fetch it: 'git fetch origin main:refs/remotes/origin/main'.",
        )

    def _candidates(self) -> Iterator[str]:
        yield from (f"{_REMOTE}HEAD", f"{_REMOTE}main", f"{_REMOTE}master", "refs/heads/main", "refs/heads/master")
        configured = self._git.word("config", "--get", "init.defaultBranch", none_at=(1,))
        if configured:
            yield from (f"{_REMOTE}{configured}", f"refs/heads/{configured}")

    def merge_base(self, head: str, other: str, *, name: str = "") -> str:
        found = self._git.word("merge-base", head, other, none_at=(1,)).split("\n")[0]
        if found:
            return found
        what = f"the commit that {head[:10]} and {name or _short(other)} have in common"
        if self.is_shallow():
            raise _shallow(what)
        raise RepositoryError(
            "no-merge-base",
            f"{head[:10]} and {name or _short(other)} have no commit in common.",
            remedy="name the commit to compare with: 'lapwing compare BASE'.",
        )

    def is_shallow(self) -> bool:
        return self._git.word("rev-parse", "--is-shallow-repository") == "true"

    def is_dirty(self) -> bool:
        """Tell whether tracked files differ from the commit checked out; ``.lapwing`` folders do not count."""
        answer = self._git.tell(
            "status",
            "--porcelain=v2",
            "-z",
            "--untracked-files=no",
            "--ignore-submodules=untracked",
            "--no-renames",
            "--",
            ":(top)",
            ":(top,exclude,glob)**/.lapwing/**",
        )
        return bool(answer)

    def has_new_source(self) -> bool:
        """Tell whether there is source that git does not track; benchmark files are the same on both sides anyway."""
        listed = self._git.tell("ls-files", "-z", "--others", "--exclude-standard").split(b"\0")
        return any(is_source(name.decode("utf-8", "replace")) for name in listed if name)

    def describe(self, sha: str, *, dirty: bool = False, branch: str = "") -> Commit:
        answer = self._git.tell("log", "-1", "--no-walk", "--format=%at%x00%s", "--end-of-options", sha, "--")
        date, _, subject = answer.decode("utf-8", "replace").rstrip("\n").partition("\0")
        return Commit(
            sha=sha,
            dirty=dirty,
            date=float(date) if date.lstrip("-").isdigit() else None,
            subject=subject[:_MAX_SUBJECT],
            branch=branch,
        )


def _shallow(what: str) -> RepositoryError:
    return RepositoryError("shallow", f"This clone is shallow, and {what} is not in it.", remedy=_DEEPEN)


def _short(name: str) -> str:
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/")
