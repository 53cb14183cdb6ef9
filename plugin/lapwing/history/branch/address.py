"""Which branch of which remote does a URL name? ``git+branch://NAME[?remote=origin|URL|path]``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, quote, unquote

from lapwing.errors import UsageError

SCHEME: Final = "git+branch://"
DEFAULT_REMOTE: Final = "origin"

_BRANCH: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*")
_MAX: Final = 200
"""Characters of a branch's name; the file that a remote keeps it in has room for 255."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A branch by its short name, and its remote as the user wrote it: a name, a URL or a path."""

    branch: str
    remote: str

    @property
    def ref(self) -> str:
        """The branch's full name at the remote."""
        return f"refs/heads/{self.branch}"


def parse_address(place: str) -> Address:
    """Read ``place``.

    Raises:
        UsageError: ``bad-branch``, no name that git takes or an unknown option. The URL is not repeated in it: it may
            hold a password.
    """
    rest = place[len(SCHEME) :] if place.lower().startswith(SCHEME) else place
    name, _, query = rest.partition("?")
    branch = unquote(name).strip("/")
    options = parse_qsl(query, keep_blank_values=True)
    remote = dict(options).get("remote", DEFAULT_REMOTE)
    if not _is_branch(branch):
        raise _bad("its branch has no name that git takes everywhere")
    if [key for key, _ in options] not in ([], ["remote"]):
        raise _bad("it has an option other than remote")
    # What begins with a dash would be an option of git.
    if not remote or remote.startswith("-") or not remote.isprintable():
        raise _bad("its remote is no name, URL or path")
    return Address(branch=branch, remote=remote)


def at_remote(place: str, url: str) -> str:
    """Return ``place`` with ``url`` for a remote that is only known by the name that every clone has for its own.

    What names another remote stays as it is. For jobs without a clone. Raises what :func:`parse_address` raises.
    """
    address = parse_address(place)
    return f"{SCHEME}{address.branch}?remote={quote(url, safe='')}" if address.remote == DEFAULT_REMOTE else place


def _is_branch(name: str) -> bool:
    bad_end = any(part.endswith((".", ".lock")) or ".." in part for part in name.split("/"))
    return bool(_BRANCH.fullmatch(name)) and len(name) <= _MAX and not bad_end and name != "HEAD"


def _bad(what: str) -> UsageError:
    return UsageError(
        "bad-branch",
        f"The store's URL names no branch: {what}.",
        remedy="write git+branch://lapwing-history, with ?remote= and a name, a URL or a path where it is not origin; "
        "in that, & ? # and % are written %26 %3F %23 and %25.",
    )
