"""How is the state of a series written down, so that it need not be worked out again, and under what key?"""

from __future__ import annotations

import hashlib
import json
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lapwing.detect.online.state import Confirmed, Seen, Suspected
from lapwing.detect.online.window import within

if TYPE_CHECKING:
    from lapwing.detect.online.window import Moves
    from lapwing.detect.ranks import Floats

RULES: Final = 2
"""Raised with every change of what a look sees or makes of a series, so that states of other rules are forgotten."""


def key_of(values: Floats, alpha: float, moves: Moves = ()) -> str:
    """Return the key of the state after ``values``: nothing but the numbers, and by which rules, leads to a state.

    What a machine did after them, of its ``moves``, is not known there yet.
    """
    head = f"lapwing {RULES} {alpha!r} {within(moves, 0, values.shape[0])!r} ".encode()
    return hashlib.blake2b(head + values.astype("<f8").tobytes(), digest_size=16).hexdigest()


def written(seen: Seen) -> str:
    """Return the state as JSON text: ``[[index, earliest, latest, p], ...], [[index, ..., p, since], ...], calm``."""
    confirmed = [[one.index, one.earliest, one.latest, one.p_value] for one in seen.confirmed]
    suspected = [[one.index, one.earliest, one.latest, one.p_value, one.since] for one in seen.suspected]
    return json.dumps([confirmed, suspected, seen.calm], separators=(",", ":"))


def read(text: str | None, count: int) -> Seen | None:
    """Return the state of a series of ``count`` points from its text; None where it says nothing that can be meant."""
    if text is None:
        return None
    try:
        confirmed, suspected, calm = json.loads(text)
        seen = Seen(
            count=count,
            confirmed=tuple(
                Confirmed(index=index, earliest=earliest, latest=latest, p_value=p)
                for index, earliest, latest, p in confirmed
            ),
            suspected=tuple(
                Suspected(index=index, earliest=earliest, latest=latest, p_value=p, since=since)
                for index, earliest, latest, p, since in suspected
            ),
            calm=calm,
        )
    except (ValueError, TypeError, RecursionError):
        return None
    return seen if _is_sane(seen) else None


def _is_sane(seen: Seen) -> bool:
    """Tell whether a state may be one: places in order and within the series, chances between 0 and 1."""
    changes: list[Confirmed | Suspected] = [*seen.confirmed, *seen.suspected]
    numbers = [number for one in changes for number in (one.index, one.earliest, one.latest)]
    numbers += [one.since for one in seen.suspected]
    if not all(type(number) is int for number in numbers) or not all(type(one.p_value) is float for one in changes):
        return False
    places = [0, *(one.index for one in changes)]
    return (
        type(seen.calm) is float
        and 0 <= seen.calm < math.inf
        and all(before < after for before, after in pairwise(places))
        and all(1 <= one.earliest <= one.index <= one.latest < seen.count for one in changes)
        and all(0 <= one.p_value <= 1 for one in changes)
        and all(0 <= one.since <= seen.count for one in seen.suspected)
    )
