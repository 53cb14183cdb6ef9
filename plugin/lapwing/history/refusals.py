"""What does it mean when the database refuses? One error of ours for each, with the remedy.

SQLite's sentences have been the same for decades and are all that Python 3.10 hands on; its error codes came with 3.11.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from lapwing.errors import StoreDamaged, StoreError, StoreUnwritable
from lapwing.history.postgres_refusals import meaning_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMEDY_DAMAGED = "restore it from a backup or move it away; it is left as it is and never replaced by an empty one."

_DAMAGE = ("malformed", "not a database", "no such table", "no such column", "corrupt", "could not decode")


@contextmanager
def refusals(place: str) -> Iterator[None]:
    """Turn what the database or the file system raises within the block into a :class:`StoreError` about ``place``."""
    try:
        yield
    except DBAPIError as error:
        raise meaning(error, place) from None
    except sqlite3.Error as error:
        # What a cursor raises that SQLAlchemy does not wrap.
        raise _of_sqlite(str(error), place) from None
    except UnicodeDecodeError:
        # SQLite quotes the damaged bytes in its sentence, and the driver cannot decode that.
        raise damaged(place, "its tables are described by bytes that are no text") from None
    except OverflowError as error:
        raise StoreError(
            "store-failed",
            f"The history {place} cannot hold a number as large as one of a run's ({error}).",
            remedy="correct the run; nothing of it was stored.",
        ) from None
    except OSError as error:
        raise unwritable(place, error.strerror or type(error).__name__) from None


def damaged(place: str, what: str) -> StoreDamaged:
    """Return the error for a store whose file as a whole is damaged."""
    return StoreDamaged("store-damaged", f"The history {place} is damaged: {what}.", remedy=_REMEDY_DAMAGED)


def unwritable(place: str, what: str) -> StoreUnwritable:
    """Return the error for a store whose file or folder refuses."""
    return StoreUnwritable(
        "store-unwritable",
        f"The history {place} cannot be opened or written: {what}.",
        remedy="make the file and its folder writable, or choose another place with --perf-store.",
    )


def meaning(error: DBAPIError, place: str) -> StoreError:
    """Return the error of ours for what the database raised."""
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(str(error.orig), place)
    return meaning_of(error.orig, place)


def _of_sqlite(said: str, place: str) -> StoreError:
    text = said.lower()
    if "locked" in text or "busy" in text:
        return StoreError(
            "store-locked",
            f"The history {place} is locked by another process for too long.",
            remedy="wait for the other process or end it, then try again.",
        )
    if "disk is full" in text:
        return StoreError(
            "disk-full",
            f"The disk is full, and the history {place} could not be written; nothing of it was changed.",
            remedy="free some space and try again.",
        )
    if any(words in text for words in ("readonly", "read-only", "unable to open", "authoriz", "permission")):
        return unwritable(place, said)
    if any(words in text for words in _DAMAGE):
        return damaged(place, said)
    return StoreError(
        "store-failed",
        f"The history {place} could not be read or written: {said}.",
        remedy="check the disk, its space and your quota, then try again; nothing of it was changed.",
    )
