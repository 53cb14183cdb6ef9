"""How is git asked for the contents of a side? Read-only: no lock, no worktree, no object, nothing written to ``.git``.

What is laid out goes through an index of its own outside of the repository. No hook runs, nothing is fetched, and files
of git LFS stay the pointers they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

TIMEOUT: Final = 600.0
"""Seconds: laying out a large repository on a slow disk takes minutes, a question never."""

_SETTINGS: Final = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.splitIndex=false",  # its shared half would be written into .git
    "core.sparseCheckout=false",
    "core.quotePath=false",
    "log.showSignature=false",
    "i18n.logOutputEncoding=UTF-8",
    "filter.lfs.smudge=",
    "filter.lfs.process=",
    "filter.lfs.required=false",
    "advice.detachedHead=false",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Asks about the repository around ``where``; or about ``git_dir``, laying out into ``where`` by ``index``."""

    where: Path
    git_dir: Path | None = None
    index: Path | None = None

    def ask(self, *arguments: str, given: bytes = b"", none_at: Collection[int] = ()) -> bytes | None:
        """Return what git prints, or None where it ends with a code of ``none_at``.

        Raises:
            RepositoryError: ``no-git``, ``no-repository``, ``git-refused`` or ``git-failed``.
        """
        program = shutil.which("git")
        if program is None:
            raise RepositoryError(
                "no-git", "There is no git on this machine's PATH.", remedy="install git; base is read from it."
            )
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = [program, "--no-pager", "--no-replace-objects", "--no-optional-locks", *settings, *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - no shell, and every argument is ours or checked
                command,
                cwd=self.where,
                env=self._environment(),
                input=given,
                capture_output=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RepositoryError(
                "git-failed",
                f"git {arguments[0]} in {self.where} took longer than {TIMEOUT:.0f} s.",
                remedy="look for a slow disk or a lock, then try again.",
            ) from None
        except OSError as error:
            raise RepositoryError(
                "no-repository",
                f"git cannot be run in {self.where}: {error.strerror}.",
                remedy="start Lapwing in a folder of the project.",
            ) from None
        if done.returncode == 0:
            return done.stdout
        if done.returncode in none_at:
            return None
        raise _meaning(self.where, arguments[0], done.stderr.decode("utf-8", "replace").strip())

    def tell(self, *arguments: str, given: bytes = b"") -> bytes:
        """Return what git prints; raises as :meth:`ask` does."""
        return self.ask(*arguments, given=given) or b""

    def word(self, *arguments: str, none_at: Collection[int] = ()) -> str:
        """Return what git prints as one word, empty where it ends with a code of ``none_at``."""
        return (self.ask(*arguments, none_at=none_at) or b"").decode("utf-8", "surrogateescape").rstrip("\r\n")

    def _environment(self) -> dict[str, str]:
        # Inside a hook git names the repository it is busy with, which need not be the one we were asked about.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("GIT_") or name in _HARMLESS or name.startswith("GIT_CONFIG_")
        }
        kept |= {
            "LC_ALL": "C",
            "LANGUAGE": "C",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_LFS_SKIP_SMUDGE": "1",
        }
        if self.git_dir is not None:
            kept |= {"GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.where)}
        if self.index is not None:
            kept["GIT_INDEX_FILE"] = str(self.index)
        return kept


# What says where configuration lies and what may be read, as the user has it.
_HARMLESS: Final = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
    }
)


def _meaning(where: Path, command: str, said: str) -> RepositoryError:
    text = said.lower()
    if "dubious ownership" in text or "unsafe repository" in text:
        return RepositoryError(
            "git-refused",
            f"git refuses to read the repository at {where}, since it belongs to someone else.",
            remedy=f"trust it with 'git config --global --add safe.directory {where}'.",
        )
    if "not a git repository" in text or "must be run in a work tree" in text:
        return RepositoryError(
            "no-repository",
            f"There is no git work tree at {where}.",
            remedy="start Lapwing inside the project's clone; base is read from git.",
        )
    if "promisor" in text or "lazy fetching disabled" in text or "transport 'https' not allowed" in text:
        return RepositoryError(
            "partial-clone",
            f"The clone at {where} has not all the files of that commit, and Lapwing fetches nothing.",
            remedy="fetch them with 'git fetch --refetch --no-filter', or check the commit out once.",
        )
    first = said.splitlines()[0][:200] if said else "it said nothing"
    return RepositoryError(
        "git-failed", f"git {command} failed in {where}: {first}.", remedy="mend the repository, then try again."
    )
