"""What is lost for fewer false alarms? Each detector at many settings: quiet series flagged against F1 and recall.

    python benchmarks/detect/trade_off.py [--count 1000] [--svg FILE]

Lapwing's alpha is chosen by the tuning cases alone: the largest at which at most 2 % of their quiet series are flagged.
What it reaches on the evaluation cases is in the table; the peers may choose by the evaluation cases themselves. The
curves are drawn into ``trade_off.svg`` beside this script.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from asked import parser_of
from cases import make_cases
from curve import Mark, draw
from peers import PEERS, Detector, installed, lapwing
from rows import Row, say
from scoring import Tally, tally
from steps import LEAST_F1, MOST_FLAGGED, find

PICTURE = Path(__file__).with_name("trade_off.svg")

ALPHAS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
SETTINGS: dict[str, tuple[float, ...]] = {
    "otava": (0.01, 0.001, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8),
    "pelt": (3.0, 5.0, 8.0, 12.0, 20.0, 40.0),
}
WORDS = {"lapwing": "alpha = {:g}", "otava": "p < {:g}", "pelt": "penalty of {:g} ln n"}


def main() -> int:
    """Score every setting of everybody, print the table, and draw the picture."""
    parser = parser_of(__doc__, alpha=False)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--svg", type=Path, default=PICTURE, help="draw the curves into this file (not with --quick)")
    args = parser.parse_args()
    count = args.count // 10 if args.quick else args.count
    cases = make_cases("evaluate", count)
    detectors: dict[str, dict[str, Detector]] = {
        "lapwing": {WORDS["lapwing"].format(alpha): lapwing(alpha) for alpha in ALPHAS},
        **{name: _settings(name) for name in installed(args.peers)},
    }
    tallies = {
        name: {label: tally(cases, find(detect, cases, f"{name} {label}")) for label, detect in settings.items()}
        for name, settings in detectors.items()
    }
    print(_table(tallies))
    if not args.quick:
        args.svg.write_text(draw({name: _marks(settings) for name, settings in tallies.items()}), encoding="utf-8")
        print(f"drawn: {args.svg}")
    tuning = make_cases("tune", count)
    tuned = {label: tally(tuning, find(detect, tuning, label)) for label, detect in detectors["lapwing"].items()}
    return say([_row(tallies, tuned)], args.rows)


def _settings(name: str) -> dict[str, Detector]:
    if name not in SETTINGS:
        return {"as it is": PEERS[name]()}
    return {WORDS[name].format(setting): PEERS[name](setting) for setting in SETTINGS[name]}


def _row(tallies: Mapping[str, Mapping[str, Tally]], tuned: Mapping[str, Tally]) -> Row:
    fit = [label for label, one in tuned.items() if MOST_FLAGGED.holds(one.flagged)]
    chosen = fit[-1] if fit else next(iter(tuned))
    ours = tallies["lapwing"][chosen]
    peers = {}
    for name, settings in tallies.items():
        trusted = [(one.f1, label) for label, one in settings.items() if MOST_FLAGGED.holds(one.flagged)]
        peers[name] = "{:.3f} ({})".format(*max(trusted)) if trusted else "never"
    del peers["lapwing"]
    return Row(
        question="F1 at ≤ 2 % quiet series flagged, setting chosen by the tuning cases (peers: by these)",
        bar=f"≥ {LEAST_F1:.2f}, {MOST_FLAGGED}",
        measured=f"{ours.f1:.3f}, {ours.flagged.count} of {ours.flagged.of} flagged ({chosen})",
        passed=ours.f1 >= LEAST_F1 and MOST_FLAGGED.holds(ours.flagged),
        peers=peers,
    )


def _marks(settings: Mapping[str, Tally]) -> list[Mark]:
    return [
        Mark(
            flagged=one.flagged.count / max(1, one.flagged.of),
            f1=one.f1,
            false=one.false_per_1000,
            recall=one.by_sigma[2.0].count / max(1, one.by_sigma[2.0].of),
            label=label,
        )
        for label, one in settings.items()
    ]


def _table(tallies: Mapping[str, Mapping[str, Tally]]) -> str:
    head = ("detector", "setting", "F1", "recall 1 σ", "2 σ", "3 σ", "5 σ", "quiet flagged", "false per 1000")
    lines = [_line(head), _line(["---"] * len(head))]
    for name, settings in tallies.items():
        for label, one in settings.items():
            recalls = [f"{share.count / max(1, share.of):.2f}" for _, share in sorted(one.by_sigma.items())]
            flagged = f"{100 * one.flagged.count / max(1, one.flagged.of):.1f} %"
            lines.append(_line([name, label, f"{one.f1:.3f}", *recalls, flagged, f"{one.false_per_1000:.2f}"]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
