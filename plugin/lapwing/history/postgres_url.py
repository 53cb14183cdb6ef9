"""What does a PostgreSQL URL say? Read by libpq's own reader; nothing of it that may be a password is ever printed.

``postgresql://user:password@host:5432/database?sslmode=require``, also ``postgres://`` and ``postgresql+psycopg://``,
with every option of libpq (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS) and one of
ours: ``schema``, the schema that the tables are in. What the URL leaves out libpq finds in its environment variables,
its password file and its service file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_URL: Final = re.compile(r"(?:postgres|postgresql|postgresql\+psycopg)://(.*)", re.IGNORECASE | re.DOTALL)
_PORTS: Final = re.compile(r"[0-9]*(?:,[0-9]*)*")
_MOST_SCHEMA: Final = 63
"""Bytes of a name in PostgreSQL; it cuts off longer ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a database is. ``options`` are libpq's, the password among them: it stays out of every ``repr``."""

    place: str
    schema: str | None
    options: Mapping[str, str] = field(repr=False)


def read_url(url: str) -> Address:
    """Return what ``url`` says.

    Raises:
        UsageError: ``bad-store-url``, it cannot be read; ``no-postgres-extra``, the driver is not installed.
    """
    try:
        from psycopg import Error  # noqa: PLC0415 - only who keeps runs on a server needs the driver
        from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - the same
    except ImportError:
        raise UsageError(
            "no-postgres-extra",
            "The history is on a PostgreSQL server, and its driver is not installed here.",
            remedy="pip install 'lapwing[postgres]'.",
        ) from None
    rest = _URL.fullmatch(url)
    if rest is None or "\0" in url:
        raise _unreadable()
    text, schema = _without_schema(rest.group(1))
    try:
        found = {name: str(value) for name, value in conninfo_to_dict(f"postgresql://{text}").items() if value}
    # Its sentence may quote a part of the password, and is dropped.
    except (Error, UnicodeError, ValueError):
        raise _unreadable() from None
    # A password with an @ or a / that is not escaped ends early, and its rest is taken for a host, a port or a name.
    after = text.split("?", 1)[0].split("@", 1)[-1]
    if "@" in after or not _PORTS.fullmatch(found.get("port", "")):
        raise _unreadable()
    return Address(place=_place(found, schema), schema=schema, options=found)


def _without_schema(text: str) -> tuple[str, str | None]:
    """Take our own option out of what is libpq's."""
    start, mark, query = text.partition("?")
    pairs = query.split("&") if mark else []
    ours = [pair for pair in pairs if pair.partition("=")[0] == "schema"]
    if not ours:
        return text, None
    schema = unquote(ours[-1].partition("=")[2])
    if not schema or len(schema.encode("utf-8", "replace")) > _MOST_SCHEMA or not schema.isprintable():
        raise _unreadable()
    others = "&".join(pair for pair in pairs if pair not in ours)
    return (f"{start}?{others}" if others else start), schema


def _place(found: Mapping[str, str], schema: str | None) -> str:
    """Return the URL that names the place to a person: no password, and no option that may hold one."""
    user = f"{quote(found['user'])}@" if "user" in found else ""
    port = f":{found['port']}" if "port" in found else ""
    query = f"?schema={quote(schema)}" if schema else ""
    return f"postgresql://{user}{quote(found.get('host', ''), safe=':,')}{port}/{quote(found.get('dbname', ''))}{query}"


def _unreadable() -> UsageError:
    return UsageError(
        "bad-store-url",
        "The URL of the PostgreSQL server cannot be read.",
        remedy="write postgresql://user:password@host:5432/database, in the password @ as %40, / as %2F, : as %3A, ? as"
        " %3F, # as %23 and % as %25; options are ?schema= and those of libpq, such as ?sslmode=require.",
    )
