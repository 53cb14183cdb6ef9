"""Which fields does a line of a recording have? The structs of version 1, apart from the nouns they hold.

A noun can change without changing what is on disk: whoever changes these, or those of ``wire.py`` that they hold, makes
a new version (see :mod:`lapwing.history.recording_lines`). What there is a million of is an array and not an object: a
recording of 500 benchmarks is 40 % smaller for it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from lapwing.history.wire import Wire, WireCommit, WireDeclared, WireMachine, WireUnit, WireWarning
from lapwing.model import MAX_NAME

MOST_BENCHMARKS = 100_000
MOST_AT_ONCE = 64
"""Benchmarks of one comparison; the largest suites there are have some thousands."""

MOST_BLOCKS = 10_000
"""Blocks of one benchmark in one pair; the protocol takes about six."""

MOST_STACKS = 50_000
"""Stacks or functions of one side of a profile; a profiler keeps some hundreds."""

MOST_DEPTH = 1_000
"""Functions on one stack: what Python's own limit of recursion allows."""

Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
SideWord = Literal["base", "head"]
Warnings = Annotated[tuple[WireWarning, ...], Meta(max_length=10_000)]


class WireSlice(Wire, frozen=True, kw_only=True, array_like=True):
    """``[value, cpu, waited]``, seconds per call and a share."""

    value: float
    cpu: float
    waited: float


class WireNumbers(Wire, frozen=True, kw_only=True):
    """One metric that the test recorded, in both processes of a pair."""

    name: Name
    unit: WireUnit
    base: tuple[float, ...]
    head: tuple[float, ...]


class WireSideFailure(Wire, frozen=True, kw_only=True):
    """What could not be measured on one side."""

    side: SideWord
    kind: Literal["raised", "timed-out", "crashed", "leaked", "unmeasured", "skipped"]
    message: str


class WirePaired(Wire, frozen=True, kw_only=True):
    """What one pair brought of one benchmark; ``base[i]`` and ``head[i]`` are one block."""

    benchmark: Name
    base: Annotated[tuple[WireSlice, ...], Meta(max_length=MOST_BLOCKS)]
    head: Annotated[tuple[WireSlice, ...], Meta(max_length=MOST_BLOCKS)]
    calls: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    numbers: Annotated[tuple[WireNumbers, ...], Meta(max_length=1_000)]
    failure: WireSideFailure | None


class WireStep(Wire, frozen=True, kw_only=True):
    """What was to be measured."""

    stage: Literal["screen", "confirm"]
    benchmarks: Annotated[tuple[Name, ...], Meta(max_length=MOST_BENCHMARKS)]
    control: bool
    attempt: Count


class WireFound(Wire, frozen=True, kw_only=True):
    """What discovery learned of one benchmark on one side."""

    benchmark: Name
    code: str
    answer: str
    events: Count | None
    voids: Annotated[tuple[str, ...], Meta(max_length=1_000)]
    failure: WireSideFailure | None


class WireJudged(WireDeclared, frozen=True, kw_only=True):
    """A benchmark that was to be measured; ``judged_by`` is ``time`` or ``instructions``."""

    judged_by: Name


class WireDiscovery(Wire, frozen=True, kw_only=True):
    """Both sides before anything is timed."""

    declared: Annotated[tuple[WireJudged, ...], Meta(max_length=MOST_BENCHMARKS)]
    base: Annotated[tuple[WireFound, ...], Meta(max_length=MOST_BENCHMARKS)]
    head: Annotated[tuple[WireFound, ...], Meta(max_length=MOST_BENCHMARKS)]
    warnings: Warnings


class WireWitness(Wire, frozen=True, kw_only=True):
    """A deterministic count of one call on both sides."""

    benchmark: Name
    kind: Literal["instructions", "events"]
    base: Count
    head: Count


class WireFrame(Wire, frozen=True, kw_only=True, array_like=True):
    """``[file, line, name, calls, own]``, per call; ``own`` in seconds."""

    file: str
    line: Count
    name: str
    calls: float
    own: float


class WireStack(Wire, frozen=True, kw_only=True, array_like=True):
    """``[frames, own]``: places in the profile's ``names``, outermost first, and seconds per call."""

    frames: Annotated[tuple[Count, ...], Meta(max_length=MOST_DEPTH)]
    own: float


class WireProfile(Wire, frozen=True, kw_only=True):
    """Where one benchmark spends its time; ``names`` holds what the stacks name, each once."""

    benchmark: Name
    names: Annotated[tuple[str, ...], Meta(max_length=MOST_STACKS)]
    base: Annotated[tuple[WireFrame, ...], Meta(max_length=MOST_STACKS)]
    head: Annotated[tuple[WireFrame, ...], Meta(max_length=MOST_STACKS)]
    base_stacks: Annotated[tuple[WireStack, ...], Meta(max_length=MOST_STACKS)]
    head_stacks: Annotated[tuple[WireStack, ...], Meta(max_length=MOST_STACKS)]


class WireAfter(Wire, frozen=True, kw_only=True):
    """What is known only when the pairs are measured."""

    witnesses: Annotated[tuple[WireWitness, ...], Meta(max_length=MOST_BENCHMARKS)]
    profiles: Annotated[tuple[WireProfile, ...], Meta(max_length=MOST_BENCHMARKS)]
    warnings: Warnings


class BeginLine(WireAfter, frozen=True, kw_only=True, tag_field="kind", tag="recording"):
    """The first line. What comes after the pairs is here as it was when the recording was begun."""

    schema: Literal[1]
    id: str
    tool: str
    seed: int
    started_at: float
    base: WireCommit
    head: WireCommit
    base_tree: str
    head_tree: str
    machine: WireMachine
    rung: Literal["path", "wheel", "environment"]
    said: Annotated[tuple[str, ...], Meta(max_length=1_000)]
    arguments: Annotated[tuple[str, ...], Meta(max_length=10_000)]
    working: bool
    limit: float
    max_time: float | None
    measure_all: bool
    discovery: WireDiscovery


class PairLine(Wire, frozen=True, kw_only=True, tag_field="kind", tag="pair"):
    """One pair, in the order of measuring."""

    step: WireStep
    seed: int
    cpu: Count | None
    ended: float
    paired: Annotated[tuple[WirePaired, ...], Meta(max_length=MOST_BENCHMARKS)]
    warnings: Warnings
    at_once: Annotated[int, Meta(ge=1, le=MOST_AT_ONCE)] = 1


class EndLine(WireAfter, frozen=True, kw_only=True, tag_field="kind", tag="end"):
    """The last line; where it is missing, the comparison was killed."""

    complete: bool
