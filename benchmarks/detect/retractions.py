"""How much of what was said is taken back?

``python benchmarks/detect/retractions.py FILE.jsonl[.gz] ...``

24 real series, in equal shares from the files, are replayed point by point. A point once reported is taken back if none
is reported within 5 of it after the last point of its series. Asked: appending (confirmed and frozen changes),
``change_points`` on every prefix (the same states), and, where it is installed, Otava on every prefix. Of the changes
confirmed by appending it is also told how many a scan of the whole series does not find, which is another question.
Some minutes.
"""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec

import numpy as np

from quiet import histories

SERIES = 24
LONGEST = 250
MARGIN = 5
LEAST = 8


def near(place, others):
    return any(abs(place - other) <= MARGIN for other in others)


def taken_back(reports):
    """Return (all points ever reported, those missing at the end) of the reports after each point."""
    ever: list[int] = []
    for report in reports:
        ever += [place for place in report if not near(place, ever)]
    return ever, [place for place in ever if not near(place, reports[-1])]


def appended(row):
    from lapwing.detect.online.append import append
    from lapwing.detect.online.state import fleet

    state, reports = fleet([False]), []
    for value in row:
        state = append(state, np.array([value])).fleet
        reports.append([change.index for change in state.changes[0]])
    return reports


def scanned(row):
    from lapwing.detect.points import points_in

    ends = range(1, row.size + 1)
    found = points_in([row[:end] for end in ends], alpha=0.01, exact=[False] * row.size)
    return [[point.index for point in points if point.state != "suspect"] for points in found]


def otava(row):
    from otava.analysis import compute_change_points

    ends = range(LEAST, row.size + 1)
    asked = [compute_change_points(row[:end].tolist(), window_len=50, max_pvalue=0.001)[0] for end in ends]
    return [[point.index for point in points] for points in asked]


def main():
    detectors = {"appending": appended, "change_points on prefixes": scanned}
    if find_spec("otava"):
        logging.disable(logging.ERROR)
        detectors["Otava on prefixes"] = otava
    rows = []
    for name in sys.argv[1:]:
        found = histories(name)
        share = SERIES // len(sys.argv[1:])
        rows += [row[:LONGEST] for row in found[:: len(found) // share][:share]]
    print(f"{len(rows)} series, {sum(row.size for row in rows)} points")
    for name, detector in detectors.items():
        ever = gone = unknown = 0
        for row in rows:
            reports = detector(row)
            said, missing = taken_back(reports)
            ever, gone = ever + len(said), gone + len(missing)
            if detector is appended:
                unknown += sum(not near(place, scanned(row)[-1]) for place in reports[-1])
        print(f"  {name}: {ever} points reported, {gone} taken back ({gone / max(1, ever):.0%})")
        if detector is appended:
            print(f"    {unknown} of them are not found by a scan of the whole series")


if __name__ == "__main__":
    main()
