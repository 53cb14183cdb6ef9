"""Which git repository does asv read the order of the commits from?

Either a bare one that borrows the objects of the project's and has one branch, head's, so that no other branch, no
detached head and no default branch's name matters; or, for a history whose commits are not in the project, one made up
of empty commits in the order of that history.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lapwing.model import Commit

BRANCH: Final = "main"
_MOST_TAGS: Final = 500  # asv calls git twice for each
_LATEST: Final = 2**40  # seconds; git refuses dates far beyond what anybody means


# Set by git for a hook, which may well run us; with any of these our commands would change the user's own repository.
_FOREIGN: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)


def environment() -> dict[str, str]:
    """Return the environment for git, and for what calls it, without another repository in it."""
    return {name: value for name, value in os.environ.items() if name not in _FOREIGN}


def borrow(project: Path, head: str, place: Path) -> None:
    """Make a bare repository at ``place`` whose only branch is ``head`` of ``project``, with its tags.

    Raises:
        UsageError: git fails (``site-failed``).
    """
    _git(place.parent, "init", "--quiet", "--bare", str(place))
    common = project / _git(project, "rev-parse", "--git-common-dir").strip()
    alternates = place / "objects" / "info" / "alternates"
    alternates.write_text(f"{(common / 'objects').resolve().as_posix()}\n", encoding="utf-8", newline="\n")
    shallow = common / "shallow"
    if shallow.is_file():
        (place / "shallow").write_bytes(shallow.read_bytes())
    _git(place, "update-ref", f"refs/heads/{BRANCH}", head)
    listed = _git(project, "for-each-ref", "--merged", head, "--sort=-creatordate", "refs/tags")
    rows = [line.split() for line in listed.splitlines()[:_MOST_TAGS]]
    _git(place, "update-ref", "--stdin", text="".join(f"create {name} {sha}\n" for sha, _, name in rows))


def remote_address(project: Path) -> str:
    """Return the address of the project's ``origin``; empty where it has none, or is no repository."""
    try:
        return _git(project, "config", "--get", "remote.origin.url").strip()
    except UsageError:
        return ""


def top_of(project: Path) -> str:
    """Return the folder of the repository that holds the project; empty where none does."""
    try:
        return _git(project, "rev-parse", "--show-toplevel").strip()
    except UsageError:
        return ""


def invent(commits: Sequence[tuple[Commit, float]], place: Path) -> tuple[str, ...]:
    """Make a bare repository at ``place`` with an empty commit for each of ``commits`` and its date, oldest first.

    Returns the hashes there, in the same order.

    Raises:
        UsageError: git fails (``site-failed``).
    """
    _git(place.parent, "init", "--quiet", "--bare", str(place))
    marks = place / "lapwing-marks"
    stream: list[bytes] = []
    for number, (commit, date) in enumerate(commits, start=1):
        message = f"{commit.sha} {commit.subject}".encode("utf-8", "replace")
        seconds = int(min(_LATEST, max(0.0, date)))
        stream.append(
            f"commit refs/heads/{BRANCH}\nmark :{number}\n"
            f"committer Lapwing <lapwing@localhost> {seconds} +0000\ndata {len(message)}\n".encode()
            + message
            + b"\n"
        )
    _git(place, "fast-import", "--quiet", f"--export-marks={marks.name}", text=b"".join(stream))
    rows = (line.split() for line in (place / marks.name).read_text(encoding="ascii").splitlines())
    shas = {int(mark[1:]): sha for mark, sha in rows}
    return tuple(shas[number] for number in range(1, len(commits) + 1))


def _git(where: Path, *args: str, text: str | bytes | None = None) -> str:
    given = text.encode() if isinstance(text, str) else text
    command = ["git", "-c", "init.defaultBranch=main", "-C", str(where), *args]
    try:
        done = subprocess.run(  # noqa: S603 - no shell, our own words
            command, input=given, capture_output=True, check=True, env=environment()
        )
    except FileNotFoundError:
        raise UsageError("site-failed", "There is no git command.", remedy="install git.") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["nothing"]
        raise UsageError(
            "site-failed",
            f"git {args[0]} failed while the site was built and said: {said[0]}.",
            remedy="check that the project's repository is whole: 'git fsck'.",
        ) from error
    return done.stdout.decode("utf-8", "replace")
