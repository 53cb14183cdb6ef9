"""What does a budget such as ``p99 < 2 ms`` ask for? Read and checked, without numpy: plain pytest collects these."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from lapwing.errors import BudgetError
from lapwing.units import TO_BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

Sign = Literal["<", "<=", ">", ">="]

STATISTICS: Final = ("centre", "median", "mean", "min", "max")

_SHAPE: Final = re.compile(
    r"\s*(?P<left>[^<>=]*?)\s*(?P<sign><=|>=|<|>)\s*(?P<number>[0-9][0-9_]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+)"
    r"\s*(?P<unit>[^\s<>=0-9][^<>=]*?)?\s*"
)
_PERCENTILE: Final = re.compile(r"p(\d{1,2}(?:\.\d{1,3})?)")
_LONGEST: Final = 200
_HUNDRED: Final = 100.0
_EXAMPLE: Final = "write it as 'p99 < 2 ms', 'median <= 10 us', '< 2 ms' or 'rows/s > 1000'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A bound that one metric must keep.

    ``metric`` is its name; ``statistic`` one of :data:`STATISTICS` or ``percentile``, and then ``share`` is which
    (0.99 for p99). ``bound`` is in base units, ``symbol`` that base unit (empty where none was written), ``text`` what
    the user wrote.
    """

    text: str
    metric: str
    statistic: str
    sign: Sign
    bound: float
    symbol: str
    share: float = math.nan


def parse_budget(text: str) -> Budget:
    """Read a budget: ``[METRIC] [STATISTIC] SIGN NUMBER [UNIT]``.

    Without a metric it is ``time``; without a statistic the centre of the sample. A statistic is ``centre``,
    ``median``, ``mean``, ``min``, ``max`` or a percentile such as ``p99`` or ``p99.9``.

    Raises:
        BudgetError: it is not of that shape (``bad-budget``), or statistic (``unknown-statistic``) or unit
            (``unknown-unit``) is unknown.
    """
    shape = _SHAPE.fullmatch(text) if len(text) <= _LONGEST else None
    if shape is None:
        raise BudgetError("bad-budget", f"The budget {text[:60]!r} cannot be read.", remedy=f"{_EXAMPLE}.")
    metric, statistic, share = _left(text, shape["left"])
    number = float(shape["number"].replace("_", ""))
    symbol, factor = _unit(text, metric, shape["unit"] or "")
    bound = number * factor
    if not math.isfinite(bound):
        raise BudgetError("bad-budget", f"The budget {text!r} has no finite bound.", remedy=f"{_EXAMPLE}.")
    sign: Sign = shape["sign"]  # type: ignore[assignment]  # the pattern allows these four
    return Budget(
        text=text.strip(), metric=metric, statistic=statistic, sign=sign, bound=bound, symbol=symbol, share=share
    )


def _left(text: str, left: str) -> tuple[str, str, float]:
    """Return metric, statistic and percentile of what stands before the sign."""
    words = left.split()
    if not words:
        return "time", "centre", math.nan
    last = words[-1]
    metric = " ".join(words[:-1]) or "time"
    if last in STATISTICS:
        return metric, last, math.nan
    if percentile := _PERCENTILE.fullmatch(last):
        share = float(percentile[1]) / _HUNDRED
        if not 0 < share < 1:
            raise BudgetError(
                "unknown-statistic", f"{last} in the budget {text!r} is no percentile.", remedy="use p1 to p99.999."
            )
        return metric, "percentile", share
    if len(words) == 1 and (near := _near(last, STATISTICS)):
        raise BudgetError(
            "unknown-statistic",
            f"{last!r} in the budget {text!r} is no statistic.",
            remedy=f"did you mean {near!r}? For a metric of that name write '{last} centre ...'.",
        )
    return " ".join(words), "centre", math.nan


def _unit(text: str, metric: str, unit: str) -> tuple[str, float]:
    """Return the base unit and the factor to it. Times need a unit; other metrics may have any, or none."""
    if unit in TO_BASE:
        return TO_BASE[unit]
    if metric in ("time", "cpu_time", "peak_memory"):
        known = [symbol for symbol, (base, _) in TO_BASE.items() if (base == "B") == (metric == "peak_memory")]
        near = _near(unit, known)
        meant = f"did you mean {near!r}? " if near else ""
        written = f"the unit {unit!r}, which is none for {metric}" if unit else f"no unit, and {metric} needs one"
        raise BudgetError(
            "unknown-unit", f"The budget {text!r} has {written}.", remedy=f"{meant}Known are {', '.join(known)}."
        )
    return unit, 1.0


def _near(word: str, known: Sequence[str]) -> str:
    """Return the known word that was probably meant, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only on the way to an error

    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return near[0] if near else ""
