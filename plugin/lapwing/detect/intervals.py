"""Which stretches of a series are looked at, and which splits of each?

Source: Kovács, Bühlmann, Li and Munk (2023), "Seeded binary segmentation", Biometrika 110; the penalty for short
intervals is that of Dümbgen and Spokoiny (2001), "Multiscale testing of qualitative hypotheses".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from lapwing.detect.ranks import Floats, Ints

SHORTEST: Final = 16
"""Points of the shortest interval: with fewer, hardly an arrangement of ranks reaches the 1 % threshold of a series
longer than the interval itself."""

SPLITS: Final = 96
"""Parts of a longer interval between which a split is looked at: of 10,000 points every 104th. A place is sought
afterwards anyway, and a scan of 10,000 points looks at 155,000 splits instead of 380,000."""

_ROUNDING: Final = 1e-9
"""Of the powers of sqrt 2, every other one a whole number, which has one interval more than would just do."""

_KEPT: Final = 4096
_KEPT_ONE: Final = 16384
"""Points up to which the intervals of the last 64 lengths, and of the last one, are kept for the next series: 0.1 MB
for 300 points, 2 MB for 4096, 8 MB for 16,384."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intervals:
    """The intervals of a series and the splits of each, laid out flat.

    Interval i is ``starts[i] .. ends[i]`` (end excluded), ``widths[i]`` points long, pays ``penalties[i]``, and its
    ``counts[i]`` splits are those ``firsts[i] .. firsts[i + 1]``. Split j is before point ``splits[j]``, ``before[j]``
    points into its interval; the sum of so many scores of variance 1 times ``weights[j]`` has, but for the factor
    (m - 1) / m, variance 1 too. ``unbiased[i]`` is m / (m - 1).
    """

    starts: Ints
    ends: Ints
    widths: Floats
    unbiased: Floats
    penalties: Floats
    firsts: Ints
    counts: Ints
    splits: Ints
    before: Floats
    weights: Floats


def penalty(family: int, length: int) -> float:
    """Return what an interval of ``length`` points pays for there being many such in ``family`` points."""
    return math.sqrt(2 * math.log(math.e * family / length))


def intervals(length: int) -> Intervals:
    """Return the intervals of a series of ``length`` points, at least two.

    Lengths fall by sqrt 2 down to :data:`SHORTEST`; each length's intervals lie evenly and overlap by at least a half,
    but for rounding.
    """
    if length <= _KEPT:
        return _kept(length)
    return _kept_one(length) if length <= _KEPT_ONE else _made(length)


def _made(length: int) -> Intervals:
    layers = [(length, np.zeros(1, dtype=np.int64))]
    while (width := round(length / math.sqrt(2) ** len(layers))) >= SHORTEST:
        # Of the exact ratio: with that of the rounded lengths a series had a few intervals more or fewer than its
        # neighbours, and p-values read between the rows of the table were off by up to 0.03.
        count = 2 * math.ceil(math.sqrt(2) ** len(layers) + _ROUNDING) - 1
        layers.append((width, np.unique(np.rint(np.arange(count) * ((length - width) / (count - 1))).astype(np.int64))))
    before, splits, weights, sizes = [], [], [], []
    for width, starts in layers:
        offsets = np.unique(np.rint(np.linspace(0, width, min(width, SPLITS) + 1)[1:-1]).astype(np.int64))
        before.append(np.tile(offsets, starts.shape[0]))
        splits.append((starts[:, None] + offsets).ravel())
        weights.append(np.tile(np.sqrt(width / (offsets * (width - offsets))), starts.shape[0]))
        sizes.append(np.full(starts.shape[0], offsets.shape[0]))
    widths = np.repeat([float(width) for width, _ in layers], [starts.shape[0] for _, starts in layers])
    starts, counts = np.concatenate([starts for _, starts in layers]), np.concatenate(sizes)
    return Intervals(
        starts=starts,
        ends=starts + widths.astype(np.int64),
        widths=widths,
        unbiased=widths / (widths - 1),
        penalties=np.sqrt(2 * np.log(math.e * length / widths)),
        firsts=np.concatenate([[0], np.cumsum(counts)]),
        counts=counts,
        splits=np.concatenate(splits),
        before=np.concatenate(before).astype(np.float64),
        weights=np.concatenate(weights),
    )


_kept = lru_cache(maxsize=64)(_made)
_kept_one = lru_cache(maxsize=1)(_made)
