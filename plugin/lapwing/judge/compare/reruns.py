"""What do reruns of the same comparison add up to? All pairs of all attempts, bet on with one purse.

``lapwing compare --continue`` measures again what was not decided. A test that is repeated until it says what one likes
says nothing; a bet that goes on where it stopped stays honest (:mod:`lapwing.detect.evalue`). What the first attempt
decided stands, and the pairs that made a row a candidate are no evidence here either. A fifth of the false discoveries
is set aside for this, so that both together keep to the policy's share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.evalue import log_e_above, rejected
from lapwing.judge.compare.suites import Phase

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats, Ints
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.suites import Suites

MOST_PAIRS: Final = 64
"""Pairs of a benchmark in one rerun, as in the first attempt."""

_LOG_2: Final = float(np.log(2))


class Reruns:
    """What a first attempt left undecided; ``suites`` is its state, and takes the decisions."""

    def __init__(self, suites: Suites, policy: ComparePolicy) -> None:
        """Take over what is undecided: what had no more pairs worth its while may have them now."""
        self.suites, self.policy = suites, policy
        self.first = suites.phases.copy()
        suites.phases[suites.phases == Phase.STUCK] = Phase.CANDIDATE
        self.log_e = np.zeros(suites.phases.shape[0])

    def bet_on(self) -> Ints:
        """Return the rows that are tested here: the candidates that the first attempt did not decide."""
        decided = np.isin(self.first, (Phase.UNCHANGED, Phase.HIGHER, Phase.LOWER))
        return np.flatnonzero((self.suites.starts >= 0) & ~decided)

    def feed(self, rows: Ints, values: Floats) -> None:
        """Take in one more pair of ``rows``, which are open; decide what can be decided."""
        suites = self.suites
        bets = rows[suites.phases[rows] == Phase.CANDIDATE]
        suites.take(rows, values)
        suites.settle(rows[suites.phases[rows] == Phase.SCREENING])
        if bets.size:
            self._bet(bets)

    def _bet(self, rows: Ints) -> None:
        suites = self.suites
        places = np.arange(suites.values.shape[1])
        fresh = np.where(places >= suites.starts[rows][:, None], suites.values[rows], np.nan)
        margins, bands = suites.margins[rows], suites.bands[rows]
        # Two hypotheses, "not above the margin" and "not below it"; the purse is split between them.
        above, below = log_e_above(fresh, margins), log_e_above(-fresh, margins)
        self.log_e[rows] = np.maximum(above, below) - _LOG_2
        suites.signs[rows] = np.where(above >= below, 1.0, -1.0)
        family = self.bet_on()
        # All candidates count, decided or not: what is left was left by the very pairs that are bet on, and of the
        # unchanged ones those with the luckiest. Their purses are fair on average over all candidates alone.
        candidates = int(np.sum(suites.starts >= 0))
        won = family[rejected(self.log_e[family], self.policy.rerun_share, candidates)]
        guilty = won[suites.phases[won] == Phase.CANDIDATE]
        suites.phases[guilty] = np.where(suites.signs[guilty] > 0, Phase.HIGHER, Phase.LOWER)
        # Unchanged: both "at least the limit" and "at most its undoing" have lost their bets.
        needed = -np.log(self.policy.certify)
        inside = (log_e_above(-fresh, -bands) >= needed) & (log_e_above(fresh, -bands) >= needed)
        settled = rows[inside & (suites.phases[rows] == Phase.CANDIDATE)]
        suites.phases[settled] = Phase.UNCHANGED
