"""Is it text? A database may hold anything in any column."""

from __future__ import annotations


def is_text(value: object) -> bool:
    """Tell whether ``value`` is text that UTF-8 can hold.

    Bytes in a SQLite database that are no UTF-8 come as half characters (see ``sqlite.py``).
    """
    return isinstance(value, str) and (value.isascii() or not any("\ud800" <= one <= "\udfff" for one in value))


def text_of(value: object) -> str:
    """Return ``value``, which is text.

    Raises:
        TypeError: it is something else.
    """
    if isinstance(value, str) and is_text(value):
        return value
    raise TypeError(f"{value!r:.60} is no text")
