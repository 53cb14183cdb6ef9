"""When did the level of a sequence of numbers change for good? The public :func:`change_points`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.effect import exponent_of, on_log_scale, ratio, ratio_of_logs
from lapwing.detect.exact import exact_splits
from lapwing.detect.segments import Split, find_splits, p_values
from lapwing.errors import UsageError
from lapwing.model import ChangePoint, Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.model import State

FROZEN_AFTER: Final = 20
"""Points after a change from which it is history: the new level is normal, and nobody is told again."""

ALPHA: Final = 0.03
"""The level where none is given: 1.2 % of 1440 real quiet series are flagged (1.8 % at 0.05, 0.6 % at 0.01), and of
steps of 2 sigma 92 % are found (93 and 91 %)."""

CONFIRMED_AFTER: Final = 5
"""Points after a change from which it stands; with fewer a single bad hour of the machine may be all there is."""


def change_points(
    values: Sequence[float | None], *, alpha: float = ALPHA, exact: bool = False
) -> tuple[ChangePoint, ...]:
    """Return the lasting changes of level in ``values``, oldest first; None and NaN are holes.

    ``alpha`` is the probability of finding anything at all in a sequence of exchangeable noise. ``exact`` is for counts
    and sizes, where any change is a change. Indices are those of ``values``, holes counted. ``ratio`` is new
    level over old; where values are not all positive it is the difference relative to the old level, plus 1.

    Raises:
        UsageError: a value is infinite (``infinite-value``) or no number (``not-a-number``), or ``alpha`` is not
            between 0 and 1 (``bad-alpha``).
    """
    if not 0 < alpha < 1:
        raise UsageError("bad-alpha", f"alpha={alpha!r} is no probability.", remedy="give alpha between 0 and 1.")
    numbers = as_numbers(values)
    filled = np.isfinite(numbers).nonzero()[0]
    if filled.shape[0] == numbers.shape[0]:
        return points_in([numbers], alpha=alpha, exact=[exact])[0]
    return points_in([numbers[filled]], alpha=alpha, exact=[exact], places=[filled.tolist()])[0]


def p_value_of_any(values: Sequence[float | None]) -> float:
    """Return the probability that as much as ``values`` show comes of noise alone; None and NaN are holes.

    Family-wise over all places and lengths, known whether or not anything is found, and uniform on noise whose order
    says nothing: where it is above ``alpha``, :func:`change_points` finds nothing. 1 for fewer than 2 values.

    Raises:
        UsageError: as :func:`change_points`.
    """
    numbers = as_numbers(values)
    return p_values([additive(numbers[~np.isnan(numbers)])])[0]


def as_numbers(values: Sequence[float | None]) -> Floats:
    """Return ``values`` as floats with NaN for holes.

    Raises:
        UsageError: as :func:`change_points`.
    """
    try:
        numbers = np.array(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        numbers = np.empty((0, 0))
    if numbers.ndim != 1:
        raise UsageError(
            "not-a-number", "The sequence holds something that is no number.", remedy="give numbers, or None for holes."
        )
    infinite = np.isinf(numbers).nonzero()[0]
    if infinite.shape[0]:
        raise UsageError(
            "infinite-value",
            f"The value at index {infinite[0]} is infinite.",
            remedy="leave it out, or give None for a hole.",
        )
    return numbers


def points_in(
    rows: Sequence[Floats], *, alpha: float, exact: Sequence[bool], places: Sequence[Sequence[int]] | None = None
) -> list[tuple[ChangePoint, ...]]:
    """Return the change points of many series without holes; ``places[i][j]`` is the index to give point j of row i."""
    scaled = [row if sign else additive(row) for row, sign in zip(rows, exact, strict=True)]
    splits = [exact_splits(row) if sign else () for row, sign in zip(rows, exact, strict=True)]
    noisy = [i for i, sign in enumerate(exact) if not sign]
    for i, found in zip(noisy, find_splits([scaled[i] for i in noisy], alpha), strict=True):
        splits[i] = found
    return [
        _points(row, scaled[i], splits[i], places[i] if places else range(row.shape[0]), exact=exact[i])
        if splits[i]
        else ()
        for i, row in enumerate(rows)
    ]


def additive(values: Floats) -> Floats:
    """Return ``values`` on a scale where noise adds: logarithms where all are positive, else within -1 .. 1."""
    return np.log(values) if on_log_scale(values) else np.ldexp(values, -exponent_of(values))


def _points(
    values: Floats, scaled: Floats, splits: tuple[Split, ...], places: Sequence[int], *, exact: bool
) -> tuple[ChangePoint, ...]:
    edges = [0, *(split.index for split in splits), values.shape[0]]
    logs = not exact and on_log_scale(values)
    found = []
    for i, split in enumerate(splits):
        low, at, high = edges[i : i + 3]
        if logs:
            interval = ratio_of_logs(scaled[low:at], scaled[at:high])
        elif exact:
            interval = ratio(values[at - 1 : at], values[at : at + 1])
        else:
            interval = ratio(values[low:at], values[at:high])
        found.append(
            ChangePoint(
                index=places[split.index],
                earliest=places[split.earliest],
                latest=places[split.latest],
                ratio=interval,
                p_value=split.p_value,
                state=state_after(values.shape[0] - split.index, exact=exact),
            )
        )
    return tuple(found)


def state_after(points: int, *, exact: bool = False) -> State:
    """Return the state of a change with ``points`` points from it on, itself counted."""
    if points >= FROZEN_AFTER:
        return "frozen"
    return "confirmed" if exact or points >= CONFIRMED_AFTER else "suspect"


__all__ = ["CONFIRMED_AFTER", "FROZEN_AFTER", "ChangePoint", "Interval", "change_points", "p_value_of_any", "points_in"]
