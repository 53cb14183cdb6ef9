"""How does a commit have the one right status, whatever breaks on the way and whoever else sets it?

A status cannot be set on condition that it is still the one that was looked at. So it is looked at right before, and
where that one is of a later run it stays; between the look and the write a later run's may still be covered, which
takes two reports of one commit in the same tenth of a second (the workflows have them follow each other).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lapwing.errors import ForgeUnsure

if TYPE_CHECKING:
    from lapwing.ports import Forge
    from lapwing.review import Gate

TRIES: Final = 3

_RUN: Final = re.compile(r"(.*/)([0-9]{1,19})", re.ASCII)


def set_gate(forge: Forge, sha: str, gate: Gate) -> bool:
    """Have a commit's status say what ``gate`` says; return whether it had to be set.

    It is looked at first: a status can only be added, and a commit takes a thousand of one name. One of a later run
    stays.

    Raises:
        ForgeError: it could not be done, or not surely.
    """
    done = False
    for tries in range(1, TRIES + 1):
        there = forge.gate(sha, gate.name)
        if there is not None and (there == gate or _is_later(there.url, gate.url)):
            return done
        try:
            forge.set_gate(sha, gate)
        except ForgeUnsure:
            done = True
            if tries == TRIES:
                raise
        else:
            return True
    raise AssertionError  # pragma: no cover - the last try returns or raises


def _is_later(there: str, ours: str) -> bool:
    """Tell whether a status leads to a later run than ours: both addresses end with a number, and begin alike."""
    one, other = _RUN.fullmatch(there), _RUN.fullmatch(ours)
    return one is not None and other is not None and one[1] == other[1] and int(one[2]) > int(other[2])
