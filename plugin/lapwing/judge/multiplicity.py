"""How sure is one finding among many? Benjamini-Hochberg.

Source: Benjamini and Hochberg (1995), "Controlling the false discovery rate", Journal of the Royal Statistical Society
B 57, section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

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
