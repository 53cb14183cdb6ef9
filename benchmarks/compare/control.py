"""Is the error that the built-in control states the true one? Many comparisons of code with itself.

    python benchmarks/compare/control.py [--runs 50] [--hogs 2 [--bursts]] [--unrelated]

Each run compares twenty workloads that did not change. It states the share of unchanged benchmarks that its noise would
have accused, and it has compared some of base with base. The truth is how often these runs accused. They agree when the
mean of what was stated lies in the exact 95 % interval of the truth (Clopper and Pearson 1934), and so does, or
overlaps it with its own interval, the share of base with base that was accused.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from children import hogs
from plan import Plan, twenty
from planted import SETS
from repository import make_repository
from score import Share
from sources import SUITES
from table import Bar, Row, counted, interval, say, within
from tools import compare, verdicts
from trial import ended, folder, lapwing_of, parser_of


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the runs came to: verdicts that accused, that were inconclusive, and what the controls said."""

    accused: Share = field(default_factory=Share)
    unsure: Share = field(default_factory=Share)
    control: Share = field(default_factory=Share)
    rates: list[float] = field(default_factory=list)
    distrusted: int = 0


def main() -> int:
    """Run the trial and print the table."""
    parser = parser_of(__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--hogs", type=int, default=0, help="processes that keep a processor busy meanwhile")
    parser.add_argument("--bursts", action="store_true", help="the hogs come and go")
    parser.add_argument("--unrelated", action="store_true", help="head has code that no benchmark runs")
    args = parser.parse_args()
    if args.quick:
        args.runs = min(args.runs, 3)
    seen = Seen()
    # After Ctrl-C, what there is by then is told.
    with contextlib.suppress(KeyboardInterrupt), folder(args.keep) as root, hogs(args.hogs, bursts=args.bursts):
        for number in range(args.runs):
            print(f"[{number + 1}/{args.runs}] {_one(args, root, number, seen)}", flush=True)
    if not seen.accused.of:
        return 130
    return say(_rows(args, seen), args.rows)


def _one(args: argparse.Namespace, root: Path, number: int, seen: Seen) -> str:
    """Compare once, count it, and return what there is to say of it."""
    workloads = twenty(SETS[number % len(SETS)], seed=number)
    repository = make_repository(root / f"aa-{number}", Plan(workloads=workloads, unrelated=args.unrelated))
    tool = lapwing_of(args)
    report, seconds = compare(repository.root, [SUITES[tool.style]], ("base", "head"), tool)
    words, ratios = verdicts(report)
    for word in words.values():
        seen.accused.add(hit=word in ("slower", "faster"))
        seen.unsure.add(hit=word == "unsure")
    lines = [f"{seconds:.1f} s; {_stated((report['comparison'] or {}).get('control'), seen)}"]
    for name, word in words.items():
        if word != "same":
            lines.append(f"{name}: {word}" + (f" {ratios[name][1] - 1:+.1%}" if name in ratios else ""))
    return "\n    ".join(lines)


def _stated(control: dict[str, Any] | None, seen: Seen) -> str:
    """Count what one control says, and say it."""
    if control is None:
        return "no control"
    seen.control.count += len(control["accused"])
    seen.control.of += control["benchmarks"]
    seen.distrusted += not control["trusted"]
    if control["rate"] is not None:
        seen.rates.append(control["rate"])
    rate = "no rate" if control["rate"] is None else f"{control['rate']:.2%}"
    return f"control: {len(control['accused'])} of {control['benchmarks']} accused, {rate} stated" + (
        "" if control["trusted"] else ", not trusted"
    )


def agree(seen: Seen) -> bool:
    """Tell whether what was stated may be the truth; nothing stated is no agreement."""
    if not seen.rates or not seen.control.of:
        return False
    low, high = interval(seen.accused)
    least, most = interval(seen.control)
    return low <= statistics.fmean(seen.rates) <= high and least <= high and low <= most


def _rows(args: argparse.Namespace, seen: Seen) -> list[Row]:
    busy = f", {args.hogs} CPU hogs" if args.hogs else ""
    suffix = "-hogs" if args.hogs else ""
    stated = f"{statistics.fmean(seen.rates):.2%}" if seen.rates else "nothing"
    control = within(seen.control) if seen.control.of else "none"
    runs = len(seen.rates)
    return [
        counted(f"unchanged accused, {runs} A/A runs{busy}", seen.accused, Bar(share=0.005), pool=f"accused{suffix}"),
        counted(f"inconclusive, {runs} A/A runs{busy}", seen.unsure, Bar(share=0.03), pool=f"unsure{suffix}"),
        Row(
            question=f"the control's stated error and the true one, {runs} runs{busy}",
            bar="agree",
            measured=f"stated {stated}, base with base {control}; true {within(seen.accused)}; "
            f"{seen.distrusted} runs not trusted",
            passed=agree(seen),
        ),
    ]


if __name__ == "__main__":
    sys.exit(ended(main))
