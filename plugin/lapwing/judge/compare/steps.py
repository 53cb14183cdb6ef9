"""What is to be measured next? A function of the recording alone, so that it can be replayed and resumed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.paired import hodges_lehmann
from lapwing.judge.compare.chosen import control_benchmarks, lot
from lapwing.judge.compare.cost import cost_of
from lapwing.judge.compare.policy import LOOK_COST, LOOKS, SCREEN_PAIRS
from lapwing.judge.compare.replay import replay
from lapwing.judge.compare.reruns import MOST_PAIRS
from lapwing.judge.compare.spread import errors
from lapwing.judge.compare.standing import measurable, stand
from lapwing.judge.compare.suites import Phase
from lapwing.recording import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Ints
    from lapwing.judge.compare.cost import Cost
    from lapwing.judge.compare.policy import ComparePolicy
    from lapwing.judge.compare.replay import Replay
    from lapwing.recording import Recording

_CONFIRM_SHARE: Final = 0.35
"""Share of the time that the screen leaves to the candidates where time is short."""

_CONTROL_SHARE: Final = 0.1
"""A control pair may take a tenth of the time that is left: a comparison that has no time decides something first."""

_RERUN_LOOK: Final = 4
"""Pairs of a rerun that are worth beginning."""


def next_step(recording: Recording, policy: ComparePolicy, *, attempt: int = 0) -> Step | None:
    """Return the pair to measure next, None where all is decided or time is up.

    ``attempt`` is 0 until the comparison is continued after it had ended; then it counts the reruns. Where the time
    left (``recording.max_time``, on the attempt's own clock) is too short for all that is undecided, the most telling
    candidates go first. It always ends: a benchmark is asked for at most 80 times in an attempt.
    """
    names = measurable(stand(recording))
    real = replay(recording, policy, attempt=attempt)
    cost = cost_of(recording.pairs)
    left = _time_left(recording, attempt)
    control = None if attempt else _control(names, recording, policy, len(real.values.places))
    if control is not None and cost.of(control.benchmarks) <= _CONTROL_SHARE * left:
        return control
    wanted = _affordable(_wanted(names, real, recording, attempt), recording, cost, left)
    if not wanted:
        return None
    screening = attempt == 0 and any(real.asked.get(one, 0) < SCREEN_PAIRS for one in wanted)
    return Step(stage="screen" if screening else "confirm", benchmarks=wanted, attempt=attempt)


def worth(recording: Recording, policy: ComparePolicy, step: Step) -> int:
    """Return how many pairs of ``step``, the next one, can be measured before any is looked at, at least 1.

    Until the last of its benchmarks may be decided; those decided before take part in vain, which costs a processor
    that had nothing else to do. Base with base is not measured more often than head with base.
    """
    if step.control:
        return max(sum(-1 if pair.step.control else 1 for pair in recording.pairs), 1)
    names = measurable(stand(recording))
    wanted = _wanted(names, replay(recording, policy, attempt=step.attempt), recording, step.attempt)
    chosen = {*step.benchmarks}
    return max((one.pairs for one in wanted if one.benchmark in chosen), default=1)


def decided(recording: Recording, policy: ComparePolicy) -> tuple[int, int]:
    """Return how many of the benchmarks to be measured are decided, and how many there are; for showing progress."""
    names = measurable(stand(recording))
    real = replay(recording, policy)
    open_now = _open(names, real)
    return len(names) - len(open_now), len(names)


def _open(names: Sequence[str], state: Replay) -> list[str]:
    """Return the benchmarks of which something is not decided."""
    rows = set(state.suites.open().tolist())
    return [
        one
        for one in names
        if not state.given_up(one)
        and (state.asked.get(one, 0) < SCREEN_PAIRS or any(row in rows for row in state.rows.get(one, ())))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Want:
    """A benchmark to measure, the pairs until something may be decided of it, and how telling it is so far.

    ``begun`` is whether any pair had it, ``screening`` whether it is short of the pairs that all are screened with.
    """

    benchmark: str
    pairs: int
    telling: float
    begun: bool
    screening: bool


def _wanted(names: Sequence[str], state: Replay, recording: Recording, attempt: int) -> list[_Want]:
    """Return what is undecided, in the order of declaring."""
    rows = set(state.suites.open().tolist())
    # What the rerun leaves undecided is open for the next one, but this one has an end.
    had: dict[str, int] = {}
    for pair in recording.pairs:
        if attempt and pair.step.attempt == attempt and not pair.step.control:
            for one in pair.step.benchmarks:
                had[one] = had.get(one, 0) + 1
    found = []
    for one in _open(names, state):
        if had.get(one, 0) >= MOST_PAIRS:
            continue
        own = np.array([row for row in state.rows.get(one, ()) if row in rows], dtype=np.int64)
        asked = state.asked.get(one, 0)
        pairs, telling = _outlook(state, own, attempt) if own.size else (SCREEN_PAIRS - asked, 0.0)
        found.append(
            _Want(
                benchmark=one,
                pairs=max(pairs, 1),
                telling=telling,
                begun=asked > 0,
                screening=asked < SCREEN_PAIRS and not np.any(state.suites.phases[own] == Phase.CANDIDATE),
            )
        )
    return found


def _outlook(state: Replay, rows: Ints, attempt: int) -> tuple[int, float]:
    """Return the fewest pairs after which one of ``rows`` may be decided, and the largest |z| among them."""
    suites = state.suites
    pairs, telling = [], []
    least = _least_look(int(np.sum(suites.starts >= 0)), suites.policy)
    for row in rows.tolist():
        count = int(suites.counts[row])
        values = suites.values[row : row + 1, :count]
        error = float(errors(values, suites.priors[row : row + 1])[0])
        telling.append(abs(float(hodges_lehmann(values)[0])) / error)
        if attempt:
            pairs.append(_RERUN_LOOK)
        elif suites.phases[row] == Phase.CANDIDATE:
            fresh = count - int(suites.starts[row])
            pairs.append(next(look for look in LOOKS if look > fresh and look >= least) - fresh)
        else:
            pairs.append(max(SCREEN_PAIRS - count, 1))
    return min(pairs), max(telling, default=0.0)


def _least_look(candidates: int, policy: ComparePolicy) -> int:
    """Return the first look at which one guilty among ``candidates`` can be accused: where all its signs agree."""
    needed = policy.first_share / max(candidates, 1)
    return next((look for look in LOOKS if 2 * LOOK_COST * 0.5**look <= needed), LOOKS[-1])


def _time_left(recording: Recording, attempt: int) -> float:
    """Return the seconds that are left to this attempt; endless where there is no end.

    The newest pair tells the time: an attempt that was interrupted and is gone on with has all its time again.
    """
    if recording.max_time is None:
        return math.inf
    last = recording.pairs[-1] if recording.pairs else None
    return recording.max_time - (last.ended if last is not None and last.step.attempt == attempt else 0.0)


def _affordable(wanted: list[_Want], recording: Recording, cost: Cost, left: float) -> tuple[str, ...]:
    """Return as many of ``wanted`` as there is time to bring to a decision.

    First what is not screened to the end, since four pairs settle most of it, then the most telling, then by lot; but
    what was never measured may not take the time that candidates will need. Where there is time for no decision but for
    a pair, what is not screened to the end is measured all the same: an interval is better than nothing.
    """
    if left == math.inf:
        return tuple(one.benchmark for one in wanted)
    ranked = sorted(wanted, key=lambda one: (not one.screening, -one.telling, lot(one.benchmark, recording.seed)))
    kept = _CONFIRM_SHARE * (recording.max_time or 0.0)
    chosen = _fitting([(one, one.pairs, left if one.begun else left - kept) for one in ranked], cost)
    if not chosen:
        chosen = _fitting([(one, 1, left) for one in ranked if one.screening], cost)
    return tuple(one.benchmark for one in wanted if one.benchmark in chosen)


def _fitting(ranked: list[tuple[_Want, int, float]], cost: Cost) -> set[str]:
    """Return which of (benchmark, its pairs, the time there is for it) fit, taken in this order."""
    chosen: set[str] = set()
    spent, longest = 0.0, 0
    for one, pairs, left in ranked:
        own = (cost.of([one.benchmark]) - cost.start) * pairs
        further = max(longest, pairs)
        if spent + own + cost.start * further <= left:
            chosen.add(one.benchmark)
            spent, longest = spent + own, further
    return chosen


def _control(names: Sequence[str], recording: Recording, policy: ComparePolicy, real_pairs: int) -> Step | None:
    """Return the control's next pair where it is its turn: after each real pair, as long as it is undecided.

    So it has the chances to be accused that the real benchmarks have, and no more.
    """
    chosen = control_benchmarks(names, recording.seed, policy)
    state = replay(recording, policy, control=True)
    had = len(state.values.places)
    wanted = tuple(_open(chosen, state))
    if had >= real_pairs or not wanted:
        return None
    return Step(stage="screen" if had < SCREEN_PAIRS else "confirm", benchmarks=wanted, control=True)
