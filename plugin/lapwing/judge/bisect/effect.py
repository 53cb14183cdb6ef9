"""How large is the change between two commits, of which one was measured against the other?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.model import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The later commit over the earlier one, with its 95 % interval, from so many pairs of processes.

    ``ratio`` is None where the later one ``hung``: then no call of it ended in time.
    """

    ratio: Interval | None
    pairs: int
    hung: bool = False


HUNG = Effect(ratio=None, pairs=0, hung=True)
