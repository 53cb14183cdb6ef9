"""How right are the change points? Steps of 1 to 5 sigma in real noise that nobody tuned on, and quiet series.

    python benchmarks/detect/steps.py [--noise evaluate|ar1|tune] [--count 5000] [--alpha A] [--show N]
        [--cases FILE.jsonl.gz]

Of 1,000 cases 256 steps are of 3 sigma, of which two more or less are a percent; of 5,000 there are 1,264. ``--cases``
takes the cases of a file instead. ``--show`` prints the N cases in which Lapwing was most wrong: values,
truth, and what was found.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from asked import parser_of, ticking
from cases import Case, make_cases, read_cases
from oracle import known
from peers import Detector, installed, lapwing, otava
from rows import Bar, Row, say, within
from scoring import Tally, drawn_anew, tally
from worst import show

Found = list[list[int]]

OTAVA_LEVEL = 0.001
OTAVA_LEVELS = (1e-4, 1e-5, 1e-6)
"""Other significances than its own, of which the best is shown: the highest F1 on these very cases. Its F1 falls off on
both sides of these; ``trade_off.py`` has more of them."""

BEST = "otava at its best"
ORACLE = "all known but the places"

LEAST_F1 = 0.90
LEAST_RECALL = {2.0: 0.87, 3.0: 0.97}
MOST_FLAGGED = Bar(share=0.02)
MOST_FALSE = {"evaluate": 0.3, "ar1": 0.5}


def main() -> int:
    """Score everybody on the cases and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--noise", choices=["evaluate", "ar1", "tune"], default="evaluate")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=Path, help="a file of cases instead")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the N worst cases of Lapwing")
    args = parser.parse_args()
    count = args.count // 10 if args.quick else args.count
    cases = tuple(read_cases(args.cases)) if args.cases else make_cases(args.noise, count, args.seed)
    quiet = sum(not case.steps for case in cases)
    print(f"{len(cases)} cases of {len({case.series for case in cases})} histories, {quiet} of them quiet")
    found = everybody(cases, args.peers, args.alpha)
    if args.show:
        show(cases, args.alpha, args.show)
    return say(rows(args, cases, found), args.rows)


def everybody(cases: Sequence[Case], peers: Sequence[str], alpha: float | None) -> dict[str, Found]:
    """Return what Lapwing and the peers find in each of the cases."""
    here = installed(peers)
    found = {name: find(detect, cases, name) for name, detect in {"lapwing": lapwing(alpha), **here}.items()}
    if "otava" in here:
        others = {level: find(otava(level), cases, f"otava at {level:g}") for level in OTAVA_LEVELS}
        others[OTAVA_LEVEL] = found["otava"]
        level, found[BEST] = max(others.items(), key=lambda one: tally(cases, one[1]).f1)
        print(f"{BEST}: p < {level:g}")
    if all(math.isfinite(case.sigma) for case in cases):
        found[ORACLE] = [known(case) for case in cases]
    return found


def find(detect: Detector, cases: Sequence[Case], name: str) -> Found:
    """Return what one detector finds in each of the cases."""
    return [sorted(detect(case.values)) for case in ticking(cases, name)]


def rows(args: argparse.Namespace, cases: Sequence[Case], found: dict[str, Found]) -> list[Row]:
    """Return the rows of the table; bars hold for the evaluation cases, and for false points of the others."""
    tallies = {name: tally(cases, points) for name, points in found.items()}
    us, ours = tallies["lapwing"], found["lapwing"]
    noise = "file" if args.cases else args.noise
    about = {"evaluate": "", "ar1": ", AR(1) 0.3"}.get(noise, f", {noise}")
    low, high = drawn_anew(cases, ours, lambda one: one.f1)
    barred = noise == "evaluate"
    made = [
        Row(
            question=f"F1, steps of 1 to 5 sigma{about}, {len(cases)} cases",
            bar=f"≥ {LEAST_F1:.2f}" if barred else "–",
            measured=f"{us.f1:.3f} [{low:.3f}, {high:.3f}]",
            passed=us.f1 >= LEAST_F1 if barred else None,
            peers={name: f"{one.f1:.3f}" for name, one in tallies.items() if name != "lapwing"},
        )
    ]
    for sigma, share in sorted(us.by_sigma.items()):
        bar = Bar(share=LEAST_RECALL[sigma], least=True) if barred and sigma in LEAST_RECALL else None
        made.append(
            Row(
                question=f"recall at {sigma:g} sigma{about}",
                bar=str(bar or "–"),
                measured=within(share, 1),
                passed=bar.holds(share) if bar else None,
                peers=_peers(tallies, lambda one, at=sigma: _percent(one.by_sigma[at].count, one.by_sigma[at].of)),
            )
        )
    low, high = drawn_anew(cases, ours, lambda one: one.false_per_1000)
    most = MOST_FALSE.get(noise)
    made += [
        Row(
            question=f"quiet series flagged{about}",
            bar=str(MOST_FLAGGED) if barred else "–",
            measured=within(us.flagged, 1),
            passed=MOST_FLAGGED.holds(us.flagged) if barred else None,
            peers=_peers(tallies, lambda one: _percent(one.flagged.count, one.flagged.of)),
        ),
        Row(
            question=f"false points per 1000 on quiet series{about}",
            bar=f"≤ {most:g}" if most else "–",
            measured=f"{us.false_per_1000:.2f} [{low:.2f}, {high:.2f}]",
            passed=us.false_per_1000 <= most if most else None,
            peers=_peers(tallies, lambda one: f"{one.false_per_1000:.2f}"),
        ),
        Row(
            question=f"precision; points off the true place, on average{about}",
            bar="–",
            measured=f"{us.precision:.3f}; {us.offset:.2f}",
            peers=_peers(tallies, lambda one: f"{one.precision:.3f}; {one.offset:.2f}"),
        ),
    ]
    sources = sorted({case.source for case in cases})
    return made + [_of_source(source, cases, found) for source in sources if len(sources) > 1]


def _of_source(source: str, cases: Sequence[Case], found: dict[str, Found]) -> Row:
    at = [i for i, case in enumerate(cases) if case.source == source]
    some = {name: tally([cases[i] for i in at], [points[i] for i in at]) for name, points in found.items()}
    return Row(
        question=f"F1; quiet flagged: noise of {source}, {len(at)} cases",
        bar="–",
        measured=_both(some["lapwing"]),
        peers=_peers(some, _both),
    )


def _both(one: Tally) -> str:
    return f"{one.f1:.3f}; {_percent(one.flagged.count, one.flagged.of)}"


def _peers(tallies: dict[str, Tally], say_it) -> dict[str, str]:
    return {name: say_it(one) for name, one in tallies.items() if name != "lapwing"}


def _percent(count: int, of: int) -> str:
    return f"{100 * count / of:.1f} %" if of else "–"


if __name__ == "__main__":
    sys.exit(main())
