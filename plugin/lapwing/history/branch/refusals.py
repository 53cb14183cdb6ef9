"""What does it mean when git refuses? One error of ours for each, with the remedy, and no secret in it."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lapwing.errors import StoreError, StoreUnwritable

if TYPE_CHECKING:
    from pathlib import Path

Doing = Literal["read", "write"]

NO_BRANCH: Final = ("couldn't find remote ref",)
"""git's words for a remote that answers, and has no such branch."""

OTHER_NAMES: Final = ("mismatched algorithms", "does not support this repository's hash algorithm")
"""git's words for a remote whose objects have names of another length than ours, at a fetch and at a push."""

_NO_ROOM: Final = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
_DISK: Final = ("no space left", "disk quota", "disk full", "file too large", "not enough space")
_AUTHENTICATION: Final = (
    "authentication failed",
    "could not read username",
    "could not read password",
    "terminal prompts disabled",
    "invalid credentials",
    "invalid username or",
    "permission denied (",
    "host key verification failed",
    "returned error: 401",
    "http 401",
)
_PERMISSION: Final = (
    *_AUTHENTICATION,
    "returned error: 403",
    "http 403",
    "permission to",
    "permission denied",
    "access denied",
    "access rights",
    "write access",
    "denied to",
    "not allowed",
    "not permitted",
    "protected branch",
    "hook declined",
    "rule violations",
    "read-only",
    "refusing to",
    "prohibited",
    "denying",
    "service not enabled",
    "insufficient permission",
    "unable to create temporary object directory",
)
_NO_REPOSITORY: Final = ("does not appear to be a git repository", "not a git repository", "not found", "no such file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """Makes errors about one ``branch`` of one ``remote``, as both are shown to people; ``folder`` is ours."""

    branch: str
    remote: str
    folder: Path

    @property
    def place(self) -> str:
        """What messages call the store."""
        return f"{self.branch} at {self.remote}"

    def meaning(self, said: str, doing: Doing) -> StoreError:
        """Return the error for what git said while it talked with the remote."""
        text = said.lower()
        if any(words in text for words in _DISK):
            return self.disk_full()
        if doing == "write" and any(words in text for words in _PERMISSION):
            return self.push_refused(said)
        if "dubious ownership" in text:
            return StoreError(
                "git-refused",
                f"git refuses to use the repository at {self.remote}, since it belongs to someone else.",
                remedy="trust it with 'git config --global --add safe.directory' and its path.",
            )
        if any(words in text for words in _AUTHENTICATION):
            return StoreError(
                "remote-refused",
                f"The remote {self.remote} does not let us in: {_line(said)}.",
                remedy="give a credential that may read it: in GitHub Actions by actions/checkout or GITHUB_TOKEN, "
                "elsewhere by git's own credential helper, an ssh key, or the variable LAPWING_REMOTE_TOKEN.",
            )
        if any(words in text for words in _NO_REPOSITORY):
            return self.unreachable(f"there is no git repository, or none that we may see ({_line(said)})")
        return self.unreachable(_line(said))

    def unreachable(self, what: str) -> StoreError:
        """Return the error for a remote that does not answer."""
        return StoreError(
            "remote-unreachable",
            f"The remote {self.remote} cannot be reached: {what}.",
            remedy="check its address and the network, then try again.",
        )

    def push_refused(self, said: str) -> StoreError:
        """Return the error for a remote that takes no push from us."""
        return StoreUnwritable(
            "push-refused",
            f"The remote {self.remote} refuses the push to {self.branch}: {_line(said)}.",
            remedy="give a credential that may push (in GitHub Actions 'permissions: contents: write'), and leave the "
            "branch out of rules that ask for pull requests.",
        )

    def disk_full(self) -> StoreError:
        """Return the error for a disk without room, ours or the remote's."""
        return StoreError(
            "disk-full",
            f"The disk is full, in {self.folder} or at the remote {self.remote}; nothing of the history was changed.",
            remedy="free some space and try again.",
        )

    def contended(self, tries: int) -> StoreError:
        """Return the error for an append that others were always faster than."""
        return StoreError(
            "store-locked",
            f"The branch {self.place} was pushed to by others before each of our {tries} tries.",
            remedy="try again; or let fewer jobs write at once.",
        )

    def not_a_store(self, what: str) -> StoreError:
        """Return the error for a branch of something else."""
        return StoreError(
            "not-a-store",
            f"The branch {self.place} holds something else than a Lapwing history: {what}.",
            remedy="choose another name for the branch: git+branch://lapwing-history.",
        )

    def folder_refuses(self, error: OSError) -> StoreError:
        """Return the error for a folder of ours that cannot be written."""
        if error.errno in _NO_ROOM:
            return self.disk_full()
        return StoreUnwritable(
            "store-unwritable",
            f"The folder {self.folder} cannot be written: {error.strerror or type(error).__name__}.",
            remedy="make it writable: the index of the history branch is kept there.",
        )


def _line(said: str) -> str:
    """Return the line that says it: git's own complaint before a server's talk, bounded and printable."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("fatal:", "error:", "! ", "remote: error", "!\t"))]
    chosen = (telling or lines or ["git said nothing"])[0]
    shown = "".join(one if one.isprintable() else " " for one in chosen)[:200]
    return shown.removeprefix("fatal: ").removeprefix("error: ").rstrip(". ")
