"""What does it cost to judge one more point of each of many series?

``python benchmarks/detect/append.py [SERIES [POINTS]]``: 10,000 series of 300 points, one in twenty with a step at a
place of its own. Eight points in a row are appended, so that every position of the grids is among them, and the whole
is recomputed from scratch, in the same run. Seeded; a minute.
"""

from __future__ import annotations

import sys
import time

import numpy as np

SEED = 3
APPENDED = 8


def main():
    from lapwing.detect.online.append import append
    from lapwing.detect.online.replay import replayed
    from lapwing.detect.points import points_in

    series, points = (int(word) for word in (*sys.argv[1:], *("10000", "300")[len(sys.argv) - 1 :]))
    rng = np.random.default_rng(SEED)
    values = 1e-3 * np.exp(0.02 * rng.standard_t(4, (series, points + APPENDED)))
    for row, place in enumerate(rng.integers(20, points + APPENDED, series)):
        if row % 20 == 0:
            values[row, place:] *= 1.1
    began = time.perf_counter()
    state = replayed(list(values[:, :points]), 0.01)
    print(f"replayed point by point: {time.perf_counter() - began:.2f} s; {len(state.open)} series with an open change")
    taken = []
    for line in values[:, points:].T:
        began = time.perf_counter()
        state = append(state, line).fleet
        taken.append(time.perf_counter() - began)
    whole = []
    for _ in range(2):
        began = time.perf_counter()
        points_in(list(values), alpha=0.01, exact=[False] * series)
        whole.append(time.perf_counter() - began)
    mean, worst, scratch = sum(taken) / len(taken), max(taken), min(whole)
    print(f"one point to each of {series} series: mean {1e3 * mean:.0f} ms, at worst {1e3 * worst:.0f} ms")
    print(f"all of them from scratch: {1e3 * scratch:.0f} ms, ", end="")
    print(f"{scratch / mean:.0f} times the mean, {scratch / worst:.0f} times the worst")


if __name__ == "__main__":
    main()
