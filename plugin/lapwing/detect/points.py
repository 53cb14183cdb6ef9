"""When did the level of a sequence of numbers change for good? The public :func:`change_points`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.changes import points_in
from lapwing.detect.given import as_numbers
from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.model import ChangePoint

ALPHA: Final = 0.03
"""The level where none is given: 1.2 % of 1440 real quiet series are flagged (1.8 % at 0.05, 0.6 % at 0.01), and of
steps of 2 sigma 92 % are found (93 and 91 %)."""


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
