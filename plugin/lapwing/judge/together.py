"""What did the other benchmarks of the machine do where this one's level changed?

A step that most of them made is the machine's, the image's or the toolchain's, not the code's. Where there is enough of
it to be proven, it was taken out of all series before (:mod:`lapwing.judge.environment`); what is asked here is whether
there may be one: that makes a doubt. The common move may excuse a benchmark and never accuses one. Ratios to an anchor
have no machine in them and are not excused.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.judge.suite import LEAST_TOGETHER

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.judge.case import Case
    from lapwing.judge.level import Levels, Shift

_LEAST_MOVE: Final = 0.01
"""Common moves within 1 % are left alone: they excuse nothing that matters."""

_WINDOW: Final = 20


def common_moves(
    cases: Sequence[Case], levels: Sequence[Levels], code: Collection[tuple[str, str, str]] = ()
) -> dict[tuple[int, int], float]:
    """Return the others' median log step (worse above 0) for each (case, shift) where it goes the same way.

    ``code`` are the (machine, unit, commit) at which that is known to be no machine's doing.
    """
    machines: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, case in enumerate(cases):
        if not case.exact and case.logarithmic and not case.relative:
            machines[case.machine, case.unit.symbol].append(i)
    found: dict[tuple[int, int], float] = {}
    for members in machines.values():
        if len(members) < LEAST_TOGETHER or not any(levels[i].shifts for i in members):
            continue
        rows = {i: _Row(cases[i]) for i in members}
        for i in members:
            for j, shift in enumerate(levels[i].shifts):
                if (cases[i].machine, cases[i].unit.symbol, _first(shift)) in code:
                    continue
                others = [row.move(shift) for other, row in rows.items() if other != i]
                common = float(np.median([move for move in others if not math.isnan(move)] or [0.0]))
                if common * rows[i].move(shift) > 0 and abs(common) > _LEAST_MOVE:
                    found[i, j] = common
    return found


def _first(shift: Shift) -> str:
    """Return the first commit known to be at the new level."""
    return shift.change.commits[1] if shift.change.commits else ""


class _Row:
    """One benchmark's values, worse above, found by commit."""

    def __init__(self, case: Case) -> None:
        self._values: Floats = case.scaled() if case.unit.better == "lower" else -case.scaled()
        self._place = {sha: i for i, sha in enumerate(case.commits)}

    def move(self, shift: Shift) -> float:
        """Return how far the level moved at the shift's commit; NaN where there is no value on one side of it."""
        at = self._place.get(_first(shift), 0)
        if at == 0:
            return math.nan
        old, new = self._values[max(0, at - min(_WINDOW, shift.evidence.points)) : at], self._values[at:]
        return float(np.median(new) - np.median(old))
