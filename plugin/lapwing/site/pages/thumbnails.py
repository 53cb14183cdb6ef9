"""Which points does the thumbnail of a benchmark have: one line over all its machines and combinations?

To the bit as asv 0.6 computes it (``asv/graph.py``: ``make_summary_graph``), so that both ways to the site show the
same: short gaps are filled, the geometric mean is taken, and it is thinned to what a screen can show.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.site.pages.content import Row

    Point = tuple[int, float | None]

MOST_POINTS: Final = 384
"""asv's own: 3,840 pixels of a wide screen, five thumbnails across, two pixels a point."""

_LONGEST_GAP: Final = 0.1
"""asv's own: gaps up to this share of a line's points are filled."""


def thumbnail(rows: Sequence[Row]) -> list[tuple[int, float]]:
    """Return ``(number, value)`` for each point; NaN where no line has a value."""
    places = np.unique(np.concatenate([row.places for row in rows]))
    lines: list[Floats] = []
    for row in rows:
        at = np.searchsorted(places, row.places)
        for values in row.values:
            line = np.full(len(places), np.nan)
            line[at] = values
            lines.append(line)
    return _thinned(places, _together(lines))


def longer(rows: Sequence[Row], count: int, old: Sequence[Point]) -> list[Point] | None:
    """Return the thumbnail of rows whose first ``count`` points each made the ``old`` one; None where more is new.

    Lines of the same commits without a hole go on without a change in what came before, until the step is another.
    """
    places = rows[0].places
    if not all(np.array_equal(row.places, places) and not np.isnan(row.values).any() for row in rows):
        return None
    if count < MOST_POINTS or _step(places[:count]) != _step(places):
        return None
    new = int(places[count])
    kept = [point for point in old if point[0] <= new]
    edge = kept[-1][0] if kept else int(places[0])
    begin = int(np.searchsorted(places, edge))
    values = _together([line[begin:] for row in rows for line in row.values])
    return [*kept, *_means(places[begin:], values, edge, _step(places))]


def _together(lines: Sequence[Floats]) -> list[float]:
    filled = [_filled(line) for line in lines]
    missing = np.all(np.isnan(np.stack(lines)), axis=0)
    if len(filled) == 1:
        line: list[float] = np.where(missing, np.nan, filled[0]).tolist()
        return line
    columns: list[list[float]] = np.stack(filled).T.tolist()
    gone: list[bool] = missing.tolist()
    return [math.nan if none else _mean(column) for none, column in zip(gone, columns, strict=True)]


def _mean(column: Sequence[float]) -> float:
    """Return asv's geometric mean: of the sizes, with the sign of the sum."""
    values = [value for value in column if not math.isnan(value)]
    exponent = 1 / len(values)
    product = 1.0
    for value in values:
        product *= abs(value) ** exponent
    return product if sum(values) >= 0 else -product


def _filled(line: Floats) -> Floats:
    """Return the line with its short gaps filled by straight lines."""
    known = np.flatnonzero(~np.isnan(line))
    longest = math.ceil(_LONGEST_GAP * known.size)
    gaps = np.diff(known) - 1
    filled: Floats = line.copy()
    for at in np.flatnonzero((gaps > 0) & (gaps <= longest)).tolist():
        before, gap = int(known[at]), int(gaps[at])
        step = np.arange(1, gap + 1)
        filled[before + 1 : before + 1 + gap] = (line[known[at + 1]] * step + (gap + 1 - step) * line[before]) / (
            gap + 1
        )
    return filled


def _thinned(places: Ints, values: Sequence[float]) -> list[tuple[int, float]]:
    if len(places) < MOST_POINTS:
        return list(zip(places.tolist(), values, strict=True))
    return _means(places, values, int(places[0]), _step(places))


def _step(places: Ints) -> int:
    """Return how many commits one point stands for."""
    span = int(places[-1]) - int(places[0])
    return int(span / MOST_POINTS) or span + 1


def _means(places: Ints, values: Sequence[float], first: int, step: int) -> list[tuple[int, float]]:
    """Return the mean of each ``step`` places from ``first`` on, at their end."""
    edges = range(first + step, int(places[-1]) + step, step)
    ends = np.searchsorted(places, edges).tolist()
    return [
        (edge, _plain_mean(values[begin:end]))
        for edge, begin, end in zip(edges, [0, *ends], ends, strict=False)
        if end > begin
    ]


def _plain_mean(values: Sequence[float]) -> float:
    known = [value for value in values if value == value]  # noqa: PLR0124 - all but NaN, in half the time of isnan
    return sum(known) / len(known) if known else math.nan
