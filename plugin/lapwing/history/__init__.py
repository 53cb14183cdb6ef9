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
_POSTGRES: Final = ("postgresql", "postgres", "postgresql+psycopg")
_LATER: Final = {"git+branch": "A git branch"}


def open_store(url: str, root: Path) -> HistoryStore:
    """Return the store at ``url``: a path or ``sqlite:///path``, relative ones from ``root``, or ``postgresql://...``.

    Nothing is opened or made yet: reading where there is nothing finds nothing, the first append makes the store.

    Raises:
        UsageError: ``unknown-store``; ``bad-store-url`` or ``no-postgres-extra`` (:mod:`lapwing.history.postgres_url`).
    """
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
    later = next((what for name, what in _LATER.items() if scheme.startswith(name)), None)
    if later:
        said = f"{later} cannot be a store yet; that comes later."
    else:
        said = f"{scheme}:// is no store that Lapwing knows." if scheme else "An empty text is no store."
    return UsageError(
        "unknown-store", said, remedy="give the path of a file, such as .lapwing/history.db, or postgresql://..."
    )
