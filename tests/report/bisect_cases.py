"""Bisections to be shown: one of each kind of answer."""

from __future__ import annotations

from dataclasses import replace

from factories import make_sha
from lapwing.judge.bisect import HUNG, Bisected, Effect, Tried
from lapwing.model import Commit, Interval

SUBJECTS = (
    "Release 1.4.0",
    "Say in the documentation what decode() raises",
    "Keep the parsed header, so that a second look is free",
    "Copy the buffer before it is decoded, since callers may change it while decode() runs",
    "Rename _chunk",
    "Drop Python 3.9",
    "Do not import the codec before it is needed",
    "\x1b[31mRed\x1b[0m and \u202eturned",
    "Release 1.5.0",
)
COMMITS = tuple(
    Commit(sha=make_sha(number), date=1_700_000_000.0 + 86_400 * number, subject=subject)
    for number, subject in enumerate(SUBJECTS)
)


def effect(low, estimate, high, pairs=12):
    return Effect(ratio=Interval(low=low, estimate=estimate, high=high), pairs=pairs)


WHOLE = effect(1.0970, 1.1024, 1.1080)
STEPS = (
    Tried(place=4, side="skipped", reason="0004c0ffee raised: ImportError: cannot import name 'chunk' from 'codec'"),
    Tried(place=3, side="new", effect=effect(1.0955, 1.1001, 1.1047), level=0.0954),
    Tried(place=1, side="old", effect=effect(0.9952, 1.0003, 1.0049, 10), level=0.0003),
    Tried(place=2, side="old", effect=effect(0.9935, 0.9986, 1.0027, 14), level=-0.0014),
)

FOUND = Bisected(
    benchmark="tests/perf/test_codec.py::test_decode[large]",
    commits=COMMITS,
    limit=0.03,
    kind="commit",
    whole=WHOLE,
    low=2,
    high=3,
    own=effect(1.0951, 1.1002, 1.1060),
    levels=(-0.0014, 0.0954),
    tried=STEPS,
    detectable=0.028,
    said=("GOOD is 0000c0ffee, the last release (v1.4.0).",),
)

CASES = {
    "bisect-commit": FOUND,
    "bisect-faster": replace(
        FOUND,
        slower=False,
        whole=effect(0.80, 0.81, 0.82),
        own=effect(0.798, 0.809, 0.821),
        tried=(Tried(place=4, side="new", effect=effect(0.79, 0.808, 0.819), level=0.21),),
    ),
    "bisect-in-part": replace(
        FOUND,
        own=effect(1.052, 1.061, 1.070, 16),
        levels=(0.0, 0.06),
        tried=(replace(STEPS[1], side="between", effect=effect(1.053, 1.060, 1.067, 64)), *STEPS[2:]),
    ),
    "bisect-hangs": replace(
        FOUND, whole=HUNG, own=HUNG, tried=(Tried(place=3, side="new", effect=HUNG), *STEPS[2:]), detectable=None
    ),
    "bisect-range": replace(
        FOUND,
        kind="range",
        high=5,
        tried=(STEPS[0], Tried(place=3, side="skipped", reason="0003c0ffee raised: no\x1b[31m good")),
        stopped="2 of the commits in between could not be measured.",
    ),
    "bisect-gradual": replace(
        FOUND,
        kind="gradual",
        own=effect(1.001, 1.010, 1.019, 24),
        tried=(Tried(place=4, side="unclear", effect=effect(1.04, 1.05, 1.06, 64), level=0.05),),
    ),
    "bisect-same": replace(
        FOUND, kind="none", whole=effect(0.994, 1.002, 1.011, 4), low=0, high=8, own=None, tried=(), same=True
    ),
    "bisect-unknown": replace(
        FOUND, kind="none", whole=effect(0.98, 1.02, 1.07, 28), low=0, high=8, own=None, tried=(), detectable=0.094
    ),
    "bisect-time": replace(FOUND, kind="range", own=None, high=3, ended="time"),
    "bisect-interrupted": replace(
        FOUND, kind="none", whole=None, low=0, high=8, own=None, tried=(), ended="interrupted", said=()
    ),
}
