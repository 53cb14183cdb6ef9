"""Everything that `lapwing compare` must reach, in one table, with the peers in the same run.

    python benchmarks/compare/all.py [--quick] [--only planted control ...] [-- OPTIONS OF EVERY TRIAL]

Takes about an hour and a half on two cores, most of it the peers and the hogs; ``--quick`` ten minutes. Wall times mean
something only while the machine has nothing else to do. Ends with 1 where a bar is missed, 2 where a trial fails.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from children import end, mind_signals
from score import Share
from table import Bar, Row, counted, kept, markdown

TRIALS: dict[str, list[str]] = {
    "planted": ["planted.py"],
    "planted-hogs": ["planted.py", "--hogs", "2"],
    "suite500": ["suite500.py"],
    "control": ["control.py"],
    "control-hogs": ["control.py", "--runs", "30", "--hogs", "2"],
    "orchestration": ["orchestration.py"],
    "releases": ["releases.py"],
}
POOLS: dict[str, tuple[str, Bar]] = {
    "accused": ("unchanged accused, in all", Bar(share=0.005)),
    "accused-hogs": ("unchanged accused, in all, 2 CPU hogs", Bar(share=0.005)),
    "unsure": ("inconclusive, in all", Bar(share=0.03)),
    "unsure-hogs": ("inconclusive, in all, 2 CPU hogs", Bar(share=0.03)),
}


def main() -> int:
    """Run the trials one after the other and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="each trial once, to see that it works")
    parser.add_argument("--only", nargs="+", choices=sorted(TRIALS), default=list(TRIALS))
    parser.add_argument("more", nargs="*", help="after --: options for every trial, such as --lapwing or --style")
    args = parser.parse_args()
    mind_signals()
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl"
        for name in args.only:
            print(f"\n## {name}\n", flush=True)
            words = [*TRIALS[name], "--rows", str(rows), *(["--quick"] if args.quick else []), *args.more]
            if _run(words) not in (0, 1):
                failed.append(name)
        found = kept(rows)
    table = [*found, *_pooled(found)]
    print("\n## Everything\n\n" + markdown(table))
    if failed:
        print(f"\nnot carried out: {', '.join(failed)}")
        return 2
    return int(any(row.passed is False for row in table))


def _run(words: Sequence[str]) -> int:
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name(words[0])), *words[1:]], text=True)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            end(process)


def _pooled(rows: Sequence[Row]) -> list[Row]:
    """Return one more row for each share that several trials have counted."""
    found = []
    for pool, (question, bar) in POOLS.items():
        of_it = [row for row in rows if row.pool == pool]
        if len(of_it) > 1:
            tally = Share(count=sum(row.count for row in of_it), of=sum(row.of for row in of_it))
            found.append(counted(question, tally, bar))
    return found


if __name__ == "__main__":
    sys.exit(main())
