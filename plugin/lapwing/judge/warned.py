"""Which doubts belong to the whole report?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.judge.suite import LEAST_TOGETHER
from lapwing.model import Outcome, RunWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.order import Order
    from lapwing.judge.case import Case
    from lapwing.judge.judging import Judged


def about_order(order: Order) -> tuple[RunWarning, ...]:
    """Say which runs do not count, or that dates had to order them."""
    if order.by_date:
        message = "None of the imported commits is in this repository's history, so they are ordered by their dates."
        return (RunWarning(slug="ordered-by-date", message=message, remedy="run in a full clone of the repository."),)
    if order.left_out:
        runs = "1 run" if order.left_out == 1 else f"{order.left_out} runs"
        verb = "is" if order.left_out == 1 else "are"
        return (
            RunWarning(
                slug="left-out",
                message=f"{runs} on this machine {verb} of commits that are not in the first-parent history of head.",
                remedy="fetch the whole history (git fetch --unshallow), or ignore this for runs of other branches.",
            ),
        )
    return ()


def about_environment(judged: Sequence[Judged]) -> tuple[RunWarning, ...]:
    """Say once that the machine moved."""
    count = sum(one.environment for one in judged)
    if not count:
        return ()
    verdicts = "1 verdict is" if count == 1 else f"{count} verdicts are"
    return (
        RunWarning(
            slug="environment",
            message=f"Many benchmarks on one machine moved together; {verdicts} inconclusive for that reason.",
            remedy="look for a change of machine, image, interpreter or a dependency that all use.",
        ),
    )


def about_few(cases: Sequence[Case], judged: Sequence[Judged]) -> tuple[RunWarning, ...]:
    """Say that an accusation rests on too few benchmarks to rule out the machine.

    On a box that wanders by 5 to 10 % from run to run and stays there, one to four unchanged benchmarks are accused in
    5 to 13 % of their verdicts, five in 0.1 %: alone, a benchmark cannot tell its machine from its code. A ratio to an
    anchor can.
    """
    noisy = sum(not case.exact and not case.relative for case in cases)
    changed = any(
        one.outcome in (Outcome.REGRESSED, Outcome.IMPROVED) and not case.exact and not case.relative
        for case, one in zip(cases, judged, strict=True)
    )
    if not changed or noisy >= LEAST_TOGETHER:
        return ()
    count = "1 benchmark was" if noisy == 1 else f"{noisy} benchmarks were"
    return (
        RunWarning(
            slug="few-benchmarks",
            message=f"Only {count} judged: too few to tell a change of the machine from one of the code.",
            remedy=f"measure at least {LEAST_TOGETHER} benchmarks together; some of code that never changes will do.",
        ),
    )
