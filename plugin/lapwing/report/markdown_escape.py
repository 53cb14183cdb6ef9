"""How is text that someone else wrote put into Markdown so that it is read, and does nothing?

A benchmark's name may hold a table's bars, a link, a mention of a team, an HTML tag or a whole heading. Two ways are
safe: an element ``<code>`` whose every special character is an entity (mentions, links, emoji and issue
numbers are not looked for in code), and, in prose, entities torn apart by ``<wbr>``, since what looks for them looks
into one piece of text at a time, after entities are resolved. Backticks are not safe: in a table a bar ends them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 200

_PLAIN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,;")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK: Final = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")
_ASCII: Final = 127
# Seven digits of a hash are enough for a link to a commit.
_HASH: Final = re.compile(r"[0-9a-fA-F]{5}(?=[0-9a-fA-F]{2})")
_FIGURE: Final = re.compile(r"(?:[0-9 .,+−–→…×±%()]|\b(?:ns|µs|ms|s|B|KiB|MiB|GiB|k|M|G|count|ratio|instructions)\b)*")


def clean(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` as one visible line; what does not print or turns a line around is written as U+FFFD."""
    # Four characters may be one that is kept, so that a text of millions is not gone through to its end.
    shown = "".join(
        " " if char in _BLANK else "\ufffd" if unicodedata.category(char) in _UNSEEN else char
        for char in text[: 4 * longest]
    )
    shown = re.sub(r"\s+", " ", shown).strip()
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def code(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` literally, in a ``<code>`` element: for a table's cell, a list or a summary."""
    shown = clean(text, longest)
    # An entity alone does not stop an e-mail address from becoming a link: the @ is torn off as well.
    made = "".join("<wbr>&#64;" if char == "@" else _entity(char) for char in shown)
    return f"<code>{made or '(empty)'}</code>"


def prose(text: str, longest: int = 600) -> str:
    """Return a sentence of ours that may quote someone else's words, as text that nothing is found in."""
    shown = clean(text, longest)
    around = f"\n{shown}\n"
    made = "".join(
        char if _is_plain(before, char, after) else f"{_entity(char)}<wbr>"
        for before, char, after in zip(around, shown, around[2:], strict=False)
    )
    return _HASH.sub(lambda match: match[0] + "<wbr>", made)


def _is_plain(before: str, char: str, after: str) -> bool:
    """Tell whether a character can do nothing where it stands: what ends a sentence, a decimal point, a hyphen."""
    if _entity(char) == char or char in "()%":
        return True
    if char in ".:?!":
        # A number and a point at the beginning of a line would be a list.
        return (after in " \n" and not before.isdigit()) or (char == "." and before.isdigit() and after.isdigit())
    return char == "-" and before.isalpha() and after.isalpha()


def figure(text: str) -> str:
    """Return a figure as it is where it holds nothing but numbers and known units, else as code."""
    return text if _FIGURE.fullmatch(text) else code(text)


def _entity(char: str) -> str:
    return char if char in _PLAIN or ord(char) > _ASCII else f"&#{ord(char)};"


def command_data(text: str) -> str:
    """Return text for the message of a workflow command (``::error::message``)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """Return text for a property of a workflow command (``file=...``)."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")
