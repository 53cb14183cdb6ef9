"""In which words is a verdict told, in which colour, and with what exit code?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from lapwing.judge.relative import RELATIVE_TIME
from lapwing.model import Outcome
from lapwing.report.figures import share

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rich.text import Text

    from lapwing.model import Report, Verdict
    from lapwing.report.look import Look
    from lapwing.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How one outcome looks: its sign, the sign in ASCII, its style."""

    sign: str
    ascii_sign: str
    style: str


MANNERS: Final[dict[Outcome, Manner]] = {
    Outcome.REGRESSED: Manner(sign="✗", ascii_sign="x", style="bold red"),
    Outcome.FAILED: Manner(sign="!", ascii_sign="!", style="bold red"),
    Outcome.MISSING: Manner(sign="○", ascii_sign="o", style="magenta"),
    Outcome.INCONCLUSIVE: Manner(sign="?", ascii_sign="?", style="yellow"),
    Outcome.IMPROVED: Manner(sign="✓", ascii_sign="+", style="green"),
    Outcome.UNCHANGED: Manner(sign="·", ascii_sign="=", style="dim"),
    Outcome.NEW: Manner(sign="+", ascii_sign="*", style="cyan"),
}

# What is listed one by one, the worst first; the rest is folded into one line.
TOLD: Final = (Outcome.REGRESSED, Outcome.FAILED, Outcome.MISSING, Outcome.INCONCLUSIVE, Outcome.IMPROVED)
FOLDED: Final = (Outcome.UNCHANGED, Outcome.NEW)
FOLDABLE: Final = (Outcome.INCONCLUSIVE, *FOLDED)
BLOCKING: Final = (Outcome.REGRESSED, Outcome.FAILED, Outcome.MISSING)


def exit_code(outcome: Outcome, *, fail_on: Collection[str] = ()) -> int:
    """Return the exit code of a verdict: 1 for what blocks, 3 for doubt where ``fail_on`` holds it, else 0."""
    if outcome in BLOCKING:
        return 1
    return 3 if outcome is Outcome.INCONCLUSIVE and outcome.value in fail_on else 0


def is_folded(verdict: Verdict, report: Report) -> bool:
    """Tell whether a verdict is counted only: it is as expected, or a doubt that does not lean past its limit.

    Doubts are most of a noisy machine's verdicts, and each one listed would hide the few that may be something. A
    first run has nothing but new ones, and they are what its reader came for.
    """
    if verdict.outcome is Outcome.NEW:
        return report.outcome is not Outcome.NEW
    if verdict.lane == "compare" and verdict.outcome is Outcome.INCONCLUSIVE:
        return False  # few are left undecided, and each says what would decide it
    if verdict.outcome is Outcome.INCONCLUSIVE and verdict.ratio is not None and verdict.ratio.estimate > 0:
        return abs(math.log(verdict.ratio.estimate)) <= math.log1p(verdict.limit)
    return verdict.outcome is Outcome.UNCHANGED


def badness(verdict: Verdict) -> float:
    """Return by what factor head is worse than base, below 1 where it is better, 0 where nobody can tell."""
    if verdict.ratio is None or verdict.ratio.estimate <= 0:
        return 0.0
    return verdict.ratio.estimate if verdict.unit.better == "lower" else 1 / verdict.ratio.estimate


def sorted_by_badness(verdicts: Iterable[Verdict], outcome: Outcome) -> list[Verdict]:
    """Return the verdicts of one outcome, the largest change first; ties by name."""
    sign = 1 if outcome is Outcome.IMPROVED else -1
    chosen = (verdict for verdict in verdicts if verdict.outcome is outcome)
    return sorted(chosen, key=lambda verdict: (sign * badness(verdict), verdict.metric, verdict.machine))


def count(number: int, noun: str = "benchmark") -> str:
    """Write ``1 benchmark``, ``5,000 benchmarks``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def headline(report: Report) -> str:
    """Say the verdict in one line, in numbers of benchmarks."""
    names = {verdict.metric.benchmark for verdict in report.verdicts}
    hit = [verdict for verdict in report.verdicts if verdict.outcome is report.outcome]
    some = len({verdict.metric.benchmark for verdict in hit})
    of_all = f"{some:,} of {count(len(names))}"
    is_or_are = "is" if some == 1 else "are"
    if not names:
        said = "no benchmark was judged, so this says nothing"
    elif report.outcome is Outcome.REGRESSED:
        said = _worse(hit, len(names))
    elif report.outcome is Outcome.FAILED:
        said = f"{of_all} failed"
    elif report.outcome is Outcome.MISSING:
        said = f"{of_all} {is_or_are} missing"
    elif report.outcome is Outcome.INCONCLUSIVE and not hit:
        said = f"most of {count(len(names))} of a machine got worse together, by the machine or by the code"
    elif report.outcome is Outcome.INCONCLUSIVE:
        said = f"{of_all} {is_or_are} not decided"
    elif report.outcome is Outcome.IMPROVED:
        said = f"{of_all} got {'faster' if about_time(hit) else 'better'}, none worse"
    elif report.outcome is Outcome.NEW:
        said = f"{count(some, 'new benchmark')}, nothing to compare with yet"
    else:
        said = f"no change in {count(len(names))}"
    return f"Performance: {said}."


def _worse(hit: Sequence[Verdict], judged: int) -> str:
    """Say how many changed for the worse, and how many are past a budget: that is no change."""
    changed = [verdict for verdict in hit if verdict.lane != "budget"]
    some = len({verdict.metric.benchmark for verdict in changed})
    spent = len({verdict.metric.benchmark for verdict in hit if verdict.lane == "budget"})
    said = f"{some:,} of {count(judged)} got {'slower' if about_time(changed) else 'worse'}"
    past = "is past its budget" if spent == 1 else "are past their budgets"
    if not spent:
        return said
    return f"{said}, {spent:,} {past}" if changed else f"{spent:,} of {count(judged)} {past}"


def blocking(report: Report, *, fail_on: Collection[str] = ()) -> str:
    """Say whether the verdict fails the check."""
    code = exit_code(report.outcome, fail_on=fail_on)
    if not (report.verdicts or code):
        return ""
    if code:
        return f"This fails the check (exit {code})."
    if report.outcome is Outcome.INCONCLUSIVE:
        return "This does not fail the check; fail-on inconclusive would (exit 3)."
    return "The check passes."


def visible(report: Report) -> str:
    """Say the smallest change that could have been seen, empty where no verdict knows it."""
    sizes = (verdict.detectable for verdict in report.verdicts)
    known = [size for size in sizes if size is not None and math.isfinite(size)]
    if not known:
        return ""
    if len(known) == 1 or min(known) == max(known):
        return f"The smallest change it could have seen is {share(known[0])}."
    return f"The smallest change it could have seen is {share(median(known))} (median; {share(max(known))} at worst)."


def about_time(verdicts: Iterable[Verdict]) -> bool:
    """Tell whether all of them are times or rates, for which English has faster and slower; over an anchor's too."""
    return all(
        one.unit.symbol == "s" or one.unit.symbol.endswith("/s") or one.metric.name == RELATIVE_TIME for one in verdicts
    )


def direction(estimate: float, unit: Unit) -> Outcome:
    """Return what a change of level by the ratio ``estimate`` is: regressed or improved."""
    worse = estimate > 1 if unit.better == "lower" else estimate < 1
    return Outcome.REGRESSED if worse else Outcome.IMPROVED


def mark(outcome: Outcome, look: Look) -> Text:
    """Return the coloured sign and word of an outcome, as in ``✗ regressed``."""
    manner = MANNERS[outcome]
    return look.say(f"{sign(outcome, look)} {outcome}", manner.style)


def sign(outcome: Outcome, look: Look) -> str:
    """Return the sign of an outcome that the reader's stream can show."""
    manner = MANNERS[outcome]
    return manner.ascii_sign if look.ascii_only else manner.sign
