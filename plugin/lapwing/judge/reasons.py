"""Why is the verdict what it is? One plain sentence with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.judge.creep import KEPT
from lapwing.model import Outcome
from lapwing.units import format_change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.suspects import Suspect
    from lapwing.judge.case import Case, Evidence
    from lapwing.judge.creep import Creep
    from lapwing.judge.level import Shift
    from lapwing.model import Interval

_SHORT = 10
_NAMED = 3


def percent(share: float) -> str:
    """Write a share as a percentage with as many digits as it needs: ``5 %``, ``12.5 %``."""
    return f"{share * 100:.3g} %"


def interval(ratio: Interval) -> str:
    """Write an estimate with its interval."""
    if ratio.low == ratio.high:
        return format_change(ratio.estimate)
    return f"{format_change(ratio.estimate)} ({format_change(ratio.low)} to {format_change(ratio.high)})"


def level_changed(case: Case, shift: Shift) -> str:
    """Say where the level changed for good."""
    old, new = shift.change.commits or ("?", "?")
    since = case.values.shape[0] - shift.change.index
    return (
        f"The level changed by {interval(shift.evidence.ratio)} at {new[:_SHORT]} (last at the old level: "
        f"{old[:_SHORT]}), past the limit of {_limit(case, shift.evidence)}; {_runs(since)} since."
    )


def level_doubtful(case: Case, shift: Shift, p_value: float) -> str:
    """Say that a change of level may be chance among so many benchmarks."""
    _, new = shift.change.commits or ("?", "?")
    since = case.values.shape[0] - shift.change.index
    return (
        f"Suspected: the level seems to have changed by {interval(shift.evidence.ratio)} at {new[:_SHORT]}, "
        f"{_runs(since)} ago, but among all benchmarks judged here that is not beyond chance (p {p_value:.2g}); "
        "more runs can tell."
    )


def level_suspected(case: Case, shift: Shift, p_value: float) -> str:
    """Say that a change of level was seen too lately to stand."""
    _, new = shift.change.commits or ("?", "?")
    since = case.values.shape[0] - shift.change.index
    return (
        f"Suspected: the level seems to have changed by {interval(shift.evidence.ratio)} at {new[:_SHORT]}, "
        f"{_runs(since)} ago (p {p_value:.2g}); it is confirmed once a few more runs say the same."
    )


def level_shared(shift: Shift, common: float) -> str:
    """Say that a change of level was not this benchmark's own."""
    _, new = shift.change.commits or ("?", "?")
    return (
        f"The level changed by {interval(shift.evidence.ratio)} at {new[:_SHORT]}, where the benchmarks of this "
        f"machine changed by about {percent(abs(common))} together: the machine, or something they all use."
    )


def level_recovered(shift: Shift) -> str:
    """Say that head undoes an open change."""
    _, new = shift.change.commits or ("?", "?")
    return (
        f"The level changed by {interval(shift.evidence.ratio)} at {new[:_SHORT]}, but head is back at the level "
        "before; one run is too little to say that it lasts."
    )


def head_stands_off(case: Case, evidence: Evidence) -> str:
    """Say that head alone is beyond doubt."""
    return (
        f"Changed by {interval(evidence.ratio)} at {case.commits[-1][:_SHORT]} (last at the old level: "
        f"{case.commits[-2][:_SHORT]}), past the limit of {_limit(case, evidence)}, in every one of "
        f"{len(case.processes)} fresh processes measured to confirm it."
    )


def exact_changed(case: Case, evidence: Evidence) -> str:
    """Say that a metric without noise changed."""
    return (
        f"It changed by {interval(evidence.ratio)}, past the limit of {_limit(case, evidence)}; "
        "this metric has no noise."
    )


def within(case: Case, evidence: Evidence) -> str:
    """Say that there is no change that matters."""
    return f"The change is {interval(evidence.ratio)}, all within the limit of {percent(case.limit)}."


def too_uncertain(case: Case, evidence: Evidence) -> str:
    """Say that one cannot tell, and what one could have told."""
    return (
        f"The change is {interval(evidence.ratio)}: too uncertain for the limit of {percent(case.limit)}; from "
        f"{percent(evidence.detectable)} on it would have been seen."
    )


def suspected(evidence: Evidence, newest: Suspect | None) -> str:
    """Say that head leans past the limit without proof."""
    return (
        f"Suspected: head is off by {interval(evidence.ratio)}{_several(newest)}, but less than "
        f"{percent(evidence.detectable)} cannot be told from noise with {_runs(evidence.points)} before; "
        "more runs can tell."
    )


def single_value(evidence: Evidence, newest: Suspect | None) -> str:
    """Say that a recorded value by itself is no proof."""
    return (
        f"Suspected: head is off by {interval(evidence.ratio)}{_several(newest)}, but single values stray as far on "
        f"unchanged code, and a change of level needs more of them ({_runs(evidence.points)} before)."
    )


def not_confirmed(evidence: Evidence, newest: Suspect | None) -> str:
    """Say that a single measurement is no proof."""
    return (
        f"Suspected: head is off by {interval(evidence.ratio)}{_several(newest)}, but it was not measured again in "
        "fresh processes, and one measurement is no proof."
    )


def same_code(evidence: Evidence) -> str:
    """Say that a difference on one commit is no change of code."""
    return (
        f"Head is off by {interval(evidence.ratio)} from earlier runs of the same commit: the code is the same, so "
        "this is noise or the environment."
    )


def moved_with_suite(evidence: Evidence, shift: float) -> str:
    """Say that head moved no more than everything else."""
    return (
        f"Head is off by {interval(evidence.ratio)}, while the whole suite moved by about {percent(abs(shift))}: the "
        "machine, or something all benchmarks use."
    )


def crept(case: Case, creep: Creep, outcome: Outcome) -> str:
    """Say how far the level crept, since when, and in what steps."""
    level = "its level at the last release" if creep.at_release else f"the best level kept for {KEPT} runs"
    told = [f"{format_change(one.ratio.estimate)} at {one.commits[1][:_SHORT]}" for one in creep.told if one.commits]
    single = f"no single change past the limit of {percent(case.limit)}"
    steps = f"of it {', '.join(told[:_NAMED])} in one step each" if told else single
    said = f"{interval(creep.ratio)} over {level} ({creep.since[:_SHORT]}), by the last {_runs(creep.points)}; {steps}."
    if outcome is Outcome.REGRESSED:
        return f"It crept past the creep limit of {percent(creep.limit)}: {said}"
    return f"Suspected: it may have crept past the creep limit of {percent(creep.limit)}: {said} More runs can tell."


def environment(  # noqa: PLR0913, PLR0917 - what happened, in its parts
    commits: tuple[str, str],
    moves: Interval,
    moved: int,
    measured: int,
    furthest: Sequence[tuple[str, float]] = (),
    witnesses: int = 0,
) -> str:
    """Say what most benchmarks of a machine did together, which (with its ratio) did otherwise, and who did not move.

    ``witnesses`` is how many other machines measured the same commits and did not change.
    """
    old, new = commits
    half = f"half of them by {format_change(moves.low)} to {format_change(moves.high)}"
    one_way = moves.low > 1 or moves.high < 1
    how = f"by about {format_change(moves.estimate)} ({half})" if one_way else f"some up and some down ({half})"
    return (
        f"{moved} of {measured} benchmarks of this machine changed {how} between {old[:_SHORT]} and {new[:_SHORT]}: "
        f"the machine, its image or the toolchain{_or_the_code(witnesses)}.{_otherwise(furthest)}"
    )


def _or_the_code(witnesses: int) -> str:
    if not witnesses:
        return ", or code that all of them use"
    return f", since {'another machine' if witnesses == 1 else f'{witnesses} other machines'} did not change there"


def beyond_event(ratio: float) -> str:
    """Say that a benchmark did more than its machine did."""
    return (
        f"Suspected: it changed by {format_change(ratio)} beyond what the benchmarks of its machine did together at "
        "the same commit; comparing the commits tells whether that is the code."
    )


def _otherwise(furthest: Sequence[tuple[str, float]]) -> str:
    if not furthest:
        return ""
    named = ", ".join(f"{name} ({format_change(ratio)})" for name, ratio in furthest[:_NAMED])
    more = f" and {len(furthest) - _NAMED} more" if len(furthest) > _NAMED else ""
    return f" Far from the rest: {named}{more}."


def _limit(case: Case, evidence: Evidence) -> str:
    """Write the limit; where a fall is past it that would be within it as a rise, the limit of a fall too.

    Changes are ratios: what 5 % up undoes is 4.76 % down.
    """
    if 1 - case.limit <= evidence.ratio.estimate < 1:
        return f"{percent(case.limit)} (of {percent(1 - 1 / (1 + case.limit))} downwards)"
    return percent(case.limit)


def _several(newest: Suspect | None) -> str:
    return f", as are all of the last {newest.count} points" if newest is not None and newest.count > 1 else ""


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"


def cut_off(unplaced: int) -> str:
    """Say that earlier values may be there, which a shallow clone cannot place."""
    values = "1 value is" if unplaced == 1 else f"{unplaced:,} values are"
    return (
        f"{values} of commits that this shallow clone does not know, so whether it changed cannot be told: "
        "git fetch --unshallow."
    )


def on_another_machine(title: str) -> str:
    """Say that a shard landed on a machine that knows nothing of its benchmarks."""
    return f"It could not be compared: its shard ran on this machine, and its earlier values are of another, {title}."
