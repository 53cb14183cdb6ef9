"""How is what was judged written down as verdicts?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.detect.centre import centre
from lapwing.judge import reasons
from lapwing.judge.spending import check_budget
from lapwing.model import MetricId, Outcome, Verdict
from lapwing.units import base_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.judge.budget import Budget
    from lapwing.judge.case import Case
    from lapwing.judge.judging import Crept, Judged
    from lapwing.judge.policy import Policy
    from lapwing.model import Declared, Sample

RECENT: Final = 20
"""Values in a sparkline."""


def judged_verdict(case: Case, judged: Judged) -> Verdict:
    """Return the verdict of a case that was judged."""
    return Verdict(
        metric=case.metric,
        node_id=case.node_id,
        unit=case.unit,
        machine=case.machine,
        outcome=judged.outcome,
        lane="history",
        reason=judged.reason,
        limit=case.limit,
        ratio=judged.evidence.ratio,
        p_value=judged.p_value,
        detectable=judged.evidence.detectable,
        base=judged.evidence.base,
        head=case.head,
        change=judged.change,
        recent=case.recent,
        warnings=case.warnings,
    )


def judged_verdicts(cases: Sequence[Case], judged: Sequence[Judged]) -> list[Verdict]:
    """Return the verdicts of cases that were judged, and after each what the creep lane says of it."""
    found = []
    for case, one in zip(cases, judged, strict=True):
        found.append(judged_verdict(case, one))
        if one.crept is not None:
            found.append(_creep_verdict(case, one.crept))
    return found


def _creep_verdict(case: Case, crept: Crept) -> Verdict:
    creep = crept.creep
    return Verdict(
        metric=case.metric,
        node_id=case.node_id,
        unit=case.unit,
        machine=case.machine,
        outcome=crept.outcome,
        lane="creep",
        reason=reasons.crept(case, creep, crept.outcome),
        limit=creep.limit,
        ratio=creep.ratio,
        p_value=crept.p_value,
        base=creep.base,
        head=creep.head,
        recent=case.recent,
    )


def new_verdict(sample: Sample, one: Declared, machine: str, reason: str, policy: Policy) -> Verdict:
    """Return the verdict of a sample that there is nothing to compare with."""
    head = centre(sample)
    return Verdict(
        metric=sample.metric,
        node_id=one.node_id,
        unit=sample.unit,
        machine=machine,
        outcome=Outcome.NEW,
        lane="none",
        reason=reason,
        limit=limit_of(one, policy),
        head=head,
        recent=(head,),
        warnings=sample.warnings,
    )


def doubtful_verdict(verdict: Verdict, reason: str) -> Verdict:
    """Return a verdict of what has nothing to be compared with as a doubt, where it is not new for all that."""
    return replace(verdict, outcome=Outcome.INCONCLUSIVE, reason=reason)


def budget_verdict(
    budget: Budget, one: Declared, samples: Mapping[str, Sample], machine: str, policy: Policy
) -> Verdict:
    """Return the verdict of one budget: ``regressed`` if it is broken, ``unchanged`` if kept, else ``inconclusive``."""
    sample = samples.get(budget.metric)
    if sample is None:
        had = ", ".join(sorted(samples)) or "nothing"
        outcome, value = Outcome.INCONCLUSIVE, None
        reason = f"The budget {budget.text!r} is of {budget.metric}, which was not recorded ({had} was)."
        unit = base_unit(budget.symbol)[0]
    else:
        spent = check_budget(budget, sample)
        outcome, value, reason, unit = spent.outcome, spent.value, spent.reason, sample.unit
    return Verdict(
        metric=MetricId(benchmark=one.benchmark, name=budget.metric),
        node_id=one.node_id,
        unit=unit,
        machine=machine,
        outcome=outcome,
        lane="budget",
        reason=reason,
        limit=limit_of(one, policy),
        head=value,
    )


def limit_of(one: Declared | None, policy: Policy) -> float:
    """Return the limit of a benchmark: its own, else the policy's."""
    return policy.limit if one is None or one.limit is None else one.limit


def recent_values(values: Floats) -> tuple[float | None, ...]:
    """Return the last values for a sparkline, holes as None."""
    return tuple(None if math.isnan(value) else value for value in values[-RECENT:].tolist())


def in_order(verdicts: Sequence[Verdict], declared: Sequence[Declared]) -> tuple[Verdict, ...]:
    """Return the verdicts in the order in which their benchmarks were declared, the others as they come, last."""
    place = {one.benchmark: i for i, one in enumerate(declared)}
    return tuple(sorted(verdicts, key=lambda verdict: place.get(verdict.metric.benchmark, len(place))))
