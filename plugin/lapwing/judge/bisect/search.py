"""Which commit is to be measured next, and how sure must one be of each? A search by halves that knows of doubt.

The places are commits in order: 0 is GOOD, ``count`` is BAD. A commit on the *old* side or on the *new* one moves an
end of the range. One that lies *between* shows that the change came in several steps: the search goes on to the larger
one. What cannot be measured is passed over, as by ``git bisect skip``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from lapwing.judge.compare.policy import NULL_MARGIN, band_of

if TYPE_CHECKING:
    from typing import Literal

    from lapwing.judge.bisect.effect import Effect

    Side = Literal["old", "new", "between", "unclear", "skipped"]

RISK: Final = 0.05
"""The probability that a whole bisection goes wrong at any of its questions."""

MOST_SKIPPED: Final = 20
"""Commits of the range that may be impossible to measure: each takes a second where an import fails, a minute where a
build does, and a broken stretch that long hardly has a good commit in it."""

MOST_UNCLEAR: Final = 2
"""Commits of the range that may be undecidable after 64 pairs each: then it is the benchmark's noise."""

_BEYOND_STEPS: Final = 3
"""Shares of the risk beside those of the steps: whether BAD differs, whether the commit found does, and a reserve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A commit that was measured against GOOD, or could not be: ``reason`` says why, in one sentence.

    ``level`` is log(commit / GOOD), above nought in the direction of the change; of one that ``effect`` says hung it is
    not known, and not asked for.
    """

    place: int
    side: Side
    effect: Effect | None = None
    level: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is known: the change came after the commit at ``low``, and at the one at ``high`` at the latest.

    ``levels`` are the levels of both ends, as :class:`Tried` has them, ``middle`` is where the sides part, ``margin``
    (log) what a comparison can tell from nothing.
    """

    count: int
    slower: bool
    low: int
    high: int
    levels: tuple[float, float]
    middle: float
    margin: float
    tried: tuple[Tried, ...] = ()

    @property
    def risk(self) -> float:
        """The probability of error that the next step may have.

        As many steps as halving takes have an equal share each; what skipped commits add shares the reserve, each half
        of what is left, so that no number of steps spends more than there is.
        """
        share, planned = _share(self.count), planned_steps(self.count)
        asked = sum(one.side != "skipped" for one in self.tried)
        return share if asked < planned else share / 2 ** (asked - planned + 1)

    @property
    def next_place(self) -> int | None:
        """The commit to measure next, None where none is left that would tell more.

        The one in the middle; where that cannot be measured, one that is 1, 2, 4, 8 ... places from it, so that a
        broken stretch is left in few tries.
        """
        within = [one for one in self.tried if self.low < one.place < self.high]
        skipped = sum(one.side == "skipped" for one in within)
        if skipped >= MOST_SKIPPED or len(within) - skipped >= MOST_UNCLEAR:
            return None
        known = {one.place for one in within}
        left = [place for place in range(self.low + 1, self.high) if place not in known]
        if not left:
            return None
        middle = (self.low + self.high) // 2
        away = 2 ** (len(within) - 1) if within else 0
        far = [place for place in left if abs(place - middle) >= away]
        return min(far or left, key=lambda place: (abs(place - middle), place))

    def after(self, tried: Tried) -> Search:
        """Return what is known with one more commit tried."""
        if tried.side == "between":
            return self._between(tried)
        known = replace(self, tried=(*self.tried, tried))
        hung = tried.effect is not None and tried.effect.hung
        first, last = self.levels
        if tried.side == "old":
            return replace(known, low=tried.place, levels=(first if hung else tried.level, last))
        if tried.side == "new":
            return replace(known, high=tried.place, levels=(first, last if hung else tried.level))
        return known

    def _between(self, tried: Tried) -> Search:
        """Go on to the larger of the steps before and after a commit, if a comparison could tell it from nothing."""
        first, last = self.levels
        before, behind = tried.level - first, last - tried.level
        known = replace(self, tried=(*self.tried, tried))
        if max(before, behind) < self.margin:
            return replace(self, tried=(*self.tried, replace(tried, side="unclear")))
        if before >= behind:
            return replace(known, high=tried.place, levels=(first, tried.level), middle=(first + tried.level) / 2)
        return replace(known, low=tried.place, levels=(tried.level, last), middle=(tried.level + last) / 2)


def begin(*, count: int, level: float, limit: float) -> Search:
    """Begin with BAD, ``count`` commits after GOOD, at ``level`` = log(BAD / GOOD), infinite where it hangs."""
    size = abs(level)
    return Search(
        count=count,
        slower=level > 0,
        low=0,
        high=count,
        levels=(0.0, size),
        middle=size / 2,
        margin=NULL_MARGIN * band_of(limit),
    )


def planned_steps(count: int) -> int:
    """Return how many halvings single one out of ``count`` commits."""
    return math.ceil(math.log2(count))


def question_risk(count: int) -> float:
    """Return the probability of error that each of the two questions beside the steps may have."""
    return _share(count)


def _share(count: int) -> float:
    return RISK / (planned_steps(count) + _BEYOND_STEPS)
