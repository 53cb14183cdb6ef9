"""How much does noise that wanders widen the rank statistic of a level?

The memory of the last value is in :func:`lapwing.detect.noise.inflation`; benchmarks' histories wander more slowly than
that tells. Source: Newey and West (1987), "A simple, positive semi-definite, heteroskedasticity and autocorrelation
consistent covariance matrix", Econometrica 55.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.detect.noise import MAD_TO_SIGMA, inflations, residuals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats

LAGS: Final = 12
"""How far back is looked: the quiet stretches of numpy's history wander for about as long."""

_SHARE: Final = 4
"""Points that each lag needs."""

_CLIP: Final = 3.0


def widenings(levels: Floats, splits: Sequence[int]) -> list[float]:
    """Return for each of ``levels`` (S x m, on a scale where noise adds) by what Z of its two levels is to be divided.

    The larger of the lag-1 inflation and ``sqrt(1 + 2 sum of (1 - k / (L + 1)) rho_k)`` over the lags up to L; at
    least 1. What it is of one level does not depend on the others.
    """
    many, count = levels.shape
    left = np.stack([residuals(level, (split,)) for level, split in zip(levels, splits, strict=True)])
    sizes = np.sort(np.abs(left), axis=1)
    starts = range(0, (many + 1) * count, count)
    least = inflations(left.ravel(), sizes.ravel(), [(split,) for split in splits], starts)
    reach = _CLIP * MAD_TO_SIGMA * (sizes[:, (count - 1) // 2] + sizes[:, count // 2])[:, None] / 2
    np.clip(left, -reach, reach, out=left)
    power = np.add.reduce(left * left, axis=1)
    lags = min(LAGS, count // _SHARE)
    # What has no spread has no memory.
    per = np.where(power > 0, power, np.inf)
    wide = np.ones(many)
    # One lag after the other: the order in which numpy sums up several may depend on how many levels there are.
    for lag in range(1, lags + 1):
        rho = np.add.reduce(left[:, :-lag] * left[:, lag:], axis=1) / per + 1 / count
        wide += 2 * (1 - lag / (lags + 1)) * rho
    wide[power <= 0] = 1.0
    found: list[float] = np.maximum(np.sqrt(np.maximum(wide, 1.0)), least).tolist()
    return found
