"""How far do the newest points of a level stand from those before? The rank CUSUM of many levels, one point later.

Of the points of a level, ``U_k`` is how many pairs across the split after the first k points rise, less how many fall;
the rank CUSUM of :mod:`lapwing.detect.ranks` is ``Z_k = |U_k| / 2 * sqrt(m (m-1) / (SS k (m-k)))``. A new point adds to
``U_k`` how many of the first k it is above, less how many it is below: one comparison and one running sum for each
point of the level, and nothing is sorted.

Source: Hawkins and Deng (2010), "A nonparametric change-point control chart", Journal of Quality Technology 42; Ross,
Tasoulis and Adams (2011), "Nonparametric monitoring of data streams for changes in location and scale".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lapwing.detect.ranks import Floats, Ints

WINDOW: Final = 128
"""Points of a level that are looked at, the newest."""

LEAST_BEFORE: Final = 8
LEAST_AFTER: Final = 7
"""Points that a change needs on either side."""

_CHUNK: Final = 512
"""Series looked at together: what is worked on then stays within a processor's cache."""

Pairs: TypeAlias = "NDArray[np.int16]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The newest points of the present level of S series, and the pairs across each split of them.

    ``values`` (S x WINDOW) ends with the newest point, NaN before the level's first; ``pairs[s, c]`` counts pairs that
    rise, less those that fall, across the split before column ``c``. ``counts`` are the points of the level in the
    window, ``ties`` the sum of t^3 - t over its values that occur t times. The arrays are read-only.
    """

    values: Floats
    pairs: Pairs
    counts: Ints
    ties: Ints

    def level(self, row: int) -> Floats:
        """Return the points of the level of one series that are in the window, oldest first."""
        points: Floats = self.values[row, WINDOW - int(self.counts[row]) :]
        return points


def empty(series: int) -> Windows:
    """Return the windows of so many series without a point."""
    return seal(
        Windows(
            values=np.full((series, WINDOW), np.nan),
            pairs=np.zeros((series, WINDOW), dtype=np.int16),
            counts=np.zeros(series, dtype=np.int64),
            ties=np.zeros(series, dtype=np.int64),
        )
    )


def extend(windows: Windows, newest: Floats) -> Windows:
    """Return the windows with one more point of each series, not yet read-only; a NaN leaves its series as it is."""
    values, pairs = np.empty_like(windows.values), np.empty_like(windows.pairs)
    counts, ties = np.empty_like(windows.counts), np.empty_like(windows.ties)
    for low in range(0, newest.shape[0], _CHUNK):
        part = slice(low, low + _CHUNK)
        _extend(windows, part, newest[part], values[part], pairs[part], ties[part])
        counts[part] = np.minimum(windows.counts[part] + 1, WINDOW)
    holes = np.flatnonzero(np.isnan(newest))
    if holes.size:
        values[holes], pairs[holes] = windows.values[holes], windows.pairs[holes]
        counts[holes], ties[holes] = windows.counts[holes], windows.ties[holes]
    return Windows(values=values, pairs=pairs, counts=counts, ties=ties)


def _extend(  # noqa: PLR0913, PLR0917 - the parts of the windows, written in place
    windows: Windows, part: slice, newest: Floats, values: Floats, pairs: Pairs, ties: Ints
) -> None:
    """Write the windows of a few series, one point later."""
    before, last = windows.values[part], newest[:, None]
    # The point that leaves, if any, was among the first of every split: the pairs it rose to are lost, which is those
    # with all later points, less those with the later points that are themselves before the split.
    first = before[:, :1]
    left = (before > first).view(np.int8) - (before < first).view(np.int8)
    steps = (last > before).view(np.int8) - (last < before).view(np.int8)
    steps[:, 0] = 0
    steps += left
    np.cumsum(steps, axis=1, dtype=np.int16, out=pairs)
    pairs -= left.sum(axis=1, dtype=np.int16)[:, None]
    pairs[:, :-1] += windows.pairs[part, 1:]
    values[:, :-1], values[:, -1] = before[:, 1:], newest
    same_left = (before[:, 1:] == first).sum(axis=1, dtype=np.int64)
    same_new = (before[:, 1:] == last).sum(axis=1, dtype=np.int64)
    ties[:] = windows.ties[part] - 3 * same_left * (same_left + 1) + 3 * same_new * (same_new + 1)


def begin_anew(windows: Windows, row: int, level: Floats) -> None:
    """Give series ``row`` of windows that are not yet read-only the points ``level``, at most :data:`WINDOW`."""
    count = level.shape[0]
    first = WINDOW - count
    level = level.copy()
    windows.values[row] = np.nan
    windows.values[row, first:] = level
    windows.pairs[row] = 0
    windows.pairs[row, first:] = _pairs(level)
    windows.counts[row] = count
    repeats = np.unique(level, return_counts=True)[1]
    windows.ties[row] = int((repeats**3 - repeats).sum())


def _pairs(level: Floats) -> Pairs:
    """Return for the split before each point how many pairs across it rise, less how many fall."""
    # Each point's place less the places below and above it: the rise into a split is the sum of what comes before it.
    rise = (level[None, :] > level[:, None]).sum(axis=1) - (level[None, :] < level[:, None]).sum(axis=1)
    found = np.zeros(level.shape[0], dtype=np.int16)
    found[1:] = np.cumsum(rise)[:-1]
    return found


def best_splits(windows: Windows) -> tuple[Ints, Floats]:
    """Return for each series the number of points before the split with the highest Z, and that Z; 0 where none is."""
    columns = np.empty(windows.counts.shape[0], dtype=np.int64)
    highest = np.empty(windows.counts.shape[0], dtype=np.float64)
    for low in range(0, columns.shape[0], _CHUNK):
        part = slice(low, low + _CHUNK)
        weighted = np.abs(windows.pairs[part]) * _WEIGHTS[windows.counts[part]]
        columns[part] = at = weighted.argmax(axis=1)
        highest[part] = np.take_along_axis(weighted, at[:, None], axis=1)[:, 0]
    count = windows.counts.astype(np.float64)
    squares = (count**3 - count - windows.ties) / 12
    scale = np.sqrt(count * (count - 1) / np.where(squares > 0, squares, np.inf)) / 2
    return columns - (WINDOW - windows.counts), highest * scale


def _make_weights() -> NDArray[np.float32]:
    """Return for each count of points and column 1 / sqrt(k (m-k)), 0 where a side has too few."""
    count = np.arange(WINDOW + 1)[:, None]
    before = np.arange(WINDOW)[None, :] - (WINDOW - count)
    after = count - before
    allowed = (before >= LEAST_BEFORE) & (after >= LEAST_AFTER)
    product = np.where(allowed, before * after, 1)
    return np.where(allowed, 1 / np.sqrt(product), 0).astype(np.float32)


_WEIGHTS: Final = _make_weights()


def seal(windows: Windows) -> Windows:
    """Return the windows, read-only from now on."""
    for array in (windows.values, windows.pairs, windows.counts, windows.ties):
        array.setflags(write=False)
    return windows
