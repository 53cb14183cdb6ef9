"""How much does noise that wanders widen the rank statistic of a level?

The memory of the last value is in :func:`lapwing.detect.noise.inflation`; benchmarks' histories wander more slowly than
that tells. Source: Newey and West (1987), "A simple, positive semi-definite, heteroskedasticity and autocorrelation
consistent covariance matrix", Econometrica 55.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.noise import inflation, residuals, robust_scale

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats

LAGS: Final = 12
"""How far back is looked: the quiet stretches of numpy's history wander for about as long."""

_SHARE: Final = 4
"""Points that each lag needs."""

_CLIP: Final = 3.0


def widening(values: Floats, split: int) -> float:
    """Return by how much Z of the two levels in ``values`` is to be divided; at least 1.

    The larger of the lag-1 inflation and ``sqrt(1 + 2 sum of (1 - k / (L + 1)) rho_k)`` over the lags up to L.
    """
    left = residuals(values, (split,))
    least = inflation(left, (split,))
    lags = min(LAGS, values.shape[0] // _SHARE)
    scale = robust_scale(left)
    if scale == 0:
        return least
    left = np.minimum(np.maximum(left, -_CLIP * scale), _CLIP * scale)
    power = float(left @ left)
    rho = np.array([float(left[:-lag] @ left[lag:]) for lag in range(1, lags + 1)]) / power + 1 / values.shape[0]
    weights = 1 - np.arange(1, lags + 1) / (lags + 1)
    return max(least, math.sqrt(max(1.0, 1 + 2 * float(weights @ rho))))
