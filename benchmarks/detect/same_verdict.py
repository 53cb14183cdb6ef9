"""Is it the same verdict on another day, in another order, on another processor? One fingerprint of all results.

    python benchmarks/detect/same_verdict.py [--count 300]

The same cases are judged in fresh processes: with another hash seed, last case first, all in one batch, and with the
parts of numpy for newer processors switched off, as on an older one. The fingerprint is printed, to be compared with
another machine's.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator

from asked import parser_of
from cases import make_cases
from rows import Row, say

WAYS: dict[str, list[str]] = {
    "as it is": [],
    "another hash seed": [],
    "last case first": ["--turned"],
    "in one batch": ["--batch"],
    "older processor": [],
}


def main() -> int:
    """Judge in every way and print the table; with ``--only-print`` judge once and print the fingerprints."""
    parser = parser_of(__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--only-print", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--turned", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--batch", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.quick:
        args.count //= 10
    if args.only_print:
        print(*fingerprints(args))
        return 0
    found = {}
    for name, words in WAYS.items():
        found[name] = _in_process(args, words, name)
        print(f"{name}: places {found[name][0][:16]}, to the last bit {found[name][1][:16]}", flush=True)
    kinds = (("places and states", 0), ("every number to the last bit", 1))
    return say(
        [_row(what, {name: prints[i] for name, prints in found.items()}, args.count) for what, i in kinds], args.rows
    )


def fingerprints(args: argparse.Namespace) -> tuple[str, str]:
    """Return what was found in the cases as two hashes: of places and states, and of all there is."""
    from lapwing import change_points
    from lapwing.detect.points import points_in

    cases = make_cases("evaluate", args.count)
    alpha = args.alpha or 0.01
    if args.batch:
        found = points_in([_array(case.values) for case in cases], alpha=alpha, exact=[False] * len(cases))
    else:
        order = cases[::-1] if args.turned else cases
        found = [change_points(case.values, alpha=alpha) for case in order]
        found = found[::-1] if args.turned else found
    places, everything = hashlib.sha256(), hashlib.sha256()
    for points in found:
        places.update(repr([(point.index, point.state) for point in points]).encode())
        everything.update(repr(points).encode())
    return places.hexdigest(), everything.hexdigest()


def _array(values):
    import numpy as np

    return np.array(values)


def _in_process(args: argparse.Namespace, words: list[str], name: str) -> tuple[str, str]:
    more = {"PYTHONHASHSEED": "0" if name == "as it is" else str(len(name))}
    if name == "older processor":
        more["NPY_DISABLE_CPU_FEATURES"] = " ".join(_newer_features())
    options = [] if args.alpha is None else ["--alpha", str(args.alpha)]
    words = [sys.executable, __file__, "--only-print", "--count", str(args.count), *options, *words]
    done = subprocess.run(words, env={**os.environ, **more}, stdout=subprocess.PIPE, text=True, check=True)
    places, everything = done.stdout.split()
    return places, everything


def _newer_features() -> Iterator[str]:
    """Give the features of this processor for which numpy has code beside its baseline."""
    import numpy as np

    core = "_core" if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else "core"
    umath = importlib.import_module(f"numpy.{core}._multiarray_umath")
    return (name for name in umath.__cpu_dispatch__ if umath.__cpu_features__.get(name))


def _row(what: str, prints: dict[str, str], count: int) -> Row:
    first = prints["as it is"]
    other = [name for name, one in prints.items() if one != first]
    return Row(
        question=f"same verdict in {len(prints)} ways, {count} cases: {what}",
        bar="the same",
        measured=f"{first[:16]}" + (f"; other: {', '.join(other)}" if other else ""),
        passed=not other,
    )


if __name__ == "__main__":
    sys.exit(main())
