"""What does a comment tell Lapwing to do? ``/lapwing accept PATTERN — reason``, ``/lapwing rerun``, or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

MOST_LINES: Final = 20
MOST_PATTERN: Final = 300
MOST_REASON: Final = 300

_COMMAND: Final = re.compile(r"[ \t]*/lapwing(?:[ \t]+(.*))?", re.ASCII)
# An em dash, an en dash, or two hyphens as people type them; a single hyphen is part of many names.
_DASH: Final = re.compile(r"\s+(?:—|–|--)\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command: ``verb`` is ``accept``, ``rerun`` or ``unknown``; the others are an acceptance's own."""

    verb: Literal["accept", "rerun", "unknown"]
    pattern: str = ""
    reason: str = ""


def is_command(body: str) -> bool:
    """Tell whether a comment speaks to Lapwing."""
    return bool(_lines(body))


def commands_of(body: str) -> tuple[Command, ...]:
    """Return the commands of a comment, each on a line of its own; quoted lines and code are none."""
    return tuple(_command(text) for text in _lines(body))


def _lines(body: str) -> list[str]:
    """Return what follows ``/lapwing`` on the lines that begin with it."""
    found, fenced = [], False
    for line in body.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        # Four blanks make it code.
        match = None if fenced or line.startswith(("    ", "\t")) else _COMMAND.fullmatch(line.rstrip())
        if match is not None:
            found.append((match[1] or "").strip())
    return found[:MOST_LINES]


def _command(text: str) -> Command:
    verb, _, rest = text.partition(" ")
    if verb == "rerun" and not rest.strip():
        return Command(verb="rerun")
    if verb != "accept":
        return Command(verb="unknown")
    parts = _DASH.split(rest.strip(), maxsplit=1)
    pattern, reason = parts[0].strip("` "), parts[1].strip() if len(parts) > 1 else ""
    # A regression is accepted for a reason, or not at all.
    if not pattern or not reason or len(pattern) > MOST_PATTERN:
        return Command(verb="unknown")
    return Command(verb="accept", pattern=pattern, reason=reason[:MOST_REASON])
