"""How is git asked? Without a shell, a pager, a hook, a network or a lock, and not for longer than a minute."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT: Final = 60.0

# The repository's own settings must not run programs, page, translate or sign.
_SETTINGS: Final = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "log.showSignature=false",
    "i18n.logOutputEncoding=UTF-8",
)

# Inside a hook git names the repository it is busy with, which need not be the one we were asked about.
OTHERS_REPOSITORY: Final = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)

_NOT_HERE: Final = ("not a git repository", "must be run in a work tree", "cannot change to")
_NO_COMMITS: Final = (
    "unknown revision or path",
    "ambiguous argument 'head'",
    "does not have any commits",
    "bad revision 'head'",
)


class Git:
    """Asks the git of this machine about the work tree at ``root``."""

    def __init__(self, root: Path, *, timeout: float = TIMEOUT) -> None:
        self._root = root
        self._timeout = timeout

    def ask(self, *arguments: str, given: bytes = b"", none_at: int | None = None) -> bytes | None:
        """Return what git prints, or None where it ends with the code ``none_at``.

        Raises:
            RepositoryError: ``no-git``, ``no-repository``, ``no-commits``, ``git-refused`` or ``git-failed``.
        """
        done = self._run(arguments, given)
        if done.returncode == 0:
            return done.stdout
        if done.returncode == none_at:
            return None
        raise self._meaning(arguments[0], done.stderr.decode("utf-8", "replace").strip())

    def _run(self, arguments: tuple[str, ...], given: bytes) -> subprocess.CompletedProcess[bytes]:
        program = shutil.which("git")
        if program is None:
            raise RepositoryError(
                "no-git",
                "There is no git on this machine's PATH.",
                remedy="install git; Lapwing asks it for the order of commits.",
            )
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = [program, "--no-pager", "--no-replace-objects", "--no-optional-locks", *settings, *arguments]
        try:
            return subprocess.run(  # noqa: S603 - no shell, and every argument is ours or checked
                command,
                cwd=self._root,
                env=_environment(),
                input=given,
                capture_output=True,
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RepositoryError(
                "git-failed",
                f"git {arguments[0]} in {self._root} took longer than {self._timeout:.0f} s.",
                remedy="look for a slow disk or a lock, then try again.",
            ) from None
        except OSError as error:
            raise RepositoryError(
                "no-repository",
                f"git cannot be run in {self._root}: {error.strerror}.",
                remedy="start Lapwing in a folder of the project.",
            ) from None

    def _meaning(self, command: str, said: str) -> RepositoryError:
        text = said.lower()
        if "dubious ownership" in text or "unsafe repository" in text:
            return RepositoryError(
                "git-refused",
                f"git refuses to read the repository at {self._root}, since it belongs to someone else.",
                remedy=f"trust it with 'git config --global --add safe.directory {self._root}'.",
            )
        if any(words in text for words in _NOT_HERE):
            return RepositoryError(
                "no-repository",
                f"There is no git work tree at {self._root}.",
                remedy="run 'git init' and commit, or start Lapwing inside the project's clone.",
            )
        if any(words in text for words in _NO_COMMITS):
            return no_commits(self._root)
        first = said.splitlines()[0][:200] if said else "it said nothing"
        return RepositoryError(
            "git-failed",
            f"git {command} failed in {self._root}: {first}.",
            remedy="mend the repository, then try again.",
        )


def no_commits(root: Path) -> RepositoryError:
    """Return the error for a repository without a commit."""
    return RepositoryError(
        "no-commits", f"The git repository at {root} has no commits yet.", remedy="commit once, then measure."
    )


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OTHERS_REPOSITORY}
    # LC_ALL=C: the sentences above are matched. NO_LAZY_FETCH: asking for an unknown commit must not ask the network;
    # git before 2.44 does not know that, but every git keeps to a list of protocols, and "none" is none.
    return kept | {
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        # Grafts are this clone's alone, as replaced objects are (--no-replace-objects): all clones have one order.
        "GIT_GRAFT_FILE": os.devnull,
    }
