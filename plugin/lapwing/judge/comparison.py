"""Is head slower than base, by these numbers? The public :func:`compare`, for numbers that somebody measured already.

The unit of replication is the pair of processes: the values of one process are one number, however many they are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from lapwing.detect.centre import quantile
from lapwing.detect.effect import CONFIDENCE, bounded_exp, magnitude, shift
from lapwing.detect.paired import hodges_lehmann, location
from lapwing.detect.scale import on_log_scale
from lapwing.detect.signed_rank import upper_p
from lapwing.errors import UsageError
from lapwing.judge.policy import NULL_MARGIN
from lapwing.model import Interval, Outcome, RunWarning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.units import Better

    Values = Sequence[float] | Sequence[Sequence[float]]

LEAST_PAIRS: Final = 6
"""Of fewer pairs no order of signs is rarer than 5 % (2 in 2^5), so that nothing can be shown."""

_ALPHA: Final = 1 - CONFIDENCE
_LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Head against base: the ratio with its 95 % interval, and what follows from it.

    ``p_value`` is two-sided, against a change of at most half the limit. ``detectable`` is the smallest relative change
    that these numbers could have shown in four cases of five. ``pairs`` is 0 where the values were no pairs.
    """

    ratio: Interval
    p_value: float
    outcome: Outcome
    detectable: float
    pairs: int
    warnings: tuple[RunWarning, ...] = ()


def compare(
    base_values: Values,
    head_values: Values,
    *,
    limit: float = 0.03,
    better: Better = "lower",
    paired: bool | None = None,
) -> Comparison:
    """Compare what was measured of base and head.

    Give one number for each process, or the values of each process as a sequence of its own; the latter become one
    number (the quartile on the better side), since values of one process do not replicate. Where both sides have as
    many, the i-th of base and the i-th of head are taken for a pair, two processes that ran together or in turn; say
    ``paired=False`` where they are not. Pairs are tested by the exact signed-rank test, others by the rank-sum test.

    ``regressed`` and ``improved`` need p <= 0.05 against a change of at most half the ``limit``, ``unchanged`` an
    interval within the limit, all else is ``inconclusive``. Values that are not all positive are compared by their
    differences, relative to base's level, and a warning says so.

    Raises:
        UsageError: no values or an empty process (``no-values``), NaN or infinity (``not-finite``), something that is
        no
            number (``not-a-number``), fewer than two processes on a side (``too-few-processes``), ``paired=True`` with
            unequal numbers (``not-pairs``), a limit that is not above 0 (``bad-limit``).
    """
    if not 0 < limit < math.inf:
        raise UsageError("bad-limit", f"limit={limit!r} is no limit.", remedy="give a share above 0, such as 0.03.")
    share = 0.25 if better == "lower" else 0.75
    base, head = _centres("base_values", base_values, share), _centres("head_values", head_values, share)
    equal = base.shape[0] == head.shape[0]
    if paired and not equal:
        raise UsageError(
            "not-pairs",
            f"{base.shape[0]} values of base and {head.shape[0]} of head are no pairs.",
            remedy="give as many of each, or paired=False.",
        )
    linear = not on_log_scale(base, head)
    if linear:
        size = magnitude(base, head)
        base, head = base / size, head / size
    else:
        base, head = np.log(base), np.log(head)
    in_pairs = equal and paired is not False
    margin, band = NULL_MARGIN * math.log1p(limit), math.log1p(limit)
    found = _of_pairs(head - base, margin) if in_pairs else _of_groups(base, head, margin)
    doubts = [_LINEAR] if linear else []
    doubts += [] if in_pairs else [_UNPAIRED]
    doubts += [_few(found.count)] if not found.enough else []
    return Comparison(
        ratio=_interval(found, linear=linear),
        p_value=found.p_value,
        outcome=_outcome(found, band, better),
        detectable=_ratio(margin + _SEEN_ERRORS * found.error, linear=linear) - 1,
        pairs=found.count if in_pairs else 0,
        warnings=tuple(doubts),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A shift of head against base (log, or linear), with its interval, standard error and p-value.

    ``enough`` is whether so many values could have shown anything at all.
    """

    low: float
    estimate: float
    high: float
    error: float
    p_value: float
    count: int
    enough: bool


def _of_pairs(differences: Floats, margin: float) -> _Found:
    """Compare pair by pair: the signed-rank test against the margin, and the interval that inverts it."""
    row, count = differences[None, :], differences.shape[0]
    estimate = float(hodges_lehmann(row)[0])
    error = float(np.std(differences, ddof=1)) / math.sqrt(count)
    low, high = (float(one[0]) for one in (location(row, CONFIDENCE)[0], location(row, CONFIDENCE)[2]))
    if not math.isfinite(low):
        half = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2)) * error
        low, high = estimate - half, estimate + half
    toward = row if estimate >= 0 else -row
    p_value = min(1.0, 2 * float(upper_p(toward - margin)[0]))
    enough = count >= LEAST_PAIRS
    return _Found(low=low, estimate=estimate, high=high, error=error, p_value=p_value, count=count, enough=enough)


def _of_groups(base: Floats, head: Floats, margin: float) -> _Found:
    """Compare all of base with all of head: the rank-sum test against the margin, and the interval that inverts it."""
    from scipy.stats import mannwhitneyu  # noqa: PLC0415 - 0.3 s that pairs do not pay

    low, estimate, high = shift(base, head)
    sign = 1.0 if estimate >= 0 else -1.0
    moved, still = sign * head - margin, sign * base
    p_value = min(1.0, 2 * float(mannwhitneyu(moved, still, alternative="greater").pvalue))
    error = math.hypot(*(float(np.std(one, ddof=1)) / math.sqrt(one.shape[0]) for one in (base, head)))
    least = 2 / math.comb(base.shape[0] + head.shape[0], head.shape[0])
    return _Found(
        low=low,
        estimate=estimate,
        high=high,
        error=error,
        p_value=p_value,
        count=min(base.shape[0], head.shape[0]),
        enough=least <= _ALPHA,
    )


def _outcome(found: _Found, band: float, better: Better) -> Outcome:
    if found.enough and found.p_value <= _ALPHA:
        return Outcome.REGRESSED if (found.estimate > 0) == (better == "lower") else Outcome.IMPROVED
    inside = -band < found.low and found.high < band
    return Outcome.UNCHANGED if inside and found.enough else Outcome.INCONCLUSIVE


def _ratio(value: float, *, linear: bool) -> float:
    return 1 + value if linear else bounded_exp(value)


def _interval(found: _Found, *, linear: bool) -> Interval:
    low, estimate, high = (_ratio(one, linear=linear) for one in (found.low, found.estimate, found.high))
    return Interval(low=low, estimate=estimate, high=high)


def _centres(name: str, values: Values, share: float) -> Floats:
    """Return one number for each process.

    Raises:
        UsageError: as :func:`compare`.
    """
    found = []
    for one in values:
        numbers = [_number(name, value) for value in (one if isinstance(one, Iterable) else (one,))]
        if not numbers:
            raise UsageError("no-values", f"{name} has a process without values.", remedy="leave that process out.")
        found.append(quantile(numbers, share))
    if not found:
        raise UsageError("no-values", f"{name} is empty.", remedy="give at least one number for each process.")
    if len(found) < _LEAST:
        raise UsageError(
            "too-few-processes",
            f"{name} has one process, and values of one process say nothing of the next one.",
            remedy=f"measure in at least {LEAST_PAIRS} fresh processes of each side, in turn.",
        )
    return np.array(found)


def _number(name: str, value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise UsageError(
            "not-a-number", f"{name} holds {value!r:.40}, which is no number.", remedy="give numbers."
        ) from None
    if not math.isfinite(number):
        raise UsageError("not-finite", f"{name} holds {number}.", remedy="leave out what was not measured.")
    return number


def _few(count: int) -> RunWarning:
    return RunWarning(
        slug="too-few-pairs",
        message=f"{count} values of each side can show nothing: by chance alone every order of them is too likely.",
        remedy=f"measure at least {LEAST_PAIRS} pairs; 12 to 16 show a change at the limit.",
    )


_SEEN_ERRORS: Final = 2.8
"""1.96 for p <= 0.05, and 0.84 to be seen in four cases of five."""

_LINEAR: Final = RunWarning(
    slug="linear-scale",
    message="Not all values are above nought, so differences are compared, relative to the level of base.",
    remedy="give values above nought where a ratio is wanted.",
)

_UNPAIRED: Final = RunWarning(
    slug="unpaired",
    message="The values are no pairs, so that whatever the machine did between base and head counts as a change: on "
    "unchanged code measured one side after the other, the error was 9.5 %, and 0.35 % in pairs.",
    remedy="measure both sides in turn, process by process, and give as many values of each.",
)
