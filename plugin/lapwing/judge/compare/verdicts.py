"""How is what was weighed written down as verdicts of one benchmark?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lapwing.judge.compare import reasons
from lapwing.judge.compare.cost import cost_of
from lapwing.judge.compare.decided import decide_count, decide_exact, decide_noisy
from lapwing.judge.compare.exact import unstable
from lapwing.judge.compare.sanity import warming_up
from lapwing.judge.compare.standing import JUDGED_BY_COUNT, wants_count
from lapwing.judge.compare.values import TIME, level
from lapwing.judge.compare.witness import explanation, witness_of
from lapwing.model import MetricId, Outcome, RunWarning, Verdict
from lapwing.units import COUNT, SECONDS

if TYPE_CHECKING:
    from lapwing.judge.compare.decided import Evidence
    from lapwing.judge.compare.exact import Exact
    from lapwing.judge.compare.standing import Standing
    from lapwing.model import Lane
    from lapwing.units import Unit


def verdicts_of(evidence: Evidence, standing: Standing) -> list[Verdict]:
    """Return the verdicts of one benchmark: of its time first, then of what else was measured, by name."""
    if standing.state not in {"measurable", "counted"}:
        return [_unmeasured(evidence, standing)]
    benchmark = standing.declared.benchmark
    found = [_noisy(evidence, standing, row) for row in evidence.state.rows.get(benchmark, ())]
    found += [_exact(evidence, standing, one) for one in evidence.exact if one.metric.benchmark == benchmark]
    if standing.state == "counted":
        found = [_counted(evidence, standing), *(one for one in found if one.metric.name != TIME)]
    found.sort(key=lambda verdict: (verdict.metric.name not in {TIME, JUDGED_BY_COUNT}, verdict.metric.name))
    found = found or [
        _verdict(evidence, standing, TIME, SECONDS, Outcome.INCONCLUSIVE, _why_nothing(evidence, standing))
    ]
    return [replace(found[0], warnings=(*found[0].warnings, *_doubts(standing))), *found[1:]]


def _unmeasured(evidence: Evidence, standing: Standing) -> Verdict:
    """Return the verdict of a benchmark that there was nothing to measure of."""
    said = f" It {standing.failure.kind}: {standing.failure.message}" if standing.failure is not None else ""
    outcome, reason, lane = {
        "acquitted": (Outcome.UNCHANGED, reasons.SAME_CODE, "compare"),
        "new": (Outcome.NEW, f"It cannot be measured on base.{said}" if said else reasons.ONLY_HEAD, "none"),
        "failed": (Outcome.FAILED, said.strip(), "none"),
        "missing": (Outcome.MISSING, reasons.ONLY_BASE, "none"),
    }[standing.state]
    verdict = _verdict(evidence, standing, TIME, SECONDS, outcome, reason, lane=lane)  # type: ignore[arg-type]
    return replace(verdict, warnings=_doubts(standing))


def _why_nothing(evidence: Evidence, standing: Standing) -> str:
    if evidence.state.asked.get(standing.declared.benchmark, 0):
        return reasons.NO_VALUES
    return reasons.NO_TIME if evidence.recording.complete else reasons.INTERRUPTED


def _noisy(evidence: Evidence, standing: Standing, row: int) -> Verdict:
    """Return the verdict of one metric that was compared pair by pair."""
    values, weighed = evidence.state.values, evidence.weighed[row]
    metric, unit = values.metrics[row], values.units[row]
    found = decide_noisy(evidence, standing, row)
    notes = []
    if metric.name == TIME:
        witness = witness_of(evidence.recording, standing)
        notes += [explanation(witness, found.outcome)] if witness is not None else []
    if found.open:
        seconds = cost_of(evidence.recording.pairs).of([metric.benchmark]) * (weighed.more or 0)
        notes.append(reasons.more_would_buy(weighed, seconds))
    ratio = reasons.ratio_of(weighed)
    base = level(values.base[row])
    return replace(
        _verdict(evidence, standing, metric.name, unit, found.outcome, found.reason),
        ratio=ratio,
        p_value=weighed.p_value,
        detectable=float(np.expm1(weighed.detectable)),
        base=base,
        # So that the two numbers shown say what the ratio says: the medians of few pairs may not.
        head=base * ratio.estimate if base > 0 else level(values.head[row]),
        pairs=weighed.pairs,
        notes=tuple(note for note in notes if note),
        warnings=(warming_up(metric.benchmark, found.trend),) if found.warm else (),
    )


def _exact(evidence: Evidence, standing: Standing, one: Exact) -> Verdict:
    """Return the verdict of a metric without noise."""
    found = decide_exact(standing, one)
    return replace(
        _verdict(evidence, standing, one.metric.name, one.unit, found.outcome, found.reason),
        ratio=found.ratio,
        base=one.base[0],
        head=one.head[0],
        pairs=one.pairs,
        warnings=() if one.stable else (unstable(one),),
    )


def _counted(evidence: Evidence, standing: Standing) -> Verdict:
    """Return the verdict of a benchmark that asked to be judged by its count of instructions."""
    witness = witness_of(evidence.recording, standing)
    assert witness is not None  # that is what "counted" means
    limit = standing.declared.limit or evidence.policy.count_limit
    found = decide_count(witness, limit)
    return replace(
        _verdict(evidence, standing, JUDGED_BY_COUNT, COUNT, found.outcome, found.reason),
        ratio=found.ratio,
        limit=limit,
        base=float(witness.base),
        head=float(witness.head),
    )


def _doubts(standing: Standing) -> tuple[RunWarning, ...]:
    """Return what is to be said of the benchmark itself: another answer, a count that is not there."""
    name, base, head = standing.declared.benchmark, standing.base, standing.head
    found = []
    if base is not None and head is not None and base.answer and head.answer and base.answer != head.answer:
        found.append(
            RunWarning(
                slug="different-answer",
                message=f"{name} returns something else on head than on base.",
                remedy="look whether it still does the same work before believing its speed.",
            )
        )
    if wants_count(standing):
        found.append(
            RunWarning(
                slug="not-counted",
                message=f"{name} is to be judged by its instructions, which could not be counted here; its time was.",
                remedy="install valgrind, or take metric='instructions' from its mark: coroutines, 'with perf:' blocks "
                "and what has a setup cannot be counted.",
            )
        )
    return tuple(found)


def _verdict(  # noqa: PLR0913, PLR0917 - what every verdict has
    evidence: Evidence,
    standing: Standing,
    name: str,
    unit: Unit,
    outcome: Outcome,
    reason: str,
    *,
    lane: Lane = "compare",
) -> Verdict:
    one = standing.declared
    return Verdict(
        metric=MetricId(benchmark=one.benchmark, name=name),
        node_id=one.node_id,
        unit=unit,
        machine=evidence.recording.machine.id,
        outcome=outcome,
        lane=lane,
        reason=reason,
        limit=one.limit or evidence.recording.limit,
    )
