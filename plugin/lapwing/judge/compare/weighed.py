"""What do the pairs of one row say: how large is the change, how sure is it, and what would more pairs buy?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.effect import CONFIDENCE
from lapwing.detect.paired import hodges_lehmann, location
from lapwing.judge.compare.policy import LOOKS
from lapwing.judge.compare.spread import errors, quantile
from lapwing.judge.compare.suites import Phase
from lapwing.judge.multiplicity import adjusted

if TYPE_CHECKING:
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.replay import Replay

_POWER_ERRORS: Final = 0.84
"""What is to be seen in four cases of five lies this many standard errors beyond what decides."""

_ACCUSE_ERRORS: Final = 3.0
"""Standard errors that an accusation takes: one-sided p of 0.0033 where all candidates are guilty, less among many."""

_SPREADING: Final = 2.0
_MOST_MORE: Final = 1_000
_MOST_SEEN: Final = 700.0
"""e to the 710 is beyond what a float holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One row. ``low``, ``estimate`` and ``high`` are log ratios with their 95 % interval, over ``pairs`` pairs.

    ``detectable`` is the smallest change (log) that would have been seen in four cases of five. ``more`` is how many
    further pairs would probably decide an open row, None where no reasonable number would. ``spread`` is that of a
    pair.
    """

    phase: Phase
    low: float
    estimate: float
    high: float
    pairs: int
    p_value: float | None
    detectable: float
    more: int | None
    spread: float


def weigh(state: Replay, policy: ComparePolicy) -> list[Weighed]:
    """Weigh each row of a replayed recording, in the order of its metrics.

    What was tested is estimated from the pairs it was tested on alone (the signed-rank interval), without those that
    made it a candidate; what was not, from all its pairs (Student t on the moderated spread).
    """
    suites = state.suites
    p_values = _p_values(state)
    return [_weigh(state, row, p_values[row], policy) for row in range(suites.phases.shape[0])]


def _p_values(state: Replay) -> list[float | None]:
    """Return the p-value of each row that was tested, corrected for all that were."""
    suites = state.suites
    tested = np.flatnonzero(suites.starts >= 0)
    found: list[float | None] = [None] * suites.phases.shape[0]
    for row, p_value in zip(tested.tolist(), adjusted(suites.p_values[tested].tolist()).tolist(), strict=True):
        found[row] = p_value
    if state.reruns is not None:
        for row in state.reruns.bet_on().tolist():
            # Markov: a fair purse grows to 1 / p with probability p at most, at whatever time one looks.
            found[row] = math.exp(min(0.0, -float(state.reruns.log_e[row])))
    return found


def _weigh(state: Replay, row: int, p_value: float | None, policy: ComparePolicy) -> Weighed:
    suites = state.suites
    phase, count = Phase(int(suites.phases[row])), int(suites.counts[row])
    start = int(suites.starts[row])
    tested = start >= 0 and count - start >= LOOKS[0] and phase is not Phase.UNCHANGED
    values = suites.values[row : row + 1, (start if tested else 0) : count]
    pairs = values.shape[1]
    error = float(errors(values, suites.priors[row : row + 1])[0])
    if tested:
        low, estimate, high = (float(one[0]) for one in location(values, CONFIDENCE))
    else:
        estimate = float(hodges_lehmann(values)[0])
        half = quantile(pairs, (1 - CONFIDENCE) / 2) * error
        low, high = estimate - half, estimate + half
    band, margin, spread = float(suites.bands[row]), float(suites.margins[row]), error * math.sqrt(pairs)
    settle = quantile(pairs, policy.certify if tested else policy.settle)
    power = margin + (_ACCUSE_ERRORS + _POWER_ERRORS) * spread / math.sqrt(LOOKS[-1])
    seen = margin + (_ACCUSE_ERRORS + _POWER_ERRORS) * error
    if phase is Phase.UNCHANGED:
        # What is larger would not have been settled, and then have been confirmed.
        seen = max(power, band - max(settle - _POWER_ERRORS, 0.0) * error)
    found = Weighed(
        phase=phase,
        low=low,
        estimate=estimate,
        high=high,
        pairs=pairs,
        p_value=p_value,
        detectable=min(seen, _MOST_SEEN),
        more=None,
        spread=spread,
    )
    family = max(int(np.sum(suites.starts >= 0)), 1)
    fresh = count - start if start >= 0 else 0
    return replace(found, more=_more(found, fresh, family, margin, band, policy))


def _more(found: Weighed, fresh: int, family: int, margin: float, band: float, policy: ComparePolicy) -> int | None:  # noqa: PLR0913, PLR0917 - one row, and what it is up against
    """Return the further pairs that would probably show the change past the margin or within the band.

    They come by a rerun, whose bets win on average x^2 / (2 (x^2 + spread^2)) a pair where the change is x from what
    they bet against, less about 2 for spreading them (:mod:`lapwing.detect.evalue`).
    """
    size = abs(found.estimate)
    ways = [
        (size - margin, math.log(2 * family / policy.rerun_share)),
        (band - size, -math.log(policy.certify)),
    ]
    needed = min(
        ((bar + _SPREADING) * 2 * (room**2 + found.spread**2) / room**2 for room, bar in ways if room > 0),
        default=math.inf,
    )
    more = max(needed - fresh, 1.0)
    return math.ceil(more) if more <= _MOST_MORE else None
