"""How sure is one finding among many? Benjamini-Hochberg.

Source: Benjamini and Hochberg (1995), "Controlling the false discovery rate", Journal of the Royal Statistical Society
B 57, section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats


def adjusted(p_values: Sequence[float]) -> Floats:
    """Return the step-up adjusted p-values, in the order given: reject those at most q, and q is the false share."""
    given = np.asarray(p_values, dtype=np.float64)
    count = given.shape[0]
    order = np.argsort(given, kind="stable")
    scaled = given[order] * count / np.arange(1, count + 1)
    result = np.empty(count)
    result[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return result


def discoveries(p_values: Floats, share: float) -> NDArray[np.bool_]:
    """Return which of ``p_values`` are discoveries; each row (G x M) is a family, infinite where there is none."""
    count = p_values.shape[1]
    order = np.argsort(p_values, axis=1, kind="stable")
    ordered = np.take_along_axis(p_values, order, axis=1)
    family = np.maximum(np.sum(np.isfinite(p_values), axis=1), 1)
    enough = ordered <= share * np.arange(1, count + 1) / family[:, None]
    # The last that is small enough takes all the smaller ones with it.
    last = np.where(enough.any(axis=1), count - np.argmax(enough[:, ::-1], axis=1), 0)
    found = np.zeros(p_values.shape, dtype=bool)
    np.put_along_axis(found, order, np.arange(count) < last[:, None], axis=1)
    return found
