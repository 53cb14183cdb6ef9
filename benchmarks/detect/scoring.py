"""How right was a detector on cases whose truth is known?

A found point within 5 of a true one is right, one for one. The interval of F1 and of false points is of the cases drawn
anew (percentile bootstrap, seeded), since points of one case are not independent of each other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from cases import Case
from rows import Share

MARGIN = 5
DRAWS = 500


def match(truth: Sequence[int], found: Sequence[int], margin: int = MARGIN) -> dict[int, int]:
    """Return for each true point that was found the found one: the nearest within ``margin`` that is still free.

    The nearest pairs are matched first.
    """
    pairs = sorted((abs(t - f), t, f) for t in truth for f in set(found) if abs(t - f) <= margin)
    matched: dict[int, int] = {}
    for _, t, f in pairs:
        if t not in matched and f not in matched.values():
            matched[t] = f
    return matched


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted over cases."""

    right: int = 0
    false: int = 0
    missed: int = 0
    by_sigma: dict[float, Share] = field(default_factory=dict)
    flagged: Share = field(default_factory=Share)
    quiet_points: int = 0
    quiet_false: int = 0
    offsets: list[int] = field(default_factory=list)

    def add(self, case: Case, found: Sequence[int]) -> None:
        """Count what was found in one case."""
        if not case.steps:
            self.flagged.add(hit=bool(found))
            self.quiet_points += len(case.values)
            self.quiet_false += len(found)
            return
        matched = match(case.truth, found)
        self.right += len(matched)
        self.false += len(found) - len(matched)
        self.missed += len(case.steps) - len(matched)
        self.offsets += [abs(t - f) for t, f in matched.items()]
        for step in case.steps:
            self.by_sigma.setdefault(step.sigma, Share()).add(hit=step.index in matched)

    @property
    def f1(self) -> float:
        """F1 over all points of the cases with steps; 0 where nothing was there or found."""
        return 2 * self.right / max(1, 2 * self.right + self.false + self.missed)

    @property
    def precision(self) -> float:
        """The share of found points that are right, in the cases with steps."""
        return self.right / max(1, self.right + self.false)

    @property
    def false_per_1000(self) -> float:
        """False points per thousand points of quiet cases."""
        return 1000 * self.quiet_false / max(1, self.quiet_points)

    @property
    def offset(self) -> float:
        """How far off the right points are, on average."""
        return sum(self.offsets) / max(1, len(self.offsets))


def tally(cases: Iterable[Case], found: Iterable[Sequence[int]]) -> Tally:
    """Return what a detector that found this in these cases comes to."""
    counted = Tally()
    for case, points in zip(cases, found, strict=True):
        counted.add(case, points)
    return counted


def drawn_anew(
    cases: Sequence[Case], found: Sequence[Sequence[int]], what: Callable[[Tally], float], draws: int = DRAWS
) -> tuple[float, float]:
    """Return the 95 % interval of ``what`` over the cases drawn anew."""
    draw = random.Random(1)
    singles = [tally([case], [points]) for case, points in zip(cases, found, strict=True)]
    values = []
    for _ in range(draws):
        total = Tally()
        for one in draw.choices(singles, k=len(singles)):
            total.right += one.right
            total.false += one.false
            total.missed += one.missed
            total.quiet_false += one.quiet_false
            total.quiet_points += one.quiet_points
        values.append(what(total))
    values.sort()
    return values[round(0.025 * (draws - 1))], values[round(0.975 * (draws - 1))]
