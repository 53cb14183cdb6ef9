"""Is it the same verdict on another day, in another order, on another processor? One fingerprint of all results.

    python benchmarks/detect/same_verdict.py [--count 300]

The same cases are judged in fresh processes: with another hash seed, last case first, all in one batch, and with the
parts of numpy for newer processors switched off, as on an older one. There the last bit of a logarithm is another, and
no place, state or printed digit may show it. The fingerprints are printed, to be compared with another machine's.
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

OLDER = "older processor"
WAYS: dict[str, list[str]] = {
    "as it is": [],
    "another hash seed": [],
    "last case first": ["--turned"],
    "in one batch": ["--batch"],
    OLDER: [],
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
        places, digits, bits = (one[:16] for one in found[name])
        print(f"{name}: places {places}, to 9 digits {digits}, to the last bit {bits}", flush=True)
    here = [name for name in WAYS if name != OLDER]
    kinds = (
        ("places and states", 0, WAYS),
        ("numbers to 9 digits", 1, WAYS),
        ("to the last bit, one processor", 2, here),
    )
    rows = [_row(what, {name: found[name][i] for name in ways}, args.count) for what, i, ways in kinds]
    return say(rows, args.rows)


def fingerprints(args: argparse.Namespace) -> tuple[str, str, str]:
    """Return what was found in the cases as hashes: of places and states, of all to nine digits, of all to the bit."""
    from lapwing import change_points
    from lapwing.detect.changes import points_in
    from lapwing.detect.points import ALPHA

    cases = make_cases("evaluate", args.count)
    alpha = args.alpha or ALPHA
    if args.batch:
        found = points_in([_array(case.values) for case in cases], alpha=alpha, exact=[False] * len(cases))
    else:
        order = cases[::-1] if args.turned else cases
        found = [change_points(case.values, alpha=alpha) for case in order]
        found = found[::-1] if args.turned else found
    return (
        _hash([[(point.index, point.state) for point in points] for points in found]),
        _hash([[_told(point) for point in points] for points in found]),
        _hash(found),
    )


def _hash(found: object) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()


def _told(point) -> tuple[object, ...]:
    numbers = (point.ratio.low, point.ratio.estimate, point.ratio.high, point.p_value)
    return (point.index, point.earliest, point.latest, point.state, *(f"{number:.9g}" for number in numbers))


def _array(values):
    import numpy as np

    return np.array(values)


def _in_process(args: argparse.Namespace, words: list[str], name: str) -> tuple[str, ...]:
    more = {"PYTHONHASHSEED": "0" if name == "as it is" else str(len(name))}
    if name == OLDER:
        more["NPY_DISABLE_CPU_FEATURES"] = " ".join(_newer_features())
    options = [] if args.alpha is None else ["--alpha", str(args.alpha)]
    words = [sys.executable, __file__, "--only-print", "--count", str(args.count), *options, *words]
    done = subprocess.run(words, env={**os.environ, **more}, stdout=subprocess.PIPE, text=True, check=True)
    return tuple(done.stdout.split())


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
