"""Why is the verdict of a comparison what it is? One plain sentence with its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from lapwing.detect.effect import bounded_exp
from lapwing.judge.reasons import percent
from lapwing.model import Interval
from lapwing.units import format_change

if TYPE_CHECKING:
    from lapwing.judge.compare.weighed import Weighed
    from lapwing.units import Unit


def ratio_of(weighed: Weighed) -> Interval:
    """Return head over base with its interval."""
    low, estimate, high = (bounded_exp(one) for one in (weighed.low, weighed.estimate, weighed.high))
    return Interval(low=low, estimate=estimate, high=high)


def interval(ratio: Interval) -> str:
    """Write an estimate with its interval."""
    return f"{format_change(ratio.estimate)} ({format_change(ratio.low)} to {format_change(ratio.high)})"


def pairs_of(count: int) -> str:
    """Write a number of pairs of processes."""
    return "1 pair of processes" if count == 1 else f"{count} pairs of fresh processes"


def word(unit: Unit, *, worse: bool) -> str:
    """Return what to call a change: times and rates get slower or faster, all else worse or better."""
    if unit.symbol == "s" or unit.symbol.endswith("/s"):
        return "slower" if worse else "faster"
    return "worse" if worse else "better"


def changed(weighed: Weighed, unit: Unit, limit: float, *, worse: bool) -> str:
    """Say that head differs for sure."""
    return (
        f"Head is {word(unit, worse=worse)}: {interval(ratio_of(weighed))} in {pairs_of(weighed.pairs)}, for sure more "
        f"than half the limit of {percent(limit)}."
    )


def within(weighed: Weighed, limit: float) -> str:
    """Say that there is no change that matters."""
    return (
        f"The change is {interval(ratio_of(weighed))} in {pairs_of(weighed.pairs)}, all within the limit of "
        f"{percent(limit)}."
    )


def undecided(weighed: Weighed, limit: float) -> str:
    """Say that one cannot tell, and what one could have told."""
    return (
        f"The change is {interval(ratio_of(weighed))} in {pairs_of(weighed.pairs)}: neither for sure more than half "
        f"the limit of {percent(limit)} nor for sure within it; from {percent(math.expm1(weighed.detectable))} on it "
        "would have been seen."
    )


def _seems(weighed: Weighed) -> str:
    return f"The change seems to be {interval(ratio_of(weighed))} in {pairs_of(weighed.pairs)}"


def control_accused(weighed: Weighed, accused: int) -> str:
    """Say that the comparison cannot be trusted, for it found changes where there are none."""
    them = "1 benchmark" if accused == 1 else f"{accused} benchmarks"
    return (
        f"{_seems(weighed)}, but base compared with "
        f"itself was found changed in {them}, so this comparison accuses nobody."
    )


def error_too_large(weighed: Weighed, rate: float, planned: float) -> str:
    """Say that the noise of this run would have too many accused."""
    return (
        f"{_seems(weighed)}, but with the noise of this "
        f"run {percent(rate)} of unchanged benchmarks would be found changed ({percent(planned)} is planned), so this "
        "comparison accuses nobody."
    )


def same_code_measured(weighed: Weighed) -> str:
    """Say that a difference of the same code is no change of code."""
    return (
        f"{_seems(weighed)}, but both sides execute the same code, so this is the layout of memory or the environment."
    )


def not_steady(weighed: Weighed, trend: float) -> str:
    """Say that the change itself changes within a pair."""
    return (
        f"{_seems(weighed)}, but it moves by "
        f"{percent(abs(math.expm1(trend)))} within each pair: one side is still warming up, so the number depends on "
        "how long is measured."
    )


def moved_together(weighed: Weighed, common: float) -> str:
    """Say that a change is no more than what base does against itself."""
    return (
        f"{_seems(weighed)}, but most benchmarks moved by "
        f"about {format_change(bounded_exp(common))}, and so did base against itself."
    )


def more_would_buy(weighed: Weighed, seconds: float) -> str:
    """Say what more time would buy."""
    if weighed.more is None:
        return (
            f"Its pairs spread by {percent(weighed.spread)}: no reasonable number of them would settle it. A quieter "
            "machine, a longer call or a wider limit would."
        )
    pairs = "1 more pair" if weighed.more == 1 else f"{weighed.more} more pairs"
    return f"About {pairs} ({seconds:.0f} s) would settle it: lapwing compare --continue."


NO_TIME = "It was not measured: the time was over before its turn."
INTERRUPTED = "It was not measured: the comparison was interrupted before its turn."
NO_VALUES = "Its pairs brought no value of it, and nothing says why."
SAME_CODE = "Both sides execute the same code, so it was not measured."
ONLY_HEAD = "It is not there on base, so there is nothing to compare with."
ONLY_BASE = "It was collected on base and is not there on head."
