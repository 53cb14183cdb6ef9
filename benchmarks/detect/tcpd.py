"""Do the change points agree with those that people mark? The Turing Change Point Dataset, one-dimensional series.

    python benchmarks/detect/tcpd.py [--tcpd FOLDER] [--alpha A] [--each]

27 of its 38 one-dimensional series are in ``data/``. The others may not be handed on by us: FOLDER, or ``data/tcpd``,
has them as JSON (``git clone https://github.com/alan-turing-institute/TCPD``, ``make``, ``make export``).
``zero`` finds nothing: what a method must beat to be of use here.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from agreement import covering, f1
from asked import parser_of
from histories import DATA, Annotated, annotated
from peers import Detector, installed, lapwing, without_holes
from rows import Row, say

LEAST_F1 = 0.70
LEAST_COVERING = 0.68

Scores = dict[str, list[tuple[float, float]]]
"""F1 and covering of each series, by detector."""


def main() -> int:
    """Score everybody and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--tcpd", type=Path, default=DATA / "tcpd", metavar="FOLDER", help="JSON of the other series")
    parser.add_argument("--each", action="store_true", help="print each series")
    args = parser.parse_args()
    there = annotated(args.tcpd)
    series = [one for one in there if one.values is not None]
    detectors: dict[str, Detector] = {"lapwing": lapwing(args.alpha), "zero": lambda _: [], **installed(args.peers)}
    scores = {name: [_scored(one, detect) for one in series] for name, detect in detectors.items()}
    if args.each:
        _print(series, scores)
    about = f", {len(series)} of {len(there)} series"
    return say(
        [
            _row(f"TCPD: F1{about}", LEAST_F1, scores, lambda one: one[0]),
            _row(f"TCPD: covering{about}", LEAST_COVERING, scores, lambda one: one[1]),
        ],
        args.rows,
    )


def _scored(one: Annotated, detect: Detector) -> tuple[float, float]:
    found = without_holes(detect, one.values or ())
    return f1(one.labels, found), covering(one.labels, found, one.length)


def _row(question: str, least: float, scores: Scores, of: Callable[[tuple[float, float]], float]) -> Row:
    means = {name: statistics.fmean(of(one) for one in each) for name, each in scores.items()}
    return Row(
        question=question,
        bar=f"≥ {least:.2f}",
        measured=f"{means['lapwing']:.3f}",
        passed=means["lapwing"] >= least,
        peers={name: f"{mean:.3f}" for name, mean in means.items() if name != "lapwing"},
    )


def _print(series: list[Annotated], scores: Scores) -> None:
    print(f"{'F1 / covering':20}" + "".join(f"{name:>16}" for name in scores))
    for i, one in enumerate(series):
        told = (f"{each[i][0]:.2f} / {each[i][1]:.2f}" for each in scores.values())
        print(f"{one.series:20}" + "".join(f"{text:>16}" for text in told))


if __name__ == "__main__":
    sys.exit(main())
