"""What is known of many series after their points so far, so that the next can be judged without the past?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.online.rates import least_score
from lapwing.detect.online.suspects import Tails, no_tails
from lapwing.detect.online.window import Windows, empty
from lapwing.detect.points import FROZEN_AFTER
from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.model import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A confirmed change: the new level begins at point ``index`` of the series, maybe anywhere in the range.

    Points are counted without holes. ``score`` is the highest it has reached, and ``p_value`` the probability that a
    quiet series as long ever reaches that.
    """

    index: int
    earliest: int
    latest: int
    score: float
    p_value: float

    def state(self, seen: int) -> State:
        """Return the state of the change once ``seen`` points of the series are known."""
        return "frozen" if seen - self.index >= FROZEN_AFTER else "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """The newest change of series ``series`` while it is not frozen, with the window of the level ``before`` it."""

    series: int
    before: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The state of S series after the points they have had: a function of their values alone, to the bit.

    ``seen`` are the points of each, holes not counted; ``windows`` hold the present level of each, ``changes`` the
    changes that were confirmed, oldest first, and ``open`` what is needed to look again at those that may still move.
    ``tails`` say which series are suspect; ``resting`` are those with a candidate that was refused since the last
    position of the grid. ``exact`` series change wherever their value does. The arrays are read-only.
    """

    least: float
    exact: NDArray[np.bool_]
    seen: Ints
    windows: Windows
    resting: NDArray[np.bool_]
    changes: tuple[tuple[Change, ...], ...]
    open: tuple[Open, ...]
    tails: Tails

    @property
    def suspects(self) -> Ints:
        """The series whose newest points are suspect, ascending."""
        return np.flatnonzero(self.tails.since >= 0)


def fleet(exact: Sequence[bool], *, alpha: float = 0.01) -> Fleet:
    """Return the state of series without a point, one for each entry of ``exact``.

    ``alpha`` is the probability of confirming anything among 24 appended points of a series where nothing changes.

    Raises:
        UsageError: ``alpha`` is not between 0 and 1 (``bad-alpha``).
    """
    if not 0 < alpha < 1:
        raise UsageError("bad-alpha", f"alpha={alpha!r} is no probability.", remedy="give alpha between 0 and 1.")
    count = len(exact)
    return Fleet(
        least=least_score(alpha),
        exact=np.array(exact, dtype=bool),
        seen=np.zeros(count, dtype=np.int64),
        windows=empty(count),
        resting=np.zeros(count, dtype=bool),
        changes=((),) * count,
        open=(),
        tails=no_tails(count),
    )
