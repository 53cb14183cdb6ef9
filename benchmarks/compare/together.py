"""How are many trials run one after the other, and their rows brought into one table?"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from children import end, mind_signals
from score import Share
from table import Bar, Row, counted, kept, markdown

Pools = Mapping[str, tuple[str, Bar]]
"""What rows of one pool ask together, and their bar."""


def run_all(doc: str | None, folder: Path, trials: Mapping[str, Sequence[str]], pools: Pools) -> int:
    """Run ``trials``, each a script of ``folder`` with its words, and print the table of all their rows.

    Returns the exit code: 2 where a trial could not be carried out, 1 where a bar is missed.
    """
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="each trial once, to see that it works")
    parser.add_argument("--only", nargs="+", choices=sorted(trials), default=list(trials))
    parser.add_argument("more", nargs="*", help="after --: options for every trial")
    args = parser.parse_args()
    mind_signals()
    failed = []
    with tempfile.TemporaryDirectory() as kept_in:
        rows = Path(kept_in) / "rows.jsonl"
        for name in args.only:
            print(f"\n## {name}\n", flush=True)
            script, *words = trials[name]
            words = [str(folder / script), *words, "--rows", str(rows), *(["--quick"] if args.quick else [])]
            if _run([*words, *args.more]) not in (0, 1):
                failed.append(name)
        found = kept(rows)
    table = [*found, *_pooled(found, pools)]
    print("\n## Everything\n\n" + markdown(table))
    if failed:
        print(f"\nnot carried out: {', '.join(failed)}")
        return 2
    return int(any(row.passed is False for row in table))


def _run(words: Sequence[str]) -> int:
    process = subprocess.Popen([sys.executable, *words], text=True)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            end(process)


def _pooled(rows: Sequence[Row], pools: Pools) -> list[Row]:
    """Return one more row for each share that several trials have counted."""
    found = []
    for pool, (question, bar) in pools.items():
        of_it = [row for row in rows if row.pool == pool]
        if len(of_it) > 1:
            tally = Share(count=sum(row.count for row in of_it), of=sum(row.of for row in of_it))
            found.append(counted(question, tally, bar))
    return found
