"""How long has a change stood, and what is it by that?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lapwing.model import State

FROZEN_AFTER: Final = 20
"""Points after a change from which it is history: the new level is normal, and nobody is told again."""

CONFIRMED_AFTER: Final = 5
"""Points after a change from which it stands; with fewer a single bad hour of the machine may be all there is."""


def state_after(points: int, *, exact: bool = False) -> State:
    """Return the state of a change with ``points`` points from it on, itself counted."""
    if points >= FROZEN_AFTER:
        return "frozen"
    return "confirmed" if exact or points >= CONFIRMED_AFTER else "suspect"
