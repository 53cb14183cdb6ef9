"""Where is the project on the web? Read from the address that git fetches it from."""

from __future__ import annotations

import re
from typing import Final

_SSH: Final = re.compile(r"(?:ssh://)?(?:[^@/\s]+@)?([A-Za-z0-9.\-]+)(?::\d+/|:|/)([^\s:]+)")
_HTTP: Final = re.compile(r"https?://(?:[^@/\s]+@)?([A-Za-z0-9.\-]+(?::\d+)?)/(\S+)")
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
