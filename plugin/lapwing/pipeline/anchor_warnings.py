"""What is to be said of an anchor that could not be measured, or not for all benchmarks?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lapwing.errors import LapwingError
    from lapwing.model import Anchor

_NAMED: Final = 5
_JUDGED: Final = "times are judged instead"


def off(anchor: Anchor, error: LapwingError) -> RunWarning:
    """Say that nothing was measured against the anchor."""
    return RunWarning(
        slug="anchor-failed",
        message=f"Nothing was measured against the anchor {anchor.title}, {_JUDGED}: {error.message}",
        remedy=error.remedy,
    )


def lacks(anchor: Anchor, reasons: Mapping[str, str]) -> RunWarning:
    """Say which benchmarks have no ratio, and of the first why."""
    first = next(iter(reasons))
    return RunWarning(
        slug="anchor-lacks",
        message=f"{_count(len(reasons))} no ratio to the anchor {anchor.title}, {_JUDGED}: {_names(reasons)}. "
        f"{first}: {reasons[first]}",
        remedy="none is needed for what is newer than the anchor: the next release has it.",
    )


def begins_anew(anchor: Anchor, reasons: Mapping[str, str]) -> RunWarning:
    """Say which series have a boundary here, since the anchor's level in them is not known."""
    first = next(iter(reasons))
    return RunWarning(
        slug="chain-broken",
        message=f"The ratios of {_names(reasons)} begin a new series at the anchor {anchor.title} and are not compared "
        f"with earlier ones, since it was not measured against the anchor before it. {first}: {reasons[first]}",
        remedy="measure each release before it becomes the anchor: 'pytest --perf --perf-anchor auto' on its commit.",
    )


def interrupted(anchor: Anchor) -> RunWarning:
    """Say that Ctrl-C came before anything was measured against the anchor."""
    return RunWarning(
        slug="anchor-interrupted",
        message=f"Interrupted before anything was measured against the anchor {anchor.title}; {_JUDGED}.",
        remedy="measure again.",
    )


def _count(number: int) -> str:
    return "1 benchmark has" if number == 1 else f"{number} benchmarks have"


def _names(reasons: Mapping[str, str]) -> str:
    more = f" and {len(reasons) - _NAMED} more" if len(reasons) > _NAMED else ""
    return f"{', '.join(list(reasons)[:_NAMED])}{more}"
