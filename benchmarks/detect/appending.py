"""How good, and how fast, is judging points as they are appended? What ``append.py`` and others measure, with bars.

    python benchmarks/detect/appending.py [--series 10000]

On histories and noise that nobody tunes on: is anything confirmed taken back while 24 histories are replayed point by
point; is a step of 6 sigma a suspect after 4 points, and how many suspects are there where nothing changed; and what
does one more point of each of many series cost, against judging all of them from scratch.
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib.util import find_spec
from inspect import signature

import numpy as np

from asked import parser_of, ticking
from cases import make_cases
from histories import histories
from peers import installed
from rows import Bar, Row, Share, say, within

REPLAYED, LONGEST = 24, 250
SIZE, AFTER = 6.0, 4
MOST_SUSPECTS = 5.0
LEAST_SEEN = Bar(share=0.85, least=True)
MOST_TAKEN_BACK = Bar(share=0.03)
POINTS, APPENDED = 300, 8
MOST_SECONDS, LEAST_RATIO = 1.0, 30.0
PEER_CASES = 100
"""Otava needs a second for each replayed stretch."""


def main() -> int:
    """Replay, look for suspects, time, and print the table."""
    parser = parser_of(__doc__, alpha=False)
    parser.add_argument("--series", type=int, default=10_000)
    args = parser.parse_args()
    if not find_spec("lapwing.detect.online"):
        print("this Lapwing judges no appended points")
        return 0
    if args.quick:
        args.series //= 10
    peer = "otava" in installed([name for name in args.peers if name == "otava"])
    return say([_taken_back(args, peer=peer), _suspects(args, peer=peer), _cost(args)], args.rows)


def _taken_back(args: argparse.Namespace, *, peer: bool) -> Row:
    from retractions import appended, otava, taken_back

    count = 4 if args.quick else REPLAYED
    by_source: dict[str, list[np.ndarray]] = {}
    for one in histories("evaluate"):
        # Of what never changed there is nothing to take back.
        if one.source != "sandmark":
            by_source.setdefault(one.source, []).append(np.array(one.values)[:LONGEST])
    share = count // len(by_source)
    replayed = [row for found in by_source.values() for row in found[:: len(found) // share][:share]]
    told = {}
    for name, detect in (("lapwing", appended), *([("otava", otava)] if peer else [])):
        tally = told[name] = Share()
        for row in ticking(replayed, f"{name}, point by point"):
            ever, gone = taken_back(detect(row))
            tally.count += len(gone)
            tally.of += len(ever)
    return Row(
        question=f"confirmed points taken back, {len(replayed)} histories replayed",
        bar=str(MOST_TAKEN_BACK),
        measured=within(told["lapwing"], 0),
        passed=MOST_TAKEN_BACK.holds(told["lapwing"]),
        peers={name: within(tally, 0) for name, tally in told.items() if name != "lapwing"},
    )


def _suspects(args: argparse.Namespace, *, peer: bool) -> Row:
    from appended import fold, otava, stepped
    from lapwing.detect.online.state import fleet

    alpha = signature(fleet).parameters["alpha"].default
    cases = make_cases("evaluate", 100 if args.quick else 1000)
    quiet = [np.array(case.values) for case in cases if not case.steps]
    points = sum(row.size for row in quiet)
    _, suspects, confirmed, _ = fold(quiet, alpha)
    places, after = stepped(quiet, np.random.default_rng(1), SIZE)
    _, _, _, there = fold(after, alpha, places + AFTER - 1)
    seen = Share(count=int(there.sum()), of=len(quiet))
    peers = {}
    if peer:
        some = range(min(PEER_CASES, len(quiet)))
        hits = [any(abs(at - places[i]) <= 5 for at in otava(after[i][: places[i] + AFTER])) for i in some]
        alarms = sum(len(otava(quiet[i])) for i in some)
        about = 1000 * alarms / sum(quiet[i].size for i in some)
        peers["otava"] = f"{np.mean(hits):.0%} as an alarm, at {about:.1f} false per 1000"
    rate = 1000 * suspects / points
    return Row(
        question=f"step of {SIZE:g} sigma seen as a suspect after {AFTER} points, and suspects per 1000 quiet points",
        bar=f"{LEAST_SEEN} at ≤ {MOST_SUSPECTS:g}",
        measured=f"{within(seen, 1)} at {rate:.2f}; {1000 * len(confirmed) / points:.2f} confirmed",
        passed=bool(LEAST_SEEN.holds(seen)) and rate <= MOST_SUSPECTS,
        peers=peers,
    )


def _cost(args: argparse.Namespace) -> Row:
    from lapwing.detect.online.append import append
    from lapwing.detect.online.replay import replayed
    from lapwing.detect.online.state import fleet
    from lapwing.detect.points import ALPHA, points_in

    rng = np.random.default_rng(3)
    values = 1e-3 * np.exp(0.02 * rng.standard_t(4, (args.series, POINTS + APPENDED)))
    for row, place in enumerate(rng.integers(20, POINTS + APPENDED, args.series)):
        if row % 20 == 0:
            values[row, place:] *= 1.1
    state = replayed(list(values[:, :POINTS]), signature(fleet).parameters["alpha"].default)
    taken, whole = [], []
    for line in values[:, POINTS:].T:
        began = time.perf_counter()
        state = append(state, line).fleet
        taken.append(time.perf_counter() - began)
    for _ in range(2):
        began = time.perf_counter()
        points_in(list(values), alpha=ALPHA, exact=[False] * args.series)
        whole.append(time.perf_counter() - began)
    mean, ratio = sum(taken) / len(taken), min(whole) * len(taken) / sum(taken)
    return Row(
        question=f"one point to each of {args.series} series of {POINTS}, judged; against all from scratch",
        bar=f"< {MOST_SECONDS:g} s, ≥ {LEAST_RATIO:g}x",
        measured=f"{mean:.3f} s (at worst {max(taken):.3f}), {ratio:.0f}x",
        passed=mean < MOST_SECONDS and ratio >= LEAST_RATIO,
    )


if __name__ == "__main__":
    sys.exit(main())
