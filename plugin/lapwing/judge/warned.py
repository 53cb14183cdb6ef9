"""Which doubts belong to the whole report?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.order import Order
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
            remedy="look for a change of machine, image, interpreter or a dependency that all use; "
            "`lapwing compare` tells it from the code.",
        ),
    )
