"""Which numbers did somebody give, and is each of them one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lapwing.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats


def as_numbers(values: Sequence[float | None]) -> Floats:
    """Return ``values`` as floats with NaN for holes.

    Raises:
        UsageError: a value is infinite (``infinite-value``) or no number (``not-a-number``).
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
