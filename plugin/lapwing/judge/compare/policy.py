"""How sure must one be that head differs from base, and how many pairs may it take to find out?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from lapwing.errors import SettingsError

SCREEN_PAIRS: Final = 4
"""Pairs that everything is screened with; a benchmark may be settled after these, not before."""

MOST_SCREEN: Final = 16
"""Pairs after which what the screen cannot settle is a candidate, whatever its estimate."""

LOOKS: Final = (8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64)
"""Fresh pairs after which a candidate is looked at. Below 8 no signed-rank test can say anything after seven looks; a
change at the limit of an ordinary benchmark takes 12 as a rule, of the noisiest tenth 28 (the noise is the second of
benchmarks/compare/simulate.py)."""

LOOK_COST: Final = 6.0
"""The smallest one-sided p-value over all 12 looks is below t with probability at most 6 t where nothing changed.

That number is the same for every noise that is symmetric and steady: signed ranks know no shape. The largest ratio
found was 5.8 (benchmarks/compare/look_cost.py, a million histories: 5.79 with a standard error of 0.03, at t = 2^-12);
splitting the error evenly over the looks would cost 12. Ranks do know order: where the noise grows fourfold during the
comparison it is 6.3, so that a twentieth more of the accusations may be wrong than ``false_discovery`` says."""

NULL_MARGIN: Final = 0.5
"""Share of the limit that a change must provably pass: unrelated code moved unchanged benchmarks by -2.8 to +1.9 %,
most by less than 1.5 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparePolicy:
    """How sure one must be.

    ``false_discovery`` is the share of accusations in one comparison that may be wrong (Benjamini-Hochberg over the
    candidates), a fifth of which is set aside for reruns. ``settle`` is the chance that a change of just the limit is
    settled as unchanged at one look of the screen, ``certify`` the same for a candidate. ``planned`` is the share of
    unchanged benchmarks that may be accused: where this comparison's own noise gives more than twice that, nobody is.
    ``control_share`` of the benchmarks (at least ``least_control``) are measured base against base as well.
    ``count_limit`` is the change of a count of instructions that decides where a benchmark is judged by it and has no
    limit of its own: the state of the allocator in one process alone moved counts by 4.9 %, by 0.9 % in the middle of
    five. ``rehearsed`` verdicts tell what error this comparison's noise makes, in 0.1 s, on the noisiest machine in a
    second. ``not_judged`` are metrics kept as evidence only.
    """

    false_discovery: float = 0.05
    settle: float = 0.01
    certify: float = 0.005
    planned: float = 0.005
    control_share: float = 0.05
    least_control: int = 2
    count_limit: float = 0.05
    rehearsed: int = 2_000
    not_judged: frozenset[str] = frozenset({"cpu_time"})

    def __post_init__(self) -> None:
        """Refuse what would judge nothing or everything."""
        shares = (self.false_discovery, self.settle, self.certify, self.planned)
        counts = self.least_control >= 0 and self.rehearsed >= 1 and self.count_limit > 0
        if not (all(0 < share < 1 for share in shares) and 0 <= self.control_share <= 1 and counts):
            raise SettingsError(
                "bad-policy",
                "A share of the policy is not between 0 and 1, or a count below what makes sense.",
                remedy="set shares such as false_discovery to a number such as 0.05.",
            )

    @property
    def first_share(self) -> float:
        """The false discoveries allowed to the first attempt: four fifths of all."""
        return 0.8 * self.false_discovery

    @property
    def rerun_share(self) -> float:
        """The false discoveries allowed to all reruns together: the fifth that is left.

        A bet that must win 100 to 1 instead of 20 to 1 takes four more pairs, and then any number of reruns is honest.
        """
        return 0.2 * self.false_discovery


def band_of(limit: float) -> float:
    """Return the limit on the log scale, on which a change and its undoing are equally large."""
    return math.log1p(limit)
