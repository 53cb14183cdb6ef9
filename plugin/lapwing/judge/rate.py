"""How sure must a verdict be for no more false alarms a week than somebody can live with?

A verdict judges all series anew, so with ``R`` verdicts a week, each of which holds a false accusation with probability
``q`` at most (Benjamini-Hochberg at level q, nothing having changed), there are at most ``R q`` that do. They are not
as many alarms: an accusation by chance is repeated by the verdicts after it, and most changes by chance are no longer
open, since a level of 20 values is the new normal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.model import FalseAlarms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.policy import Policy
    from lapwing.model import RunSummary

PER_ALARM: Final = 4.0
"""False accusations that verdicts may hold, by their level, for each false alarm that is raised. There was none in 247
verdicts over the quiet stretches of numpy's and pandas' histories to tune on, which may hold 12 at a level of 5 %: with
95 % certainty there is less than one for each 4. Nor was there one in 240 weeks of noise that is drawn, remembering
nothing or .3 of itself, which may hold 258 (benchmarks/detect/alarms_per_week.py)."""

_DAY: Final = 86_400.0
_WEEK: Final = 7 * _DAY
_LATELY: Final = 4 * _WEEK


def runs_per_week(runs: Sequence[RunSummary]) -> float | None:
    """Return how many clean runs there were a week, on the busiest machine, in the four weeks before the newest.

    By the runs' own times, and no clock. What is younger than a week counts as a week, so that a first evening of
    trials is not taken for the rate of a year. None where no run has a time.
    """
    starts: dict[str, list[float]] = {}
    for run in runs:
        if run.started_at > 0 and run.complete and not run.commit.dirty:
            starts.setdefault(run.machine.id, []).append(run.started_at)
    if not starts:
        return None
    newest = max(max(times) for times in starts.values())
    oldest = min(min(times) for times in starts.values())
    weeks = min(_LATELY, max(_WEEK, newest - oldest)) / _WEEK
    return max(sum(time > newest - _LATELY for time in times) for times in starts.values()) / weeks


def at_rate(policy: Policy, runs: Sequence[RunSummary], series: int) -> tuple[Policy, FalseAlarms | None]:
    """Return ``policy`` made as sure as its false alarms per week ask for, and what is to be expected.

    None where nobody knows how often runs are made, or there is nothing to judge.
    """
    often = runs_per_week(runs)
    if often is None or not series:
        return policy, None
    share = min(policy.false_discovery, policy.false_alarms_per_week * PER_ALARM / often)
    expected = min(policy.false_alarms_per_week, share * often / PER_ALARM)
    return replace(policy, false_discovery=share), FalseAlarms(
        per_week=expected, runs_per_week=often, series=series, share=share
    )
