"""How does a commit have the one right status, whatever breaks on the way?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import ForgeUnsure

if TYPE_CHECKING:
    from lapwing.ports import Forge
    from lapwing.review import Gate

TRIES: Final = 3


def set_gate(forge: Forge, sha: str, gate: Gate) -> bool:
    """Have a commit's status say what ``gate`` says; return whether it had to be set.

    It is looked at first: a status can only be added, and a commit takes a thousand of one name.

    Raises:
        ForgeError: it could not be done, or not surely.
    """
    done = False
    for tries in range(1, TRIES + 1):
        if forge.gate(sha, gate.name) == gate:
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
