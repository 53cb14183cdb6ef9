"""What survives sixteen processes at once, and two hundred ``kill -9``?

    python benchmarks/history/survival.py [STORE...]

For each store: 16 processes that find nothing append 20 runs each, all at once; then a process that appends is killed
200 times at random moments; then, where there is a server, that is killed 5 times under 4 processes. Every run that was
acknowledged must be there, byte for byte; whatever is there must be whole. Exits 1 where anything was lost.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from places import PLACES

from fakes.crowd import append_at_once, kept_whole, kill_again_and_again, nursery

SEED = 20261124


def at_once(tried, folder, args):
    """Return what came of the crowd."""
    began = time.perf_counter()
    place = tried.new()
    kept = append_at_once(args.processes, args.runs, place=place, root=tried.root, folder=folder)
    took = time.perf_counter() - began
    return f"{args.processes} at once, {args.runs} runs each: {len(kept)} there, byte-equal, {took:.1f} s"


def killed(tried, folder, args):
    """Return what came of the kills."""
    draw = random.Random(SEED)
    acknowledged, more = kill_again_and_again(
        args.kills, draw=draw, place=tried.new(), root=tried.root, folder=folder, look_every=10
    )
    return (
        f"{args.kills} kills of the writer: {len(acknowledged)} runs acknowledged, all there; {len(more)} more there,"
        " whole; none half-written"
    )


def server_killed(tried, folder, args):
    """Return what came of killing the server; there is none where a store has none."""
    if tried.server is None:
        return ""
    draw = random.Random(SEED)
    place, acknowledged = tried.new(), set()
    with nursery(place, tried.root, folder) as made:
        made.go("go")
        for attempt in range(args.server_kills):
            first = 10_000 * attempt
            children = [made.start(first + 1_000 * n, first + 1_000 * n + 999, go="go") for n in range(4)]
            while not made.has_said(first):
                time.sleep(0.001)
            time.sleep(draw.uniform(0.0, 0.5))
            os.kill(tried.server.pid, signal.SIGKILL)
            # Each was told so by an error of ours, which ends it.
            assert {made.wait(child) for child in children} == {3}
            tried.server.restart()
            acknowledged = made.acknowledged()
            assert acknowledged <= kept_whole(place, tried.root)
    return f"{args.server_kills} kills of the server under 4 writers: {len(acknowledged)} runs acknowledged, all there"


def main():
    """Try each store and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("stores", nargs="*", default=list(PLACES), metavar="STORE", help=", ".join(PLACES))
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--server-kills", type=int, default=5)
    args = parser.parse_args()
    lost = False
    for name in args.stores:
        with PLACES[name]() as tried:
            for work in (at_once, killed, server_killed):
                with tempfile.TemporaryDirectory() as folder:
                    try:
                        said = work(tried, Path(folder), args)
                    except AssertionError as error:
                        said, lost = f"LOST in {work.__name__}: {error}", True
                if said:
                    print(f"{name:12} {said}", flush=True)
    return int(lost)


if __name__ == "__main__":
    sys.exit(main())
