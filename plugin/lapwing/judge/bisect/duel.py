"""Do two commits differ, by their pairs? The protocol of a comparison, for one benchmark and a given risk of error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.judge.bisect.effect import Effect
from lapwing.judge.compare.policy import ComparePolicy, band_of
from lapwing.judge.compare.reasons import ratio_of
from lapwing.judge.compare.replay import Replay
from lapwing.judge.compare.suites import Phase, Suites
from lapwing.judge.compare.values import PairValues
from lapwing.judge.compare.weighed import weigh

if TYPE_CHECKING:
    from typing import Literal

    from lapwing.judge.compare.weighed import Weighed

    Result = Literal["slower", "faster", "same", "unknown"]

_ROW: Final = np.zeros(1, dtype=np.int64)
_RESULTS: Final[dict[Phase, Result]] = {
    Phase.HIGHER: "slower",
    Phase.LOWER: "faster",
    Phase.UNCHANGED: "same",
    Phase.STUCK: "unknown",
}


class Duel:
    """Takes in one value for each pair, log(later / earlier), until :attr:`done`.

    ``risk`` is the probability that a difference of at most half the ``limit`` is called slower or faster; ``same`` is
    a difference shown to be within the limit.
    """

    def __init__(self, *, limit: float, risk: float) -> None:
        # Of one benchmark every false accusation is the family's: its share is the risk.
        plain = ComparePolicy()
        self._policy = ComparePolicy(false_discovery=risk * plain.false_discovery / plain.first_share)
        self._suites = Suites(1, np.array([band_of(limit)]), np.zeros(1, dtype=np.int64), self._policy)

    def feed(self, value: float) -> None:
        """Take in one more pair."""
        self._suites.feed(_ROW, np.array([value]))

    @property
    def done(self) -> bool:
        """Whether no more pairs are wanted."""
        return bool(self._suites.phases[0] > Phase.CANDIDATE)

    @property
    def result(self) -> Result:
        """What the pairs say; ``unknown`` as long as it is not done."""
        return _RESULTS.get(Phase(int(self._suites.phases[0])), "unknown")

    @property
    def level(self) -> float:
        """The estimate of log(later / earlier)."""
        return self._weighed().estimate

    @property
    def detectable(self) -> float:
        """The smallest relative change that would have been seen in four cases of five."""
        return float(np.expm1(self._weighed().detectable))

    def effect(self) -> Effect:
        """Return the change with its interval."""
        weighed = self._weighed()
        return Effect(ratio=ratio_of(weighed), pairs=weighed.pairs)

    def _weighed(self) -> Weighed:
        state = Replay(values=_NOTHING, suites=self._suites, rows={}, asked={}, missed={}, reruns=None)
        return weigh(state, self._policy)[0]


_NONE: Final = np.zeros((0, 0))
_NOTHING: Final = PairValues(
    metrics=(), units=(), places=(), ratios=_NONE, base=_NONE, head=_NONE, dropped=np.zeros(0, dtype=np.int64)
)
