"""Is a budget kept by the recorded values of a sample?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import bdtr, stdtrit

from lapwing.detect.centre import process_centres, quantile
from lapwing.model import Outcome
from lapwing.units import format_value

if TYPE_CHECKING:
    from lapwing.judge.budget import Budget
    from lapwing.model import Sample

_ALPHA: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What came of a budget: ``regressed`` if it is broken, ``unchanged`` if kept; ``value`` in base units."""

    outcome: Outcome
    value: float | None
    reason: str


def check_budget(budget: Budget, sample: Sample) -> Spent:
    """Check ``budget`` on the judged processes of ``sample``, their values pooled.

    Broken if the nearer confidence bound (95 %, one-sided) is past it: of a percentile from the order statistics (David
    and Nagaraja, "Order Statistics", 7.1), of the centre and the mean from the spread between processes (Student t).
    Kept if the estimate is within. Else, or with too few values for the percentile, inconclusive.
    """
    unit = sample.unit
    if budget.symbol and budget.symbol != unit.symbol:
        return _unknown(f"The budget is in {budget.symbol}, but {sample.metric.name} is in {unit.symbol or 'no unit'}.")
    pooled = sorted(value for process in sample.values[sample.screened :] for value in process)
    upper = budget.sign.startswith("<")
    if budget.statistic == "percentile":
        needed = math.ceil(1 / min(budget.share, 1 - budget.share) - 1e-9)
        if len(pooled) < needed:
            return _unknown(
                f"{_name(budget)} needs at least {needed} values, and there are {len(pooled)}: measure it for longer, "
                "or choose a statistic that needs fewer."
            )
    estimate, bound = _estimate(budget, sample, pooled, upper=upper)
    allowed, found = format_value(budget.bound, unit), format_value(estimate, unit)
    if _keeps(estimate, budget):
        return Spent(
            outcome=Outcome.UNCHANGED, value=estimate, reason=f"{_name(budget)} is {found}, within {budget.text!r}."
        )
    if bound is not None and not _keeps(bound, budget):
        return Spent(
            outcome=Outcome.REGRESSED,
            value=estimate,
            reason=f"{_name(budget)} is {found}, past the budget of {allowed} ({budget.text!r}).",
        )
    return Spent(
        outcome=Outcome.INCONCLUSIVE,
        value=estimate,
        reason=f"{_name(budget)} is {found}, past the budget of {allowed}, but these {len(pooled)} values leave room "
        "for it to be within.",
    )


def _unknown(reason: str) -> Spent:
    return Spent(outcome=Outcome.INCONCLUSIVE, value=None, reason=reason)


def _name(budget: Budget) -> str:
    statistic = f"p{budget.share * 100:g}" if budget.statistic == "percentile" else f"the {budget.statistic}"
    return f"{statistic[0].upper()}{statistic[1:]} of {budget.metric}"


def _keeps(value: float, budget: Budget) -> bool:
    kept = {
        "<": value < budget.bound,
        "<=": value <= budget.bound,
        ">": value > budget.bound,
        ">=": value >= budget.bound,
    }
    return kept[budget.sign]


def _estimate(budget: Budget, sample: Sample, pooled: list[float], *, upper: bool) -> tuple[float, float | None]:
    """Return the statistic and the end of its confidence interval nearer to keeping the budget, None where unknown."""
    processes = process_centres(sample)
    if budget.statistic in ("min", "max"):
        # What was seen was seen: there is nothing to estimate.
        extreme = pooled[0] if budget.statistic == "min" else pooled[-1]
        return extreme, extreme
    if budget.statistic in ("percentile", "median"):
        share = 0.5 if budget.statistic == "median" else budget.share
        estimate, bound = quantile(pooled, share), _order_bound(pooled, share, upper=upper)
    elif budget.statistic == "mean":
        processes = tuple(math.fsum(one) / len(one) for one in sample.values[sample.screened :])
        estimate = math.fsum(pooled) / len(pooled)
        bound = _mean_bound(estimate, processes, upper=upper)
    else:
        estimate = quantile(processes, 0.5)
        bound = _mean_bound(estimate, processes, upper=upper)
    return estimate, estimate if sample.unit.noise == "exact" else bound


def _order_bound(pooled: list[float], share: float, *, upper: bool) -> float | None:
    """Return the order statistic that the quantile is beyond with 95 % confidence: from below for an upper budget.

    The k-th smallest of n is at or below the quantile unless fewer than k values are, which are Binomial(n, share).
    """
    count = len(pooled)
    fewer = bdtr(np.arange(count, dtype=np.float64), count, share)
    if upper:
        fits = np.flatnonzero(fewer <= _ALPHA)
        return pooled[int(fits[-1])] if fits.size else None
    fits = np.flatnonzero(fewer >= 1 - _ALPHA)
    return pooled[int(fits[0])] if fits.size else None


def _mean_bound(estimate: float, processes: tuple[float, ...], *, upper: bool) -> float | None:
    count = len(processes)
    if count < 2:  # noqa: PLR2004 - one process has no spread
        return None
    mean = math.fsum(processes) / count
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in processes) / (count - 1) / count)
    half = float(stdtrit(count - 1, 1 - _ALPHA)) * error
    return estimate - half if upper else estimate + half
