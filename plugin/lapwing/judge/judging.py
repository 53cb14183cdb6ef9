"""What do all the looks at all the cases add up to? Levels first, then head's own step, then what excuses both."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect.effect import bounded_exp
from lapwing.detect.suspects import Suspect, suspect
from lapwing.judge import reasons
from lapwing.judge.creep import find_creep
from lapwing.judge.level import Levels, Shift, find_levels
from lapwing.judge.multiplicity import adjusted
from lapwing.judge.policy import decide, worsening
from lapwing.judge.shaped import told_shapes
from lapwing.judge.step import Step, measure_step, moves_over, recent_moves, weigh_step, without_shift
from lapwing.judge.suite import Suite, ratio_suite_of, suite_of
from lapwing.judge.together import common_moves
from lapwing.model import ChangePoint, Interval, Outcome, SeriesShape

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from lapwing.judge.case import Case, Evidence
    from lapwing.judge.creep import Creep
    from lapwing.judge.environment import Find
    from lapwing.judge.policy import Policy

_CHANGED = (Outcome.REGRESSED, Outcome.IMPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a case came to; ``change`` where the level changed for good, ``environment`` where the machine moved."""

    outcome: Outcome
    reason: str
    evidence: Evidence
    p_value: float
    change: ChangePoint | None = None
    environment: bool = False
    crept: Crept | None = None
    shapes: tuple[SeriesShape, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crept:
    """What the creep lane says of a case, where it says anything."""

    outcome: Outcome
    creep: Creep
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """One evidence with its p-value corrected for all that was looked at, and the same without the machine's move."""

    evidence: Evidence
    p_value: float
    excused: Evidence | None

    def outcome(self, case: Case, policy: Policy) -> Outcome:
        """Decide with and without what the machine did; an accusation must stand both ways."""
        significant = self.p_value <= policy.false_discovery
        plain = decide(self.evidence.ratio, limit=case.limit, better=case.unit.better, significant=significant)
        if self.excused is None or plain not in _CHANGED:
            return plain
        other = decide(self.excused.ratio, limit=case.limit, better=case.unit.better, significant=significant)
        return plain if other == plain else Outcome.INCONCLUSIVE


def judge_cases(
    cases: Sequence[Case],
    policy: Policy,
    *,
    find: Find | None = None,
    code: Collection[tuple[str, str, str]] = (),
) -> list[Judged]:
    """Judge all cases of one report, of any number of machines, each with at least one value before head's.

    Significance is Benjamini-Hochberg over all series of all machines: over levels and creep together, and over head's
    own steps. ``find`` finds the change points of many series, wherever that is done. ``code`` are the (machine, unit,
    commit) at which most benchmarks of a machine changed and were not the machine's doing: nothing is excused there.
    """
    levels = find_levels(cases, policy, find)
    creeps = [
        None if case.release is None else find_creep(case, found.points, policy)
        for case, found in zip(cases, levels, strict=True)
    ]
    level_looks, crept = _look_at_levels(cases, levels, creeps, policy, code)
    step_looks, suites = _look_at_steps(cases, levels, policy)
    judged = [
        _beyond_event(case, _judge(case, found, shifts, step, suite, policy))
        for case, found, shifts, step, suite in zip(cases, levels, level_looks, step_looks, suites, strict=True)
    ]
    # One rise is told once: what the history lane accuses has not crept.
    return [
        replace(one, shapes=_shapes(case, found), crept=None if one.outcome is Outcome.REGRESSED else slow)
        for case, found, one, slow in zip(cases, levels, judged, crept, strict=True)
    ]


def _shapes(case: Case, levels: Levels) -> tuple[SeriesShape, ...]:
    return told_shapes(levels.shapes, metric=case.metric, machine=case.machine, commits=case.commits)


def _look_at_levels(
    cases: Sequence[Case],
    levels: Sequence[Levels],
    creeps: Sequence[Creep | None],
    policy: Policy,
    code: Collection[tuple[str, str, str]],
) -> tuple[list[list[_Look]], list[Crept | None]]:
    """Return a look at each open shift of each case, and what its creep comes to, corrected for all of these."""
    common = common_moves(cases, levels, code)
    given = [[shift.evidence.p_value for shift in found.shifts] or [1.0] for found in levels]
    slow = [creep.p_value for creep in creeps if creep is not None]
    p_values = iter(adjusted([*(p for ps in given for p in ps), *slow]).tolist())
    corrected = [[next(p_values) for _ in ps] for ps in given]
    looks = [
        [
            _Look(
                evidence=shift.evidence,
                p_value=ps[j],
                excused=_excused(case, shift, common[i, j]) if (i, j) in common else None,
            )
            for j, shift in enumerate(found.shifts)
        ]
        for i, (case, found, ps) in enumerate(zip(cases, levels, corrected, strict=True))
    ]
    crept = [
        None if creep is None else _crept(case, creep, next(p_values), policy)
        for case, creep in zip(cases, creeps, strict=True)
    ]
    return looks, crept


def _crept(case: Case, creep: Creep, p_value: float, policy: Policy) -> Crept:
    outcome = creep.outcome(case, significant=p_value <= policy.false_discovery)
    return Crept(outcome=outcome, creep=creep, p_value=p_value)


def _excused(case: Case, shift: Shift, common: float) -> Evidence:
    """Return the evidence of a shift less what the machine's benchmarks did together."""
    factor = bounded_exp(-common if case.unit.better == "lower" else common)
    ratio = shift.evidence.ratio
    ends = sorted((ratio.low * factor, ratio.estimate * factor, ratio.high * factor))
    return replace(shift.evidence, ratio=Interval(low=ends[0], estimate=ends[1], high=ends[2]))


def _look_at_steps(cases: Sequence[Case], levels: Sequence[Levels], policy: Policy) -> tuple[list[_Look], list[Suite]]:
    """Return a look at head's own step for each case, and the suite that it is part of."""
    steps = [measure_step(case, found.start) for case, found in zip(cases, levels, strict=True)]
    suites = _suites(cases, steps)
    least_p = policy.false_discovery / max(1, len(cases))
    found = []
    for case, step, suite in zip(cases, steps, suites, strict=True):
        evidence = weigh_step(case, step, suite, least_p)
        moved = bool(suite.shift) and not case.exact
        found.append((evidence, without_shift(case, evidence, step, suite) if moved else None))
    p_values = adjusted([(excused or evidence).p_value for evidence, excused in found])
    looks = [
        _Look(evidence=evidence, p_value=float(p), excused=excused)
        for (evidence, excused), p in zip(found, p_values, strict=True)
    ]
    return looks, suites


def _suites(cases: Sequence[Case], steps: Sequence[Step]) -> list[Suite]:
    """Return for each case what the benchmarks of its machine and unit did together, over as many runs as its level."""
    groups: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    for i, case in enumerate(cases):
        if not case.exact:
            groups[case.machine, case.unit.symbol, case.relative].append(i)
    found = [Suite()] * len(cases)
    for (_, _, relative), members in groups.items():
        recent = np.stack([recent_moves(cases[i]) for i in members])
        seen = ratio_suite_of if relative else suite_of
        known = {runs: seen(moves_over(recent, runs)) for runs in {steps[i].runs for i in members}}
        for i in members:
            found[i] = known[steps[i].runs]
    return found


def _judge(  # noqa: PLR0911, PLR0913, PLR0917 - one row of the table, and the policy; one outcome a line
    case: Case, levels: Levels, looks: Sequence[_Look], step: _Look, suite: Suite, policy: Policy
) -> Judged:
    """Take the gravest of what stands: a regressed level, a regressed head, an improved level, head's own step."""
    pairs = list(zip(levels.shifts, looks, strict=True))
    outcomes = [_level_outcome(case, shift, look, policy) for shift, look in pairs]
    worst = [pair for pair, outcome in zip(pairs, outcomes, strict=True) if outcome is Outcome.REGRESSED]
    standing = [pair for pair in worst if not pair[0].recovered]
    if standing and not case.same_code:
        gravest = max(standing, key=lambda pair: worsening(pair[1].evidence.ratio.estimate, case.unit.better))
        return _level(case, *gravest, Outcome.REGRESSED)
    own = _judge_step(case, levels, step, suite, policy)
    if own.outcome is Outcome.REGRESSED or case.same_code:
        return own
    if worst:
        return _doubt(worst[-1][1], reasons.level_recovered(worst[-1][0]))
    if pairs and outcomes[0] is Outcome.IMPROVED and not pairs[0][0].recovered:
        return _level(case, *pairs[0], Outcome.IMPROVED)
    for shift, look in pairs:
        if look.excused is not None and _changed(case, look, policy):
            common = worsening(look.evidence.ratio.estimate / look.excused.ratio.estimate, "lower")
            return replace(_doubt(look, reasons.level_shared(shift, common)), environment=True)
    # Head lies at the level that it is judged against: without this, a change in doubt would look unchanged.
    for (shift, look), outcome in zip(reversed(pairs), reversed(outcomes), strict=True):
        if not shift.recovered and outcome not in _CHANGED and _would_change(case, look):
            said = reasons.level_suspected if _is_suspect(shift) else reasons.level_doubtful
            return replace(_doubt(look, said(case, shift, look.p_value)), change=shift.change)
    return own


def _level_outcome(case: Case, shift: Shift, look: _Look, policy: Policy) -> Outcome:
    """Return what a shift comes to; one that is only suspect neither accuses nor praises."""
    outcome = look.outcome(case, policy)
    return Outcome.INCONCLUSIVE if _is_suspect(shift) and outcome in _CHANGED else outcome


def _is_suspect(shift: Shift) -> bool:
    return shift.change.state == "suspect"


def _beyond_event(case: Case, judged: Judged) -> Judged:
    """Leave a doubt where a benchmark moved otherwise than its machine: at one commit nobody can tell the two apart."""
    if not case.excess or judged.outcome in _CHANGED:
        return judged
    ratio = bounded_exp(case.excess)
    evidence = replace(judged.evidence, ratio=Interval(low=ratio, estimate=ratio, high=ratio))
    return Judged(
        outcome=Outcome.INCONCLUSIVE,
        reason=reasons.beyond_event(ratio),
        evidence=evidence,
        p_value=judged.p_value,
        environment=True,
    )


def _changed(case: Case, look: _Look, policy: Policy) -> bool:
    """Tell whether the look would accuse or praise, were there no common event."""
    return replace(look, excused=None).outcome(case, policy) in _CHANGED


def _would_change(case: Case, look: _Look) -> bool:
    """Tell whether the look would accuse or praise, were it beyond chance among all that were looked at."""
    return decide(look.evidence.ratio, limit=case.limit, better=case.unit.better, significant=True) in _CHANGED


def _level(case: Case, shift: Shift, look: _Look, outcome: Outcome) -> Judged:
    return Judged(
        outcome=outcome,
        reason=reasons.exact_changed(case, look.evidence) if case.exact else reasons.level_changed(case, shift),
        evidence=look.evidence,
        p_value=look.p_value,
        change=shift.change,
    )


def _doubt(look: _Look, reason: str) -> Judged:
    return Judged(outcome=Outcome.INCONCLUSIVE, reason=reason, evidence=look.evidence, p_value=look.p_value)


def _judge_step(  # noqa: PLR0911 - one outcome a line
    case: Case, levels: Levels, look: _Look, suite: Suite, policy: Policy
) -> Judged:
    """Judge head's own step; only a confirmed sample of several fresh processes may accuse."""
    evidence = look.evidence
    outcome = look.outcome(case, policy)
    judged = Judged(outcome=outcome, reason="", evidence=evidence, p_value=look.p_value)
    if outcome is Outcome.UNCHANGED:
        return replace(judged, reason=reasons.within(case, evidence))
    if case.same_code:
        return _doubt(look, reasons.same_code(evidence))
    if look.excused is not None and _leans(case, evidence) and not _leans(case, look.excused):
        return replace(_doubt(look, reasons.moved_with_suite(evidence, suite.shift)), environment=True)
    if outcome is Outcome.INCONCLUSIVE and not _leans(case, evidence):
        return replace(judged, reason=reasons.too_uncertain(case, evidence))
    if case.exact:
        return replace(judged, reason=reasons.exact_changed(case, evidence), change=_own_change(case, look))
    if not case.processes:
        return _doubt(look, reasons.single_value(evidence, _tail(case, levels)))
    if outcome is Outcome.INCONCLUSIVE:
        return replace(judged, reason=reasons.suspected(evidence, _tail(case, levels)))
    if not case.confirmed or len(case.processes) < policy.least_processes:
        return _doubt(look, reasons.not_confirmed(evidence, _tail(case, levels)))
    return replace(judged, reason=reasons.head_stands_off(case, evidence), change=_own_change(case, look))


def _own_change(case: Case, look: _Look) -> ChangePoint:
    """Return the change that head itself is: confirmed, since fresh processes agree, and begun at head's commit."""
    last = case.values.shape[0] - 1
    return ChangePoint(
        index=last,
        earliest=last,
        latest=last,
        ratio=look.evidence.ratio,
        p_value=look.p_value,
        state="confirmed",
        commits=(case.commits[-2], case.commits[-1]),
    )


def _leans(case: Case, evidence: Evidence) -> bool:
    """Tell whether the estimate is past the limit, one way or the other."""
    return abs(worsening(evidence.ratio.estimate, "lower")) > worsening(1 + case.limit, "lower")


def _tail(case: Case, levels: Levels) -> Suspect | None:
    """Return the newest values that are off the present level, where they are suspect."""
    return suspect(case.scaled(slice(levels.start, None)))
