"""Keep runs, and know their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from lapwing.ports import HistoryStore

__all__ = ["open_store", "printable"]

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://")
_NO_PORT: Final = re.compile(r":(?![0-9]+$).*")
_SQLITE: Final = "sqlite:///"
_BRANCH: Final = "git+branch://"
_POSTGRES: Final = ("postgresql", "postgres", "postgresql+psycopg")


def open_store(url: str, root: Path, *, newest: int | None = None) -> HistoryStore:
    """Return the store at ``url``: a path or ``sqlite:///path``, relative ones from ``root``, a server or a branch.

    A PostgreSQL server is ``postgresql://...``, a branch of a git remote ``git+branch://NAME?remote=REMOTE``
    (:mod:`lapwing.history.branch`). Nothing is opened or made yet: reading where there is nothing finds nothing, the
    first append makes the store. ``newest`` says that the last so many runs are enough: a branch fetches no others.

    Raises:
        UsageError: ``unknown-store``; ``bad-branch``; ``bad-store-url`` or ``no-postgres-extra``
            (:mod:`lapwing.history.postgres_url`).
    """
    if url.lower().startswith(_BRANCH):
        from lapwing.history.branch import open_branch  # noqa: PLC0415 - only who keeps runs there pays for it

        return open_branch(url, root, newest=newest)
    path = url.removeprefix(_SQLITE)
    scheme = _SCHEME.match(path)
    if scheme and scheme.group(1).lower() in _POSTGRES:
        from lapwing.history.postgres import open_postgres  # noqa: PLC0415 - as below

        return open_postgres(url)
    if scheme or not path.strip() or "\0" in path:
        raise _unknown(scheme.group(1).lower() if scheme else "")
    from lapwing.history.sqlite import open_sqlite  # noqa: PLC0415 - git's order is asked without a database library

    return open_sqlite(root / path)


def printable(url: str) -> str:
    """Return the place of a store as it may be printed: of a URL neither a password nor options, which may hold one."""
    scheme = _SCHEME.match(url)
    if not scheme:
        return url
    # By the last @, so that a password that should have escaped one goes whole; and what stands for a port is one.
    before, mark, after = url[scheme.end() :].rpartition("@")
    user = before.partition(":")[0] + mark
    host, slash, name = after.partition("?")[0].partition("/")
    return f"{scheme.group()}{user}{_NO_PORT.sub('', host)}{slash}{name}"


def _unknown(scheme: str) -> UsageError:
    """Name the scheme alone: the rest of a URL may hold a password."""
    said = f"{scheme}:// is no store that Lapwing knows." if scheme else "An empty text is no store."
    return UsageError(
        "unknown-store",
        said,
        remedy="give the path of a file, such as .lapwing/history.db, git+branch://NAME or postgresql://...",
    )
