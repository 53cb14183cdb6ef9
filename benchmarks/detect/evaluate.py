"""Score change-point detection on labelled cases.

``python benchmarks/detect/evaluate.py CASES.jsonl[.gz] [alpha ...]``

A case is a JSON object with ``values``, ``kind`` (``null`` or ``steps``) and ``steps`` (each ``index`` and ``sigma``).
A history without ``kind`` (``value`` and ``series``) is taken as one in which nothing changed.
A found point within 5 of a true one is right.
"""

from __future__ import annotations

import collections
import gzip
import json
import sys
import time
from pathlib import Path

MARGIN = 5


def match(truth, found):
    pairs, used = {}, set()
    for t in truth:
        near = [j for j, f in enumerate(found) if j not in used and abs(f - t) <= MARGIN]
        if near:
            best = min(near, key=lambda j: abs(found[j] - t))
            used.add(best)
            pairs[t] = found[best]
    return pairs


def score(detect, cases):
    by_sigma = collections.defaultdict(lambda: [0, 0])
    right = false = missed = quiet_points = quiet_false = quiet = flagged = points = 0
    offsets = []
    began = time.perf_counter()
    for case in cases:
        found = sorted(detect(case["values"]))
        points += len(case["values"])
        if case["kind"] == "null":
            quiet += 1
            quiet_points += len(case["values"])
            quiet_false += len(found)
            flagged += bool(found)
            continue
        matched = match([step["index"] for step in case["steps"]], found)
        offsets += [abs(a - b) for a, b in matched.items()]
        right += len(matched)
        false += len(found) - len(matched)
        missed += len(case["steps"]) - len(matched)
        for step in case["steps"]:
            by_sigma[step["sigma"]][1] += 1
            by_sigma[step["sigma"]][0] += step["index"] in matched
    seconds = time.perf_counter() - began
    return {
        "F1": round(2 * right / max(1, 2 * right + false + missed), 3),
        "precision": round(right / max(1, right + false), 3),
        **{f"recall@{sigma:g}": round(a / b, 3) for sigma, (a, b) in sorted(by_sigma.items())},
        "quiet_flagged": round(flagged / max(1, quiet), 3),
        "quiet_false_per_1000": round(1000 * quiet_false / max(1, quiet_points), 2),
        "offset": round(sum(offsets) / max(1, len(offsets)), 2),
        "us_per_point": round(1e6 * seconds / max(1, points), 2),
    }


def load(path):
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            if "kind" not in case:
                case = {"values": case["value"], "kind": "null", "series": case["series"]}
            yield case


def main():
    from lapwing.detect.points import change_points

    cases = list(load(Path(sys.argv[1])))
    wanted = [case for case in cases if "maxrss" not in case.get("series", "")]
    for alpha in [float(word) for word in sys.argv[2:]] or [0.01, 0.02, 0.05]:

        def detect(values, alpha=alpha):
            return [point.index for point in change_points(values, alpha=alpha)]

        print(f"alpha={alpha}", json.dumps(score(detect, wanted)), flush=True)


if __name__ == "__main__":
    main()
