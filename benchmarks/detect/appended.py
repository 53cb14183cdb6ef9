"""How are appended points judged?

``python benchmarks/detect/appended.py FILE.jsonl[.gz] ...``

Every quiet stretch of the files (see ``quiet.py``) is appended point by point: suspects raised and changes confirmed in
1000 points are all false, as far as nothing changed. Then steps of 2 to 6 sigma, either way, are put at a place drawn
from a fixed seed: is a suspect there after 4 points, and after how many is the change confirmed (within 5 of its
place)? Where Otava is installed it is asked the same: the points it finds in a stretch, and whether it has one there
after 4 points. A minute, Otava's part some more.
"""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec

import numpy as np

from quiet import quiet, sigma

SEED = 20_261_127
STEPS = (2.0, 3.0, 5.0, 6.0)
MARGIN = 5
OTAVA = 150
"""Stretches that Otava is asked about, of each file."""


def lines(rows):
    found = np.full((max(row.size for row in rows), len(rows)), np.nan)
    for i, row in enumerate(rows):
        found[: row.size, i] = row
    return found


def fold(rows, alpha, after=None):
    """Return (final state, suspects raised, delays by (series, change), who is suspect or confirmed ``after``)."""
    from lapwing.detect.online.append import append
    from lapwing.detect.online.state import fleet

    state, suspects, when, there = fleet([False] * len(rows), alpha=alpha), 0, {}, np.zeros(len(rows), dtype=bool)
    for t, line in enumerate(lines(rows)):
        step = append(state, line)
        state = step.fleet
        suspects += len(step.suspected)
        when |= {(i, len(state.changes[i]) - 1): t for i in step.confirmed}
        if after is not None:
            for i in np.flatnonzero(after == t):
                since = state.tails.since[i]
                there[i] = since >= t - MARGIN or any(c.index >= t - MARGIN for c in state.changes[i])
    return state, suspects, when, there


def otava(row):
    from otava.analysis import compute_change_points

    return [point.index for point in compute_change_points(row.tolist(), window_len=50, max_pvalue=0.001)[0]]


def stepped(rows, rng, size):
    places = np.array([int(rng.integers(48, row.size - 8)) for row in rows])
    sides = rng.choice((1, -1), len(rows))
    after = [
        row * np.exp(np.where(np.arange(row.size) >= place, side * size * sigma(row), 0.0))
        for row, place, side in zip(rows, places, sides, strict=True)
    ]
    return places, after


def main():
    peer = find_spec("otava") is not None
    logging.disable(logging.ERROR)
    for name in sys.argv[1:]:
        rows = [row for row in quiet(name) if 1e-4 < sigma(row) < 0.5]
        total = sum(row.size for row in rows)
        print(f"{name.rsplit('/', 1)[-1]}: {len(rows)} quiet stretches, {total} points")
        for alpha in (0.003, 0.01, 0.03):
            state, suspects, when, _ = fold(rows, alpha)
            flagged = np.mean([bool(changes) for changes in state.changes])
            print(f"  alpha {alpha}: in 1000 points {1000 * suspects / total:.2f} suspects, ", end="")
            print(f"{1000 * len(when) / total:.2f} confirmed, in {flagged:.1%} of the stretches")
        for size in STEPS:
            places, after = stepped(rows, np.random.default_rng([SEED, int(10 * size)]), size)
            state, _, when, there = fold(after, 0.01, places + 3)
            delays = []
            for i, place in enumerate(places):
                near = [j for j, one in enumerate(state.changes[i]) if abs(one.index - place) <= MARGIN]
                delays.append(min((when[i, j] - place + 1 for j in near), default=np.inf))
            found = np.isfinite(delays).mean()
            quarters = np.percentile(delays, [25, 50, 75], method="lower")
            print(
                f"  {size:g} sigma: suspect after 4 points {there.mean():.1%}; confirmed at last {found:.1%}, ", end=""
            )
            print("after", ", ".join(f"{q:.0f}" for q in quarters), "points (quartiles)")
        if peer:
            few = rows[:: max(1, len(rows) // OTAVA)]
            alarms = sum(len(otava(row)) for row in few)
            places, after = stepped(few, np.random.default_rng([SEED, 60]), 6.0)
            hits = [
                any(abs(at - place) <= MARGIN for at in otava(row[: place + 4]))
                for row, place in zip(after, places, strict=True)
            ]
            points = sum(row.size for row in few)
            print(f"  Otava, {len(few)} of them: {1000 * alarms / points:.2f} points in 1000, ", end="")
            print(f"6 sigma after 4 points {np.mean(hits):.1%}")


if __name__ == "__main__":
    main()
