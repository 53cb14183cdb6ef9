"""What can every script of the evaluation be asked, and what does it say while it works?"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from peers import PEERS

T = TypeVar("T")
EVERY = 5.0


def parser_of(doc: str | None, *, alpha: bool = True) -> argparse.ArgumentParser:
    """Return a parser with the options that every script has."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to see that it works")
    parser.add_argument("--rows", type=Path, help="add the results to this file, as JSON lines")
    parser.add_argument("--peers", nargs="*", choices=list(PEERS), default=list(PEERS), help="default: all there are")
    if alpha:
        parser.add_argument("--alpha", type=float, help="of Lapwing (default: its own)")
    return parser


def ticking(items: Sequence[T], what: str) -> Iterator[T]:
    """Give the items, and say on stderr every five seconds how far that is."""
    told = time.monotonic()
    for number, item in enumerate(items):
        if time.monotonic() - told > EVERY:
            told = time.monotonic()
            print(f"  {what}: {number} of {len(items)}", file=sys.stderr, flush=True)
        yield item
