"""On which side of a change is a commit, by its pairs with the commit before the change?

The exact signed-rank test of every pair's value against the middle of the change, both ways, at the looks of a
comparison.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.effect import CONFIDENCE, bounded_exp
from lapwing.detect.paired import location
from lapwing.detect.signed_rank import upper_p
from lapwing.judge.bisect.effect import Effect
from lapwing.judge.compare.policy import LOOK_COST, LOOKS
from lapwing.model import Interval

if TYPE_CHECKING:
    from typing import Literal

    Side = Literal["old", "new", "between"]

_ANSWERS: Final = 2
"""Where the change is that nothing answers any more, two pairs that answered are from before it."""


class Placing:
    """Takes in one value for each pair, log(commit / GOOD), until :attr:`done`.

    ``middle`` is where the sides part, above nought in the direction of the change (``slower``), or infinite where the
    new side does not answer. ``risk`` is the probability of the wrong side for a commit that is on the other one, or is
    no nearer than the middle.
    """

    def __init__(self, *, middle: float, slower: bool, risk: float) -> None:
        self._middle, self._sign, self._risk = middle, 1.0 if slower else -1.0, risk
        self._values: list[float] = []
        self.side: Side | None = None

    def feed(self, value: float) -> None:
        """Take in one more pair."""
        self._values.append(self._sign * value)
        count = len(self._values)
        if math.isinf(self._middle):
            self.side = "old" if count >= _ANSWERS else None
        elif count in LOOKS:
            self.side = self._look()
            if self.side is None and count == LOOKS[-1]:
                self.side = "between"

    @property
    def done(self) -> bool:
        """Whether no more pairs are wanted."""
        return self.side is not None

    @property
    def level(self) -> float:
        """The estimate of log(commit / GOOD), above nought in the direction of the change."""
        return float(self._located()[1])

    def effect(self) -> Effect:
        """Return the commit over GOOD with its interval."""
        low, estimate, high = sorted(bounded_exp(self._sign * one) for one in self._located())
        if len(self._values) < LOOKS[0]:
            low = high = estimate  # two pairs have no interval
        return Effect(ratio=Interval(low=low, estimate=estimate, high=high), pairs=len(self._values))

    def _look(self) -> Side | None:
        beyond = np.array([self._values]) - self._middle
        if LOOK_COST * float(upper_p(beyond)[0]) <= self._risk:
            return "new"
        return "old" if LOOK_COST * float(upper_p(-beyond)[0]) <= self._risk else None

    def _located(self) -> list[float]:
        return [float(one[0]) for one in location(np.array([self._values]), CONFIDENCE)]
