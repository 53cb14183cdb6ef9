"""Which outcome follows from what was weighed, and why?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.detect.effect import bounded_exp
from lapwing.judge.compare import reasons
from lapwing.judge.compare.sanity import NO_TREND, Trend, trend_of
from lapwing.judge.compare.suites import Phase
from lapwing.judge.compare.values import TIME, relative_change
from lapwing.judge.compare.witness import growth
from lapwing.judge.reasons import percent
from lapwing.model import Interval, Outcome
from lapwing.units import format_change, format_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.judge.compare.audit import Audit
    from lapwing.judge.compare.exact import Exact
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.replay import Replay
    from lapwing.judge.compare.standing import Standing
    from lapwing.judge.compare.weighed import Weighed
    from lapwing.recording import Recording, Witness
    from lapwing.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that the verdicts of one comparison follow from; ``weighed[i]`` is row i of ``state``."""

    recording: Recording
    policy: ComparePolicy
    state: Replay
    weighed: Sequence[Weighed]
    exact: tuple[Exact, ...]
    audit: Audit


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An outcome and its reason; ``open`` where more pairs may decide, ``warm`` where the level has a trend itself."""

    outcome: Outcome
    reason: str
    open: bool = False
    trend: Trend = NO_TREND
    warm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """An outcome without chance, its reason, and the ratio, None where there is none."""

    outcome: Outcome
    reason: str
    ratio: Interval | None


def decide_noisy(evidence: Evidence, standing: Standing, row: int) -> Decided:
    """Decide one row; what was found changed must still pass everything that speaks for the machine or the method."""
    weighed, unit = evidence.weighed[row], evidence.state.values.units[row]
    limit = standing.declared.limit or evidence.recording.limit
    if weighed.phase is Phase.UNCHANGED:
        return Decided(outcome=Outcome.UNCHANGED, reason=reasons.within(weighed, limit))
    if weighed.phase not in (Phase.HIGHER, Phase.LOWER):
        return Decided(outcome=Outcome.INCONCLUSIVE, reason=reasons.undecided(weighed, limit), open=True)
    timed = evidence.state.values.metrics[row].name == TIME
    trend = trend_of(evidence.recording, standing.declared.benchmark) if timed else NO_TREND
    excuse = _excuse(evidence, standing, row, trend)
    warm = abs(trend.level) > math.log1p(limit)
    if excuse:
        return Decided(outcome=Outcome.INCONCLUSIVE, reason=excuse, trend=trend, warm=warm)
    worse = (weighed.phase is Phase.HIGHER) == (unit.better == "lower")
    return Decided(
        outcome=Outcome.REGRESSED if worse else Outcome.IMPROVED,
        reason=reasons.changed(weighed, unit, limit, worse=worse),
        trend=trend,
        warm=warm,
    )


def _excuse(evidence: Evidence, standing: Standing, row: int, trend: Trend) -> str:
    """Return why a row that was found changed is in doubt all the same, empty where nothing says so."""
    weighed, control, common = evidence.weighed[row], evidence.audit.control, evidence.audit.excuse
    margin = float(evidence.state.suites.margins[row])
    if standing.same_code:
        return reasons.same_code_measured(weighed)
    if control is not None and control.accused:
        return reasons.control_accused(weighed, len(control.accused))
    if control is not None and not control.trusted:
        return reasons.error_too_large(weighed, control.rate or 0.0, control.planned)
    if abs(trend.ratio) > margin:
        return reasons.not_steady(weighed, trend.ratio)
    if common and evidence.state.values.metrics[row].name == TIME and abs(weighed.estimate - common) < margin:
        return reasons.moved_together(weighed, common)
    return ""


def decide_exact(standing: Standing, one: Exact) -> Compared:
    """Decide a metric without noise: any change is one, but for what is within a limit of the benchmark's own."""
    base, head = one.base[0], one.head[0]
    if not one.stable:
        values = f"{_several(one.base, one.unit)} on base, {_several(one.head, one.unit)} on head"
        reason = f"It is called exact and is not: {values}."
        return Compared(outcome=Outcome.INCONCLUSIVE, reason=reason, ratio=None)
    ratio = _point(base, head)
    values = f"{format_value(base, one.unit)} on base and {format_value(head, one.unit)} on head"
    if base == head:
        reason = f"It is the same on both sides, {format_value(base, one.unit)}."
        return Compared(outcome=Outcome.UNCHANGED, reason=reason, ratio=ratio)
    limit = standing.declared.limit
    if limit is not None and abs(relative_change(base, head)) <= math.log1p(limit):
        reason = f"It is {values}, within the benchmark's own limit of {percent(limit)}."
        return Compared(outcome=Outcome.UNCHANGED, reason=reason, ratio=ratio)
    worse = (head > base) == (one.unit.better == "lower")
    outcome = Outcome.REGRESSED if worse else Outcome.IMPROVED
    return Compared(outcome=outcome, reason=f"It is {values}; this metric has no noise.", ratio=ratio)


def decide_count(witness: Witness, limit: float) -> Compared:
    """Decide by a count of instructions, for a benchmark whose mark asks for it."""
    grown = growth(witness)
    ratio = _point(float(witness.base), float(witness.head))
    said = f"It executes {format_change(1 + grown)} instructions"
    if abs(relative_change(float(witness.base), float(witness.head))) <= math.log1p(limit):
        reason = f"{said}, within the limit of {percent(limit)}."
        return Compared(outcome=Outcome.UNCHANGED, reason=reason, ratio=ratio)
    outcome = Outcome.REGRESSED if grown > 0 else Outcome.IMPROVED
    return Compared(outcome=outcome, reason=f"{said}, past the limit of {percent(limit)}.", ratio=ratio)


def _point(base: float, head: float) -> Interval | None:
    """Return head over base as an interval without width, None where that says nothing."""
    if base == head:
        return Interval(low=1.0, estimate=1.0, high=1.0)
    if not (base > 0 and head > 0):
        return None
    ratio = bounded_exp(relative_change(base, head))
    return Interval(low=ratio, estimate=ratio, high=ratio)


def _several(values: tuple[float, ...], unit: Unit) -> str:
    if len(values) == 1:
        return format_value(values[0], unit)
    return f"{format_value(values[0], unit)} to {format_value(values[-1], unit)} ({len(values)} values)"
