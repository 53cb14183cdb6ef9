"""Who should be measured again, in fresh processes, before anything is said?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.judge.policy import worsening
from lapwing.model import Outcome

if TYPE_CHECKING:
    from lapwing.model import Report, Verdict

DOUBT: Final = 0.5
"""Adjusted p-value above which measuring again is a waste: it would be noise even if it were seen twice."""


def suspects(report: Report) -> tuple[str, ...]:
    """Return the benchmarks whose head looks changed, in the report's order, each once.

    Those that regressed or improved, and those inconclusive ones that lean past their limit with some evidence. They
    are to be measured again in fresh processes, and judged by those alone: what was picked for being extreme is no
    evidence of itself.
    """
    return tuple(dict.fromkeys(verdict.metric.benchmark for verdict in report.verdicts if _looks_changed(verdict)))


def _looks_changed(verdict: Verdict) -> bool:
    if verdict.lane != "history" or verdict.unit.noise == "exact" or verdict.ratio is None:
        return False
    if verdict.outcome in (Outcome.REGRESSED, Outcome.IMPROVED):
        return True
    leans = abs(worsening(verdict.ratio.estimate, "lower")) > worsening(1 + verdict.limit, "lower")
    sure = verdict.p_value is not None and verdict.p_value <= DOUBT
    return verdict.outcome is Outcome.INCONCLUSIVE and leans and sure
