"""The stretches of real histories in which nothing changed, for the scripts beside this one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from histories import Use, histories

LEAST = 60


def whole(use: Use, source: str) -> list[np.ndarray]:
    """Return the histories of one source, 60 positive values or more without holes; counts in disguise are none."""
    rows = [np.array(one.values, dtype=float) for one in histories(use) if one.source == source]
    rows = [row[np.isfinite(row)] for row in rows]
    return [row for row in rows if row.size >= LEAST and row.min() > 0 and np.unique(row).size > row.size / 2]


def quiet(use: Use, source: str) -> list[np.ndarray]:
    """Return the stretches between the changes that a scan finds at 5 %; of one unchanged commit the whole."""
    from lapwing.detect.changes import points_in

    rows = whole(use, source)
    if source == "sandmark":
        return rows
    found = []
    for row, points in zip(rows, points_in(rows, alpha=0.05, exact=[False] * len(rows)), strict=True):
        edges = [0, *(point.index for point in points), row.size]
        found += [row[low:high] for low, high in pairwise(edges) if high - low >= LEAST]
    return found


def sigma(row: np.ndarray) -> float:
    """Return the scale of a series' noise about its running median of 21 points, on the log scale."""
    logs = np.log(row)
    padded = np.lib.stride_tricks.sliding_window_view(np.pad(logs, 10, mode="reflect"), 21)
    left = logs - np.median(padded, axis=1)
    return 1.4826 * float(np.median(np.abs(left - np.median(left))))
