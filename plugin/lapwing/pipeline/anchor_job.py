"""What does measuring against an anchor need of the world? All of its ports, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lapwing.judge.policy import Policy
    from lapwing.model import Anchor, Run
    from lapwing.ports import Clock, Commits, HistoryStore, Memory, SidesMaker


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorJob:
    """Against what (``anchor``, without levels yet) and by what; ``going_on`` tells whether there is time for more.

    ``safe`` is given each run as soon as it is measured, and again when more of it is. ``memory`` has what earlier
    looks at the history came to.
    """

    anchor: Anchor
    sides: SidesMaker
    going_on: Callable[[], bool]
    store: HistoryStore | None
    commits: Commits
    clock: Clock
    new_id: Callable[[], str]
    policy: Policy
    tool: str
    progress: Callable[[int, int, str], None]
    safe: Callable[[Run], None]
    memory: Memory | None = None
