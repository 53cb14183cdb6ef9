"""Where does each benchmark stand in the protocol? It is fed pair by pair; many suites at once, to rehearse it.

A *row* is one metric of one benchmark, ``groups`` suites of ``width`` rows each lie one after the other. A row is

- *screening* from its first pair: settled as unchanged once its interval lies inside the limit, else
- a *candidate*, tested on pairs after that moment alone, so that what made it one is no evidence against it, until it
is
- *higher* or *lower* (head differs by more than half the limit), *unchanged*, or *stuck* (no more pairs would help).

Settling looks at all the pairs of a row: a candidate was picked for being far out, so that its first pairs can only
make it harder to call it unchanged.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.paired import hodges_lehmann
from lapwing.detect.signed_rank import upper_p
from lapwing.judge.compare.policy import LOOK_COST, LOOKS, MOST_SCREEN, NULL_MARGIN, SCREEN_PAIRS
from lapwing.judge.compare.spread import CLASS_SPREAD, errors, first_spreads, quantile, suite_spreads
from lapwing.judge.multiplicity import discoveries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.judge.compare.policy import ComparePolicy

    Bools = NDArray[np.bool_]


class Phase(IntEnum):
    """Where a row stands. Up to ``CANDIDATE`` it is open."""

    SCREENING = 0
    CANDIDATE = 1
    UNCHANGED = 2
    HIGHER = 3
    LOWER = 4
    STUCK = 5


_EARLY: Final = {2: 2.0, 3: 1.5}
"""Before the 4th pair, what is beyond the limit itself, or beyond 3/4 of it, is a candidate already: every pair that is
spared a candidate is spared the longest path through the protocol."""

_STEP: Final = 4
"""The screen looks for candidates at every 4th pair: at each, more unchanged ones would be confirmed in vain. After 16
pairs, settling is looked at as often."""

_HOPELESS_FROM: Final = 12
_REJECT_ERRORS: Final = 3.0
_SETTLE_ERRORS: Final = 2.7
"""Standard errors that an accusation and a settlement take at the last look."""


class Suites:
    """The state of ``groups`` suites of ``width`` rows.

    ``bands`` are the limits of the rows of one suite on the log scale, ``kinds`` says which of them share a spread.
    """

    def __init__(self, groups: int, bands: Floats, kinds: Ints, policy: ComparePolicy) -> None:
        """Begin with all rows screening and nothing known."""
        self.groups, self.width, self.policy = groups, bands.shape[0], policy
        count = groups * self.width
        self.bands = np.tile(bands, groups)
        self.margins = self.bands * NULL_MARGIN
        self.kinds = kinds
        self.phases = np.full(count, int(Phase.SCREENING))
        self.values = np.full((count, MOST_SCREEN + LOOKS[-1]), np.nan)
        self.counts = np.zeros(count, dtype=np.int64)
        self.starts = np.full(count, -1, dtype=np.int64)
        self.p_values = np.full(count, np.inf)
        self.signs = np.zeros(count)
        self.priors = np.full(count, CLASS_SPREAD)
        self._first = np.full(count, np.nan)

    def open(self) -> Ints:
        """Return the rows that are not decided."""
        return np.flatnonzero(self.phases <= Phase.CANDIDATE)

    def feed(self, rows: Ints, values: Floats) -> None:
        """Take in one pair: a value (log ratio) for each of ``rows``, which are open; decide what can be decided."""
        self.take(rows, values)
        self._accuse(rows[self.phases[rows] == Phase.CANDIDATE])
        self.settle(rows[self.phases[rows] <= Phase.CANDIDATE])

    def take(self, rows: Ints, values: Floats) -> None:
        """Take in one pair and learn the suites' spreads, deciding nothing."""
        if rows.size and int(self.counts[rows].max()) >= self.values.shape[1]:
            more = np.full((self.values.shape[0], LOOKS[-1]), np.nan)
            self.values = np.concatenate([self.values, more], axis=1)
        self.values[rows, self.counts[rows]] = values
        self.counts[rows] += 1
        self._learn(rows[self.counts[rows] == SCREEN_PAIRS])

    def settle(self, rows: Ints) -> None:
        """Call ``rows`` (open) unchanged where their intervals are in the limit, or candidates where they stand off."""
        for count in np.unique(self.counts[rows]).tolist():
            if count > MOST_SCREEN and count % _STEP:
                continue
            self._settle(rows[self.counts[rows] == count], count)

    def fresh(self, rows: Ints) -> Ints:
        """Return how many pairs each of ``rows`` has had since it became a candidate."""
        return np.where(self.starts[rows] < 0, 0, self.counts[rows] - self.starts[rows])

    def _learn(self, rows: Ints) -> None:
        """Learn the suites' spreads from rows that have their first four pairs now."""
        if not rows.size:
            return
        self._first[rows] = first_spreads(self.values[rows, :SCREEN_PAIRS])
        first, priors = self._first.reshape(self.groups, -1), self.priors.reshape(self.groups, -1)
        for kind in np.unique(self.kinds).tolist():
            members = np.flatnonzero(self.kinds == kind)
            priors[:, members] = suite_spreads(first[:, members])[:, None]

    def _settle(self, rows: Ints, count: int) -> None:
        """Settle, or make candidates of, ``rows``, all of ``count`` pairs."""
        values = self.values[rows, :count]
        centres = hodges_lehmann(values)
        size = np.abs(centres)
        screening = self.phases[rows] == Phase.SCREENING
        if count < SCREEN_PAIRS:
            if count in _EARLY:
                self._promote(rows[screening & (size > _EARLY[count] * self.margins[rows])])
            return
        policy = self.policy
        wide = np.where(screening, quantile(count, policy.settle), quantile(count, policy.certify))
        inside = size + wide * errors(values, self.priors[rows], centres) < self.bands[rows]
        self.phases[rows[inside]] = Phase.UNCHANGED
        off = screening & ~inside
        if count % _STEP == 0:
            self._promote(rows[off & (size > self.margins[rows])])
        if count >= MOST_SCREEN:
            self._promote(rows[off])

    def _promote(self, rows: Ints) -> None:
        self.phases[rows] = Phase.CANDIDATE
        self.starts[rows] = self.counts[rows]
        self.p_values[rows] = 1.0

    def _accuse(self, rows: Ints) -> None:
        """Look at the candidates among ``rows`` that have as many fresh pairs as a look takes."""
        fresh = self.fresh(rows)
        looked = [(look, rows[fresh == look]) for look in LOOKS if np.any(fresh == look)]
        for look, some in looked:
            self._test(some, look)
        if not looked:
            return
        touched = np.unique(np.concatenate([some for _, some in looked]) // self.width)
        # What was settled meanwhile is no accusation: it counts among the candidates, not among the discoveries.
        settled = (self.phases == Phase.UNCHANGED) | (self.phases == Phase.STUCK)
        p_values = np.where(settled & (self.starts >= 0), 1.0, self.p_values).reshape(self.groups, -1)[touched]
        found = np.zeros((self.groups, self.width), dtype=bool)
        found[touched] = discoveries(p_values, self.policy.first_share)
        guilty = np.flatnonzero(found.ravel() & (self.phases == Phase.CANDIDATE))
        self.phases[guilty] = np.where(self.signs[guilty] > 0, Phase.HIGHER, Phase.LOWER)
        for look, some in looked:
            self._give_up(some[self.phases[some] == Phase.CANDIDATE], look)

    def _fresh_values(self, rows: Ints, look: int) -> Floats:
        return self.values[rows[:, None], self.starts[rows][:, None] + np.arange(look)]

    def _test(self, rows: Ints, look: int) -> None:
        """Test whether ``rows`` are beyond their margins on the side where they are seen, at this look."""
        values = self._fresh_values(rows, look)
        signs = np.where(hodges_lehmann(values) >= 0, 1.0, -1.0)
        one_sided = upper_p(values * signs[:, None] - self.margins[rows][:, None])
        p_values = np.minimum(2 * LOOK_COST * one_sided, 1.0)
        better = p_values < self.p_values[rows]
        self.p_values[rows[better]] = p_values[better]
        self.signs[rows[better]] = signs[better]

    def _give_up(self, rows: Ints, look: int) -> None:
        """Give up on ``rows`` that not even the last look is likely to decide."""
        last = LOOKS[-1]
        if look == last:
            self.phases[rows] = Phase.STUCK
        elif look >= _HOPELESS_FROM and rows.size:
            values = self._fresh_values(rows, look)
            centres = hodges_lehmann(values)
            size, error = np.abs(centres), errors(values, self.priors[rows], centres)
            final = error * np.sqrt(look / last)
            no_accusing = size + error - self.margins[rows] < _REJECT_ERRORS * final
            no_settling = size - error + _SETTLE_ERRORS * final > self.bands[rows]
            self.phases[rows[no_accusing & no_settling]] = Phase.STUCK
