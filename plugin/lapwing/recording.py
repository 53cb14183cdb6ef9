"""The nouns of a comparison: everything that was measured of head and base, before anybody judges it. Frozen.

A *pair* is two fresh worker processes, one of each side, alive together and sharing one draw of the layout. A *slice*
is some calls in a row in one of them, about 1.5 ms; a *block* is a slice of base and a slice of head next to each other
in time. A *control* pair has base on both sides. A recording holds all of it, and the same recording is judged the
same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lapwing.errors import RecordError

if TYPE_CHECKING:
    from lapwing.model import Commit, Declared, FailureKind, Machine, RunWarning
    from lapwing.units import Unit

SideName = Literal["base", "head"]
Stage = Literal["screen", "confirm"]
Rung = Literal["path", "wheel", "environment"]
"""How the sides were made: another path, wheels of compiled parts, or environments of their own."""

WitnessKind = Literal["instructions", "events"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some calls in a row: ``value`` is the lower quartile of their wall time and ``cpu`` the mean processor time.

    Both are seconds per call. ``waited`` is the share (0 to 1) of the slice's wall time in which the process could
    have run and had no processor; 0 where the system does not tell.
    """

    value: float
    cpu: float
    waited: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no clock says."""
        if not (0 < self.value < math.inf and 0 <= self.cpu < math.inf and 0 <= self.waited <= 1):
            raise RecordError(
                "bad-slice",
                f"value={self.value}, cpu={self.cpu}, waited={self.waited} is no slice.",
                remedy="a slice has a time above 0, a processor time and a share from 0 to 1.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """One metric that the test recorded itself (``perf.record``), in both processes of a pair, in base units."""

    name: str
    unit: Unit
    base: tuple[float, ...]
    head: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideFailure:
    """A benchmark could not be measured on one side, and why, in its own words."""

    side: SideName
    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What one pair brings home of one benchmark: ``base[i]`` and ``head[i]`` are the two slices of block ``i``.

    No slices where the test times nothing, or where a side failed. ``calls`` is how many calls made a slice.
    """

    benchmark: str
    base: tuple[Slice, ...] = ()
    head: tuple[Slice, ...] = ()
    calls: int = 1
    numbers: tuple[Numbers, ...] = ()
    failure: SideFailure | None = None

    def __post_init__(self) -> None:
        """Refuse half a block."""
        if len(self.base) != len(self.head):
            raise RecordError(
                "half-a-block",
                f"{self.benchmark} has {len(self.base)} slices of base and {len(self.head)} of head.",
                remedy="record both slices of a block, or neither.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to measure next: one pair, over these benchmarks, in a random order. ``attempt`` counts the reruns."""

    stage: Stage
    benchmarks: tuple[str, ...]
    control: bool = False
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What came of a step. ``seed`` drew the layout, the order of benchmarks and of slices; ``cpu`` is where it ran.

    ``ended`` is seconds since this attempt at comparing began (waiting of the user between attempts is not in it).
    ``at_once`` pairs were measured at the same time, on processors of their own; they follow each other in a recording.
    """

    step: Step
    seed: int
    cpu: int | None
    ended: float
    paired: tuple[Paired, ...]
    warnings: tuple[RunWarning, ...] = ()
    at_once: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What discovery learned of one benchmark on one side, by running it once or twice untimed.

    ``code`` is a hash of the code it executes, empty where that cannot be known; ``voids`` are reasons, one sentence
    each, why equal code does not mean equal speed here. ``answer`` is a hash of what the measured call returned, empty
    where it is not the same twice. ``events`` counts what ``sys.monitoring`` saw in one call, None before Python 3.12.
    """

    benchmark: str
    code: str = ""
    answer: str = ""
    events: int | None = None
    voids: tuple[str, ...] = ()
    failure: SideFailure | None = None

    def does_as(self, other: Found) -> bool:
        """Tell whether a benchmark does the same on both sides, for sure.

        The same code that answers something else met something else: data that nobody saw it read.
        """
        other_answer = self.answer and other.answer and self.answer != other.answer
        return bool(self.code) and self.code == other.code and not (self.voids or other.voids or other_answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """Both sides before anything is timed. ``declared`` is the declared set, head's first, then base's others.

    ``base`` and ``head`` have an entry for each benchmark that was collected there, by id.
    """

    declared: tuple[Declared, ...]
    base: tuple[Found, ...]
    head: tuple[Found, ...]
    warnings: tuple[RunWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A deterministic count of one call on both sides: it explains a verdict, and decides only where asked to."""

    benchmark: str
    kind: WitnessKind
    base: int
    head: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One function in a profile: where it is, how often it was called, the seconds spent in itself, per call."""

    file: str
    line: int
    name: str
    calls: float
    own: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Seconds spent at the end of one stack of functions, outermost first, per call."""

    frames: tuple[str, ...]
    own: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Where one benchmark spends its time, on each side."""

    benchmark: str
    base: tuple[Frame, ...]
    head: tuple[Frame, ...]
    base_stacks: tuple[Stack, ...] = ()
    head_stacks: tuple[Stack, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Everything one comparison measured; what judges it needs nothing else.

    ``limit`` is the relative change that matters unless a benchmark has its own, ``max_time`` the seconds it may take
    (None for no end). ``rung`` and ``said`` tell how the sides were made, ``base_tree`` and ``head_tree`` are hashes of
    their contents, ``arguments`` what pytest was given. ``working`` says that head is the working tree, as it was.
    ``measure_all`` is True where equal code was measured anyway. ``complete`` is False where it was interrupted.
    """

    id: str
    tool: str
    seed: int
    started_at: float
    base: Commit
    head: Commit
    base_tree: str
    head_tree: str
    machine: Machine
    rung: Rung
    said: tuple[str, ...]
    arguments: tuple[str, ...]
    working: bool
    limit: float
    max_time: float | None
    measure_all: bool
    discovery: Discovery
    pairs: tuple[Pair, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    profiles: tuple[Profile, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    complete: bool = True
