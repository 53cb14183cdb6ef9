"""What do all trials have in common? Where they work, how Lapwing is called, how they begin and end."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from children import ChildError, mind_signals
from tools import Lapwing


def parser_of(doc: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options that every trial has."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="once through everything, to see that it works")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it there")
    parser.add_argument("--rows", type=Path, help="add the results to this file, as JSON lines")
    parser.add_argument("--lapwing", default="", metavar="COMMAND", help="another command than this Python's lapwing")
    parser.add_argument("--options", default="--all", help="what to call `lapwing compare` with (default --all)")
    parser.add_argument("--style", choices=["perf", "fixture"], default="perf", help="which suite Lapwing takes")
    return parser


def lapwing_of(args: argparse.Namespace) -> Lapwing:
    """Return how Lapwing is to be called."""
    command = tuple(shlex.split(args.lapwing)) or (sys.executable, "-m", "lapwing.cli")
    return Lapwing(command=command, options=tuple(shlex.split(args.options)), style=args.style)


@contextlib.contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """Give a folder to work in: a temporary one, or ``keep``, which must be empty or new."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="lapwing-compare-", ignore_cleanup_errors=True) as name:
            yield Path(name).resolve()
        return
    keep.mkdir(parents=True, exist_ok=True)
    if any(keep.iterdir()):
        raise ChildError(f"{keep} is not empty")
    yield keep.resolve()


def ended(main: Callable[[], int]) -> int:
    """Run a trial and return its exit code: 2 where it could not be carried out."""
    mind_signals()
    try:
        return main()
    except ChildError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
