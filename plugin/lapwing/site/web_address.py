"""Where is the project on the web, and a commit or a pull request of it?

Read from the address that git fetches it from; what hosts call the pages of both is told by the name of the host.
"""

from __future__ import annotations

import re
from typing import Final

_SSH: Final = re.compile(r"(?:ssh://)?(?:[^@/\s]+@)?([A-Za-z0-9.\-]+)(?::\d+/|:|/)([^\s:]+)")
_HTTP: Final = re.compile(r"https?://(?:[^@/\s]+@)?([A-Za-z0-9.\-]+(?::\d+)?)/(\S+)")
_COMMITS: Final = (("gitlab", "/-/commit/"), ("bitbucket", "/commits/"))
_PULLS: Final = (
    ("gitlab", ""),
    ("bitbucket", "/pull-requests/"),
    *((name, "/pulls/") for name in ("gitea", "codeberg")),
)
"""Of GitLab none: what its commits write as (#12) is an issue."""
_PATH: Final = re.compile(r"[A-Za-z0-9_.~\-]+(?:/[A-Za-z0-9_.~\-]+)+")


def web_address(remote: str) -> str:
    """Return the address of a project's pages, without what a remote's address may hold of names and tokens.

    Empty where the remote is none of the web: a folder, or anything that is not plainly a host and a path.
    """
    found = _HTTP.fullmatch(remote.strip())
    if found is None and re.match(r"[A-Za-z0-9_.\-]+@|ssh://", remote):
        found = _SSH.fullmatch(remote.strip())
    if found is None:
        return ""
    host, path = found.group(1), found.group(2).strip("/").removesuffix(".git")
    return f"https://{host}/{path}" if _PATH.fullmatch(path) else ""


def commit_pages(web: str) -> str:
    """Return what stands before the hash in the address of a commit's page; empty where ``web`` is."""
    return _page(web, _COMMITS, "/commit/")


def pull_pages(web: str) -> str:
    """Return what stands before the number in the address of a pull request; empty where nobody can tell."""
    return _page(web, _PULLS, "/pull/")


def _page(web: str, known: tuple[tuple[str, str], ...], otherwise: str) -> str:
    host = web.removeprefix("https://").partition("/")[0]
    path = next((path for name, path in known if name in host), otherwise)
    return f"{web}{path}" if web and path else ""
