"""Which regressions were accepted on purpose, and which of those are open again?

What is accepted no longer blocks, and is still told: who accepted it, and why. It is open again from the day after its
last on, and when it gets worse than what was accepted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from lapwing.judge.policy import worst
from lapwing.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from lapwing.model import Interval, MetricId, Report, Verdict
    from lapwing.units import Unit

Source = Literal["file", "command", "label"]
Why = Literal["worse", "expired"]

ACCEPTABLE: Final = (Outcome.REGRESSED, Outcome.MISSING)
"""A crash cannot be accepted: nobody knows what it would have cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One acceptance: of benchmarks whose id fits ``pattern`` (``*`` is anything), by whom and why.

    ``up_to`` is how much worse it may be (0.15 is 15 %), None where it is as much as was seen when it was accepted.
    ``until`` is the last day that it holds, None for good. An empty ``metric`` is every metric.
    """

    pattern: str
    by: str
    reason: str
    source: Source
    metric: str = ""
    up_to: float | None = None
    until: date | None = None

    def fits(self, verdict: Verdict) -> bool:
        """Tell whether it is about what a verdict is about."""
        return self.is_about(verdict.metric, verdict.node_id)

    def is_about(self, metric: MetricId, node_id: str) -> bool:
        """Tell whether it is about a metric, whose benchmark is called ``node_id`` now."""
        named = any(matches(self.pattern, name) for name in (metric.benchmark, node_id))
        return named and self.metric in ("", metric.name)

    def is_over(self, today: date) -> bool:
        """Tell whether its last day has passed."""
        return self.until is not None and today > self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A verdict that does not block, since ``waiver`` accepts it; ``share`` is how much worse it may become."""

    verdict: Verdict
    waiver: Waiver
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A verdict that blocks although it was accepted, and why."""

    verdict: Verdict
    waiver: Waiver
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A report without what was accepted, and what was."""

    report: Report
    accepted: tuple[Accepted, ...] = ()
    reopened: tuple[Reopened, ...] = ()


def settle(
    report: Report, waivers: tuple[Waiver, ...], *, today: date, seen: Mapping[MetricId, float] | None = None
) -> Settled:
    """Take what is accepted out of a report, and judge what is left.

    ``seen`` is how much worse each metric was when it was accepted without a number; where nothing is known of one, it
    is accepted as it is now, to the far end of its interval.
    """
    accepted, reopened, left = [], [], []
    for verdict in report.verdicts:
        found = _settled(verdict, waivers, today, seen or {})
        if isinstance(found, Accepted):
            accepted.append(found)
            continue
        left.append(verdict)
        if found is not None:
            reopened.append(found)
    outcome = worst(tuple(verdict.outcome for verdict in left)) if accepted else report.outcome
    if accepted and not left:
        outcome = Outcome.UNCHANGED
    kept = replace(report, verdicts=tuple(left), outcome=outcome)
    return Settled(report=kept, accepted=tuple(accepted), reopened=tuple(reopened))


def _settled(
    verdict: Verdict, waivers: tuple[Waiver, ...], today: date, seen: Mapping[MetricId, float]
) -> Accepted | Reopened | None:
    """Return how a verdict is settled by the waivers that are about it: one that holds is enough."""
    if verdict.outcome not in ACCEPTABLE:
        return None
    open_again: Reopened | None = None
    for waiver in waivers:
        if not waiver.fits(verdict):
            continue
        if waiver.is_over(today):
            open_again = open_again or Reopened(verdict=verdict, waiver=waiver, why="expired")
            continue
        share = waiver.up_to if waiver.up_to is not None else seen.get(verdict.metric, worse_by(verdict, far=True))
        now = worse_by(verdict)
        if share is None or now is None or now <= share:
            return Accepted(verdict=verdict, waiver=waiver, share=share)
        open_again = Reopened(verdict=verdict, waiver=waiver, why="worse")
    return open_again


def worse_by(verdict: Verdict, *, far: bool = False) -> float | None:
    """Return by which share head is worse than base (0.15 is 15 %), None where no ratio says so.

    ``far`` asks for the end of the interval that is furthest from base.
    """
    return None if verdict.ratio is None else share_of(verdict.ratio, verdict.unit, far=far)


def share_of(ratio: Interval, unit: Unit, *, far: bool = False) -> float | None:
    """Return by which share a ratio (new over old) is worse, below 0 where it is better, None of none that says so."""
    if ratio.low <= 0:
        return None
    if unit.better == "lower":
        return (ratio.high if far else ratio.estimate) - 1
    return 1 / (ratio.low if far else ratio.estimate) - 1


def matches(pattern: str, name: str) -> bool:
    """Tell whether ``name`` fits ``pattern``, where ``*`` stands for anything and all else for itself.

    Not fnmatch: ``[`` is part of every parametrized test's name. In time linear in the name for each part.
    """
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == name
    last = rest.pop()
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    place, end = len(first), len(name) - len(last)
    for part in rest:
        found = name.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True
