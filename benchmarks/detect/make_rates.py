"""Make the table of how often quiet series reach a score: ``python benchmarks/detect/make_rates.py [--write]``.

Series of random numbers (ranks do not care which) are looked at after every point, exactly as appended points are; a
series that reaches the score begins anew at the split, as it does when a change is confirmed. Counted from the
point on from which the window is full. Without ``--write`` the table is printed and compared with the one in the
package. Seeded; two minutes on one core.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from shipped import write_or_compare

SEED = 20_261_127
SERIES = 5_000
SCORES = (3.0, 3.2, 3.4, 3.6, 3.8, 4.0, 4.2)
ENOUGH = 1_000
"""Alarms after which a rate is known to 3 %."""

MOST = 15_000_000
"""Looks that are taken at most for one score."""

TARGET = Path(__file__).parents[2] / "plugin/lapwing/detect/online/rates_table.py"


def rate(score: float) -> tuple[float, int]:
    from lapwing.detect.online.window import WINDOW, begin_anew, best_splits, empty, extend

    rng = np.random.default_rng([SEED, round(score * 10)])
    windows = empty(SERIES)
    alarms = looks = positions = 0
    while alarms < ENOUGH and looks < MOST:
        windows = extend(windows, rng.random(SERIES))
        splits, scores = best_splits(windows)
        rows = np.flatnonzero(scores >= score).tolist()
        for row in rows:
            begin_anew(windows, row, windows.level(row)[int(splits[row]) :])
        positions += 1
        if positions > WINDOW:
            alarms += len(rows)
            looks += SERIES
    return alarms / looks, alarms


def table() -> str:
    rates = []
    for score in SCORES:
        found, alarms = rate(score)
        rates.append(found)
        print(f"{score}: {1000 * found:.4f} per 1000 looks, {alarms} alarms", file=sys.stderr, flush=True)
    return f'''"""How often quiet series reach a score when looked at after every point; not edited by hand.

Made by ``benchmarks/detect/make_rates.py``: ``RATES[i]`` is the share of looks at which ``SCORES[i]`` is reached anew.
"""

from __future__ import annotations

from typing import Final

SEED: Final = {SEED:_}
SCORES: Final[tuple[float, ...]] = ({", ".join(map(str, SCORES))})
RATES: Final[tuple[float, ...]] = (
{"".join(f"    {found:.3e},{chr(10)}" for found in rates)})
'''


if __name__ == "__main__":
    raise SystemExit(write_or_compare(table(), TARGET))
