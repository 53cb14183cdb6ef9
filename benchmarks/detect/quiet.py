"""The stretches of real histories in which nothing changed, for the scripts beside this one.

A file holds one JSON object per line: a history (``value``), of which the stretches between its change points at 5 %
are taken, or a labelled case (``values`` and ``kind``), of which those of kind ``null`` are taken whole.
"""

from __future__ import annotations

import gzip
import json
from itertools import pairwise

import numpy as np

LEAST = 60


def read(path):
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def values(one):
    found = np.array([np.nan if v is None else v for v in one.get("values", one.get("value"))], dtype=float)
    return found[np.isfinite(found)]


def histories(path):
    """Return the series of a file of 60 positive values or more, holes left out, at least half of them distinct."""
    wanted = [one for one in read(path) if one.get("kind", "null") == "null"]
    rows = [values(one) for one in wanted if "maxrss" not in one.get("series", "")]
    return [row for row in rows if row.size >= LEAST and row.min() > 0 and np.unique(row).size > row.size / 2]


def quiet(path):
    from lapwing.detect.points import points_in

    rows = histories(path)
    if "kind" in read(path)[0]:
        return rows
    found = []
    for row, points in zip(rows, points_in(rows, alpha=0.05, exact=[False] * len(rows)), strict=True):
        edges = [0, *(point.index for point in points), row.size]
        found += [row[a:b] for a, b in pairwise(edges) if b - a >= LEAST]
    return [row for row in found if np.unique(row).size > row.size / 2]


def sigma(row):
    """Return the scale of a series' noise about its running median of 21 points, on the log scale."""
    logs = np.log(row)
    padded = np.lib.stride_tricks.sliding_window_view(np.pad(logs, 10, mode="reflect"), 21)
    left = logs - np.median(padded, axis=1)
    return 1.4826 * float(np.median(np.abs(left - np.median(left))))
