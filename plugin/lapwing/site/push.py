"""How does a site get onto a branch that a host of static pages serves?

As the one commit of that branch: a site is made anew from the history whenever it is wanted, and its old states would
only pile up. Made by plumbing, so that the work tree, the index and HEAD are not touched; pushed over what was fetched
and over nothing else.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError
from lapwing.site.pages.tree import MANIFEST
from lapwing.site.repository import environment

if TYPE_CHECKING:
    from pathlib import Path

_SECONDS: Final = 300.0
_AUTHOR: Final = {
    "GIT_AUTHOR_NAME": "Lapwing",
    "GIT_AUTHOR_EMAIL": "lapwing@localhost",
    "GIT_COMMITTER_NAME": "Lapwing",
    "GIT_COMMITTER_EMAIL": "lapwing@localhost",
    # Nobody is asked for a password by a job without a terminal.
    "GIT_TERMINAL_PROMPT": "0",
}


def push(site: Path, branch: str, *, project: Path, scratch: Path, remote: str = "origin") -> str:
    """Make the files of ``site`` the content of ``branch`` on the project's ``remote``, and return the commit.

    ``scratch`` is a folder for what git needs meanwhile. What the branch is at is read first, and only over that it is
    pushed: a site pushed by somebody else in the meantime is not lost.

    Raises:
        UsageError: the branch cannot be read or pushed (``push-refused``), is no name of a branch (``bad-branch``), or
            holds something else than a site (``not-a-site``).
    """
    git = _Git(project=project, scratch=scratch)
    if git.run("check-ref-format", "--branch", branch).returncode:
        raise UsageError("bad-branch", f"{branch!r:.80} is no name of a branch.", remedy="name one, such as gh-pages.")
    ref = f"refs/heads/{branch}"
    listed = git.said("ls-remote", remote, ref).split()
    tip = listed[0] if listed else ""
    if tip:
        git.said("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, ref)
        if git.run("cat-file", "-e", f"{tip}:{MANIFEST}").returncode:
            raise UsageError(
                "not-a-site",
                f"The branch {branch} of {remote} holds something else than a site that Lapwing built.",
                remedy="name a branch for the site alone; it is made where there is none.",
            )
    git.said("--work-tree", str(site), "add", "--force", "--all", ".", where=site)
    # Or a host of pages would take folders that begin with an underscore for its own.
    empty = git.said("hash-object", "-w", "--stdin", given="").strip()
    git.said("update-index", "--add", "--cacheinfo", f"100644,{empty},.nojekyll")
    tree = git.said("write-tree").strip()
    if tip and git.said("rev-parse", f"{tip}^{{tree}}").strip() == tree:
        return tip
    commit = git.said("commit-tree", tree, "-m", "The site, as Lapwing built it").strip()
    git.said("push", "--quiet", f"--force-with-lease={ref}:{tip}", remote, f"{commit}:{ref}")
    return commit


class _Git:
    """Git in the project's repository, with an index of its own."""

    def __init__(self, *, project: Path, scratch: Path) -> None:
        self._project = project
        self._environment = {**environment(), **_AUTHOR, "GIT_INDEX_FILE": str(scratch / "index")}
        self._folder = os.fspath(project)
        self._environment["GIT_DIR"] = self.said("rev-parse", "--absolute-git-dir").strip()

    def run(self, *args: str, where: Path | None = None, given: str | None = None) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603 - no shell, our own words
                ["git", *args],  # noqa: S607 - the user's git
                cwd=where or self._folder,
                env=self._environment,
                input=given if given is not None else "",
                capture_output=True,
                check=False,
                encoding="utf-8",
                errors="replace",
                timeout=_SECONDS,
            )
        except FileNotFoundError:
            raise UsageError("push-refused", "There is no git command.", remedy="install git.") from None
        except subprocess.TimeoutExpired:
            raise _refused(f"git {args[0]} did not end within {_SECONDS:.0f} s") from None

    def said(self, *args: str, where: Path | None = None, given: str | None = None) -> str:
        done = self.run(*args, where=where, given=given)
        if done.returncode:
            lines = done.stderr.strip().splitlines()[-1:] or ["nothing"]
            raise _refused(f"git said: {lines[0][:200]}")
        return done.stdout


def _refused(why: str) -> UsageError:
    return UsageError(
        "push-refused",
        f"The site could not be pushed: {why}.",
        remedy="check that the remote can be reached and written, then try again.",
    )
