"""When is a change a regression? The policy, and the one rule that applies it.

The interval decides against the limit; the p-value is evidence, not the verdict.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.errors import SettingsError
from lapwing.model import Outcome

if TYPE_CHECKING:
    from lapwing.model import Interval
    from lapwing.units import Better

NULL_MARGIN = 0.5
"""Share of the limit that the nearer end of the interval must pass: a layout shift moves unchanged code by 1 to 3 %."""

_ROUNDING = 1e-12
"""What is at the limit but for the last digit of a float is within it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What counts as a change, and how sure one must be.

    ``limit`` is the relative change that matters (0.05 is 5 %), unless a benchmark has its own. ``false_discovery`` is
    the share of accusations in a report that may be wrong (Benjamini-Hochberg). ``alpha`` is the family-wise level of
    the change points of one series. ``frozen_after`` points after a change the new level is normal. ``least_processes``
    is how many processes head's own step must be seen in. ``not_judged`` are metrics kept as evidence only.
    ``creep_limit`` is how far a level may creep in steps that are each within the limit. ``false_alarms_per_week`` is
    how many are put up with where it is known how often runs are made; it can only lower ``false_discovery``.
    """

    limit: float = 0.05
    false_discovery: float = 0.05
    alpha: float = 0.01
    frozen_after: int = 20
    least_processes: int = 3
    not_judged: frozenset[str] = frozenset({"cpu_time"})
    creep_limit: float = 0.10
    false_alarms_per_week: float = 0.1

    def __post_init__(self) -> None:
        """Refuse what would judge nothing or everything."""
        shares = 0 < self.limit < math.inf and 0 < self.false_discovery < 1 and 0 < self.alpha < 1
        shares = shares and 0 < self.creep_limit < math.inf and 0 < self.false_alarms_per_week < math.inf
        if not shares or self.frozen_after < 1 or self.least_processes < 1:
            raise SettingsError(
                "bad-policy",
                "The policy has a limit, a share or a count that is not above 0, or a share that is not below 1.",
                remedy="set limit to a share such as 0.05.",
            )

    def judges(self, metric: str) -> bool:
        """Tell whether the metric of this name gets a verdict."""
        return metric not in self.not_judged


def worsening(ratio: float, better: Better) -> float:
    """Return how much worse ``ratio`` (new over old) is, as a log: above 0 is worse, whichever way is better.

    A ratio of nought or below (values that are not all positive) is an endless fall.
    """
    log = math.log(ratio) if ratio > 0 else -math.inf
    return log if better == "lower" else -log


def decide(ratio: Interval, *, limit: float, better: Better, significant: bool) -> Outcome:
    """Judge an interval of new over old against a limit.

    ``regressed`` if the estimate passes the limit the bad way, the interval's nearer end passes half of it, and the
    evidence is ``significant``; ``improved`` is its mirror image; ``unchanged`` if the whole interval lies within the
    limit both ways; else ``inconclusive``. The band is symmetric on the log scale (5 % is 1 / 1.05 .. 1.05), so
    that swapping head and base flips the outcome.
    """
    first, last = worsening(ratio.low, better), worsening(ratio.high, better)
    low, high = min(first, last), max(first, last)
    estimate = worsening(ratio.estimate, better)
    band = math.log1p(limit) + _ROUNDING
    if significant and estimate > band and low > NULL_MARGIN * band:
        return Outcome.REGRESSED
    if significant and estimate < -band and high < -NULL_MARGIN * band:
        return Outcome.IMPROVED
    return Outcome.UNCHANGED if -band <= low and high <= band else Outcome.INCONCLUSIVE


_WORST_FIRST = (
    Outcome.REGRESSED,
    Outcome.FAILED,
    Outcome.MISSING,
    Outcome.INCONCLUSIVE,
    Outcome.IMPROVED,
    Outcome.UNCHANGED,
    Outcome.NEW,
)


def worst(outcomes: tuple[Outcome, ...]) -> Outcome:
    """Return what several outcomes add up to: the first of them in the order regressed, failed, missing,
    inconclusive, improved, unchanged, new. Nothing judged is ``new``.
    """  # noqa: D205 - the order is the sentence
    return min(outcomes, key=_WORST_FIRST.index, default=Outcome.NEW)
