"""What does it mean when a PostgreSQL server refuses? One error of ours for each, by its SQLSTATE.

https://www.postgresql.org/docs/current/errcodes-appendix.html. Where no connection was made there is no SQLSTATE, and
the sentence, which may be in any language, is asked only for what would be said more clearly.
"""

from __future__ import annotations

import re
from typing import Final

from lapwing.errors import StoreDamaged, StoreError, StoreUnwritable

_MOST_WORDS: Final = 300

_BY_STATE: Final = {
    "08": "unreachable",  # connection exceptions
    "28": "login",  # invalid authorization, password
    "3D000": "no-database",
    "25006": "unwritable",  # read-only transaction
    "42501": "unwritable",  # no privilege
    "55000": "unwritable",  # a standby in recovery
    "0A000": "unwritable",  # the same, of other statements
    "3F000": "no-schema",
    "53100": "full",
    "53": "unreachable",  # too many connections, no memory
    "54": "too-large",
    "55P03": "locked",  # lock_timeout
    "57014": "locked",  # statement_timeout
    "40": "locked",  # serialization failure, deadlock
    "25P03": "lost",  # idle_in_transaction_session_timeout
    "57": "lost",  # the server was stopped, or is starting
    "58": "disk",
    "XX001": "damaged",  # data corrupted
    "XX002": "damaged",  # index corrupted
    "42P01": "damaged",  # a table is gone
    "42703": "damaged",  # a column is gone
}

_BY_WORDS: Final = (
    (re.compile(r"database \"?.*\"? does not exist"), "no-database"),
    (re.compile(r"role \"?.*\"? does not exist|authentication failed|no password supplied|pg_hba\.conf"), "login"),
    (re.compile(r"server closed|connection is closed|connection is lost|terminat|consuming input failed"), "lost"),
)
_NO_CONNECTION: Final = ("OperationalError", "InterfaceError", "ConnectionTimeout")


def meaning_of(error: BaseException | None, place: str) -> StoreError:
    """Return the error of ours for what the driver raised."""
    state = getattr(error, "sqlstate", None) or ""
    said = _words(error)
    kind = _BY_STATE.get(state) or _BY_STATE.get(state[:2]) or ("" if state else _without_state(error, said))
    return _error(kind, place, said)


def _words(error: BaseException | None) -> str:
    """Return what was said as one short line: a server may say anything."""
    text = " ".join(str(error).split()).rstrip(".?")
    return "".join(one if one.isprintable() else "?" for one in text)[:_MOST_WORDS] or "nothing was said"


def _without_state(error: BaseException | None, said: str) -> str:
    """Return what kept a connection from being made, or ended one."""
    for words, kind in _BY_WORDS:
        if words.search(said):
            return kind
    connection = getattr(error, "pgconn", None)
    if getattr(connection, "used_password", False) or getattr(connection, "needs_password", False):
        return "login"
    return "unreachable" if type(error).__name__ in _NO_CONNECTION else ""


def _error(kind: str, place: str, said: str) -> StoreError:
    if kind == "unwritable":
        return StoreUnwritable(
            "store-unwritable",
            f"The history {place} cannot be written: {said}.",
            remedy="let the user write: INSERT, UPDATE, DELETE and SELECT on its tables, for the first run CREATE too.",
        )
    if kind == "damaged":
        return StoreDamaged(
            "store-damaged",
            f"The history {place} is damaged: {said}.",
            remedy="restore it from a backup; it is left as it is and never replaced by an empty one.",
        )
    slug, what, remedy = _OTHERS.get(kind, _OTHERS[""])
    return StoreError(slug, f"{what.format(place=place)}: {said}.", remedy=remedy)


_OTHERS: Final = {
    "unreachable": (
        "remote-unreachable",
        "The server of the history {place} cannot be reached",
        "check that it runs and that this machine may connect to it, then try again.",
    ),
    "lost": (
        "remote-unreachable",
        "The connection to the history {place} was lost",
        "append again when the server is back: a run that was stored all the same is not stored twice.",
    ),
    "login": (
        "login-refused",
        "The server of the history {place} refuses the user",
        "check the user and the password, in the URL, in PGPASSWORD or in libpq's password file.",
    ),
    "no-database": (
        "no-database",
        "The server has no database for the history {place}",
        "make it with createdb, or correct its name in the URL.",
    ),
    "no-schema": (
        "no-schema",
        "The database of the history {place} has no schema to make tables in",
        "add ?schema=lapwing to the URL; the schema is made where there is none.",
    ),
    "full": (
        "disk-full",
        "The server's disk is full, and the history {place} could not be written; nothing of it was changed",
        "free some space and try again.",
    ),
    "locked": (
        "store-locked",
        "The history {place} is locked by another process for too long",
        "wait for the other process or end it, then try again.",
    ),
    "too-large": (
        "store-failed",
        "The history {place} cannot hold something as large as a part of a run; nothing of it was changed",
        "record the suite in several runs.",
    ),
    "disk": (
        "store-failed",
        "The server of the history {place} cannot read or write its files",
        "check the server's disk and its log, then try again.",
    ),
    "": (
        "store-failed",
        "The history {place} could not be read or written",
        "see the server's log, then try again; nothing of it was changed.",
    ),
}
