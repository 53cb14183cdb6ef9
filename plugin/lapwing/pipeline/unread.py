"""What can be said of a run where the history cannot be read? Budgets and failures, and of changes nothing.

A benchmark without a past is ``new``, and a check with nothing but new ones passes. A past that is there and cannot be
read is a doubt: ``inconclusive``, so that an unreachable server makes nothing green.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.judge.policy import worst
from lapwing.model import Outcome, RunWarning

if TYPE_CHECKING:
    from lapwing.errors import StoreError
    from lapwing.model import Report

SLUG: Final = "history-unread"
REASON: Final = "No history could be read, so nobody can tell whether it changed."


def unread(report: Report, error: StoreError) -> Report:
    """Return the report of a run judged without its history, which ``error`` kept from being read."""
    verdicts = tuple(
        replace(verdict, outcome=Outcome.INCONCLUSIVE, reason=REASON) if verdict.outcome is Outcome.NEW else verdict
        for verdict in report.verdicts
    )
    said = RunWarning(slug=SLUG, message=f"No history could be read. {error.message}", remedy=error.remedy)
    return replace(
        report,
        outcome=worst(tuple(verdict.outcome for verdict in verdicts)),
        verdicts=verdicts,
        warnings=(said, *report.warnings),
    )
