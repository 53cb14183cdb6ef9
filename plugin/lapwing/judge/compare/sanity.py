"""Was the comparison sound: did the machine hold its speed, did all move together, is a benchmark steady?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.effect import bounded_exp
from lapwing.detect.paired import hodges_lehmann
from lapwing.detect.signed_rank import upper_p
from lapwing.judge.compare.values import TIME
from lapwing.judge.reasons import percent
from lapwing.judge.suite import suite_of
from lapwing.model import RunWarning
from lapwing.units import format_change

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats
    from lapwing.judge.compare.values import PairValues
    from lapwing.recording import Recording

WANDERS: Final = 0.15
"""The machine's own speed is worth a word from 15 % on: a fixed loop moved by 98 % within 40 s on a shared machine,
while pairs on one processor, both sides at once, kept to 1.4 %. It accuses and acquits nobody."""

_TREND_LEVEL: Final = 0.001
_LEAST_ROWS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What happens within a pair, from its first half to its second: ``ratio`` to head over base, ``level`` to both.

    Logs; 0 where it may be chance.
    """

    ratio: float = 0.0
    level: float = 0.0


NO_TREND: Final = Trend()


def trend_of(recording: Recording, benchmark: str) -> Trend:
    """Return the trend of the time of one benchmark within its real pairs."""
    ratios, levels = [], []
    for pair in recording.pairs:
        for one in pair.paired if not pair.step.control else ():
            half = len(one.base) // 2
            if one.benchmark == benchmark and half and one.failure is None:
                base = np.log([some.value for some in one.base])
                head = np.log([some.value for some in one.head])
                ratio, level = head - base, (head + base) / 2
                ratios.append(float(np.median(ratio[-half:]) - np.median(ratio[:half])))
                levels.append(float(np.median(level[-half:]) - np.median(level[:half])))
    return Trend(ratio=_sure(ratios), level=_sure(levels))


def _sure(values: list[float]) -> float:
    """Return the location of ``values`` where it is not nought by chance, else 0."""
    if not values:
        return 0.0
    row = np.array([values])
    middle = float(hodges_lehmann(row)[0])
    p_value = 2 * float(upper_p(row if middle > 0 else -row)[0])
    return middle if p_value <= _TREND_LEVEL else 0.0


def warming_up(benchmark: str, trend: Trend) -> RunWarning:
    """Return the warning that a benchmark gets faster or slower while it is measured."""
    return RunWarning(
        slug="not-steady",
        message=f"{benchmark} changes by {format_change(bounded_exp(trend.level))} within each pair, on both sides.",
        remedy="let it warm up in its fixtures, or keep what it grows from growing.",
    )


def wandered(values: PairValues) -> RunWarning | None:
    """Return a warning if base's own level moved over the pairs: frequency, heat, neighbours."""
    rows = [i for i, metric in enumerate(values.metrics) if metric.name == TIME]
    if len(rows) < _LEAST_ROWS:
        return None
    logs = np.log(values.base[rows])
    known = ~np.isnan(logs)
    own = logs - np.array([[np.median(row[some])] for row, some in zip(logs, known, strict=True)])
    columns = [own[known[:, k], k] for k in range(own.shape[1])]
    levels = np.array([float(np.median(column)) for column in columns if column.shape[0] >= _LEAST_ROWS])
    if not levels.size or (span := float(levels.max() - levels.min())) < WANDERS:
        return None
    return RunWarning(
        slug="machine-wandered",
        message=f"The machine's own speed moved by {percent(bounded_exp(span) - 1)} during the comparison; both sides "
        "of a pair run at once, so this costs precision and accuses nobody.",
        remedy="lapwing doctor says what makes this machine noisy.",
    )


def common_shift(estimates: Floats) -> float:
    """Return the log ratio by which most benchmarks' times moved together, 0 where they did not."""
    return suite_of(estimates).shift


def moved_together(shift: float, control: float) -> RunWarning:
    """Return the warning that most benchmarks moved together."""
    also = (
        f", and base against itself by {format_change(bounded_exp(control))}: it is the way of measuring"
        if shared(shift, control)
        else ": something that all of them use, or the layout of a module that all of them load"
    )
    return RunWarning(
        slug="moved-together",
        message=f"Most benchmarks moved together, by about {format_change(bounded_exp(shift))}{also}.",
        remedy="look at what all benchmarks have in common: imports, fixtures, a dependency.",
    )


def shared(shift: float, control: float) -> bool:
    """Tell whether base against itself shows the common shift as well, at least half of it."""
    return shift != 0 and control / shift >= 0.5  # noqa: PLR2004 - half
