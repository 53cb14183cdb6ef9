"""Does a candidate split of the present level stand, and where does the new level begin?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.cusum import rank_cusum
from lapwing.detect.fit import placed
from lapwing.detect.online.memory import widening
from lapwing.detect.online.window import LEAST_AFTER, LEAST_BEFORE
from lapwing.detect.points import additive

if TYPE_CHECKING:
    from lapwing.detect.place import Place
    from lapwing.detect.ranks import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where in a stretch the second level begins, and how far the two stand apart: Z over the memory of the noise."""

    place: Place
    score: float


def confirmed(level: Floats, split: int, rise: float, least: float) -> Found | None:
    """Return what begins within ``level``, whose best split has the Z ``rise``; None where it is refused.

    It is refused where the memory of the noise explains it, and where the likelihood puts it too near to either end.
    """
    scaled = additive(level)
    score = rise / widening(scaled, split)
    if score < least:
        return None
    (place,) = placed(scaled, (split,)).places
    if not LEAST_BEFORE <= place.index <= level.shape[0] - LEAST_AFTER:
        return None
    return Found(place=place, score=score)


def look_again(values: Floats, split: int) -> Found:
    """Return where in ``values``, two levels, the second begins now, and how far they stand apart there."""
    scaled = additive(values)
    (place,) = placed(scaled, (split,)).places
    rise = float(rank_cusum(scaled[None, :])[0, place.index - 1])
    return Found(place=place, score=rise / widening(scaled, place.index))
