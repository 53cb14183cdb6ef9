"""The nouns of Lapwing, frozen. Values are in base units (seconds, bytes, counts), per call.

Every noun is validated on construction, so that whatever holds one holds a good one; nothing here does I/O.
The words are those of ``.github/CONTRIBUTING.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import blake2s
from typing import TYPE_CHECKING, Final, Literal

from lapwing.errors import RecordError, UsageError

if TYPE_CHECKING:
    from lapwing.units import Better, Unit

MAX_NAME: Final = 4_000
"""Characters of a benchmark's id or node id; pytest itself makes ids of a few hundred."""

Lane = Literal["history", "compare", "creep", "budget", "none"]
"""Where a verdict comes from; ``none`` where nothing could be judged (new, missing, failed)."""

State = Literal["suspect", "confirmed", "frozen"]
ShapeKind = Literal["transient", "drift", "variance", "bimodal"]
FailureKind = Literal["raised", "timed-out", "crashed", "leaked", "unmeasured", "skipped"]


class Outcome(str, Enum):
    """What a verdict says. Doubt is an outcome of its own."""

    REGRESSED = "regressed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    INCONCLUSIVE = "inconclusive"
    MISSING = "missing"
    FAILED = "failed"
    NEW = "new"

    def __str__(self) -> str:
        """Print as the plain word on every Python."""
        return self.value


def check_name(what: str, name: str) -> None:
    """Refuse an empty or overlong name, or one with a NUL or half a character; all else that pytest allows is fine.

    Raises :class:`~lapwing.errors.UsageError` (slug ``bad-name``).
    """
    # A lone surrogate is no character: neither UTF-8 nor JSON can hold it.
    if not name or len(name) > MAX_NAME or "\0" in name or any("\ud800" <= one <= "\udfff" for one in name):
        raise UsageError(
            "bad-name",
            f"The {what} {name[:60]!r} is empty, longer than {MAX_NAME} characters or holds what is no character.",
            remedy=f"give the {what} a name, for a parametrized test through ids=.",
        )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class MetricId:
    """One metric of one benchmark: ``benchmark`` is the stable id, ``name`` is ``time``, ``rows/s`` ..."""

    benchmark: str
    name: str

    def __post_init__(self) -> None:
        """Refuse names that no store or table could hold."""
        check_name("benchmark", self.benchmark)
        check_name("metric", self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWarning:
    """A doubt that travels with what it is about: a stable slug, one sentence, and what to do about it."""

    slug: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The values of one metric of one benchmark in one run, grouped by process.

    ``values[p]`` are the values of fresh process ``p``, each the mean of ``loops`` calls, per call, in base units.
    The first ``screened`` processes only raised the suspicion that the rest were measured to settle: they are kept,
    and not judged, since they were picked for being extreme.
    """

    metric: MetricId
    unit: Unit
    values: tuple[tuple[float, ...], ...]
    loops: int = 1
    screened: int = 0
    warnings: tuple[RunWarning, ...] = ()

    def __post_init__(self) -> None:
        """Refuse empty and non-finite samples: a hole is the absence of a sample, never a NaN in it."""
        if not self.values or not all(self.values):
            raise RecordError(
                "empty-sample",
                f"The sample of {self.metric.name} of {self.metric.benchmark} has a process without values.",
                remedy="leave the process out; a benchmark without values is a failure, not a sample.",
            )
        if not all(math.isfinite(value) for process in self.values for value in process):
            raise RecordError(
                "not-finite",
                f"The sample of {self.metric.name} of {self.metric.benchmark} holds NaN or infinity.",
                remedy="record finite numbers only; leave the call out where there is no number.",
            )
        if self.loops < 1 or not 0 <= self.screened < len(self.values):
            raise RecordError(
                "bad-sample",
                f"loops={self.loops}, screened={self.screened} of {len(self.values)} processes is no sample.",
                remedy="loops is at least 1, and at least one process is judged.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A class of equal hardware and software; never a host name, never a clock frequency.

    ``label`` is set for machines that an import names itself (asv's ``machine`` and environment), and for the class of
    all processors that ratios to an anchor are kept under (:mod:`lapwing.judge.relative`); a measured machine has none.
    """

    cpu: str
    cpu_count: int
    os: str
    arch: str
    interpreter: str
    label: str = ""

    @property
    def id(self) -> str:
        """The fingerprint: 12 hexadecimal digits over all the fields, the same on every machine of the class."""
        return _fingerprint(self)

    @property
    def title(self) -> str:
        """What a person calls it."""
        return self.label or f"{self.cpu} × {self.cpu_count}, {self.os}, {self.interpreter}"


@lru_cache(maxsize=1024)
def _fingerprint(machine: Machine) -> str:
    # Cached: a history asks for it once a run, and hashing 1,386 runs over and over took most of an import's 41 s.
    parts = (machine.cpu, str(machine.cpu_count), machine.os, machine.arch, machine.interpreter, machine.label)
    return blake2s("\0".join(parts).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit as the run knows it. ``date`` is the author date in seconds since the epoch, None where unknown.

    ``dirty`` says that the work tree had changes that no commit holds: such a run is kept and judged, and never a
    baseline. ``sha`` is the full hash, or for imported histories the prefix the source has.
    """

    sha: str
    dirty: bool = False
    date: float | None = None
    subject: str = ""
    branch: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no hash (an import's word for a commit may be any short token)."""
        check_name("commit", self.sha)

    @property
    def short(self) -> str:
        """The ten characters people compare."""
        return self.sha[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A benchmark that was to be measured: what was collected, with its policy.

    ``benchmark`` is the stable id (the node id, or what ``@perf(id=...)`` says), ``was`` are ids it had before,
    ``fingerprint`` marks the sampling settings: where it changes, the series has a boundary. ``judged_by`` is
    ``instructions`` where a comparison is to go by a deterministic count instead of time.
    """

    benchmark: str
    node_id: str
    was: tuple[str, ...] = ()
    limit: float | None = None
    budgets: tuple[str, ...] = ()
    fingerprint: str = ""
    params: tuple[tuple[str, str], ...] = ()
    location: str = ""
    judged_by: str = "time"

    def __post_init__(self) -> None:
        """Refuse names that no store or table could hold."""
        check_name("benchmark", self.benchmark)
        check_name("node id", self.node_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A benchmark that could not be measured, and why, in its own words."""

    benchmark: str
    kind: FailureKind
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a sampler brings home; ``complete`` is False where it was interrupted or ran out of time."""

    samples: tuple[Sample, ...]
    failures: tuple[Failure, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag: its name and the full hash of the commit (rarely anything else) that it leads to."""

    name: str
    sha: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What the ratios of one benchmark to an anchor were multiplied by: the anchor's own level in the series.

    ``root`` is the full hash of the commit whose level is 1, the first anchor of this chain. Levels of one root are
    comparable, of two are not.
    """

    benchmark: str
    level: float
    root: str

    def __post_init__(self) -> None:
        """Refuse what no ratio can be multiplied by."""
        check_name("benchmark", self.benchmark)
        check_name("commit", self.root)
        if not 0 < self.level < math.inf:
            raise RecordError(
                "bad-level",
                f"The level {self.level} of {self.benchmark} is no level.",
                remedy="a level is a finite number above 0.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What a run's ratios are to: a commit, what it was called (a tag), and its level for each benchmark.

    A sample's value divided by its benchmark's level is the ratio that was measured.
    """

    name: str
    sha: str
    levels: tuple[Level, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what names no commit, and two levels of one benchmark."""
        check_name("anchor", self.name)
        check_name("commit", self.sha)
        if len({level.benchmark for level in self.levels}) < len(self.levels):
            raise RecordError(
                "bad-level",
                f"The anchor {self.name} has two levels of one benchmark.",
                remedy="give each benchmark one level.",
            )

    @property
    def title(self) -> str:
        """What a person calls it: its name and the hash people compare, once where they are the same."""
        short = self.sha[:10]
        return short if self.sha.startswith(self.name) else f"{self.name} ({short})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Everything one invocation measured at one commit on one machine; immutable, the unit of storage.

    ``started_at`` is seconds since the epoch (UTC). ``complete`` is False where the run was interrupted or ran out of
    time: what was measured is kept. ``source`` is ``pytest`` or ``import:<format>``. ``tool`` is the Lapwing that
    wrote it. ``anchor`` is set where the values are ratios to an anchor that was measured in the same job.
    """

    id: str
    commit: Commit
    machine: Machine
    started_at: float
    declared: tuple[Declared, ...]
    samples: tuple[Sample, ...]
    failures: tuple[Failure, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    complete: bool = True
    source: str = "pytest"
    tool: str = ""
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """What a listing shows of a run without reading its samples."""

    id: str
    commit: Commit
    machine: Machine
    started_at: float
    benchmarks: int
    failures: int
    complete: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What a store holds of one metric on one machine: a value for each run that has it, in no order.

    ``values[i]`` is the centre of the sample in run ``runs[i]`` (see :mod:`lapwing.detect.centre`), ``errors[i]`` the
    relative standard error of that centre from the spread between processes (NaN where there was one process),
    ``fingerprints[i]`` the sampling settings. Order is git's business, at analysis time.
    """

    metric: MetricId
    unit: Unit
    machine: str
    runs: tuple[str, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]
    fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate with its interval; as a ratio, new over old."""

    low: float
    estimate: float
    high: float

    def __post_init__(self) -> None:
        """Refuse an interval that does not hold its estimate."""
        if not self.low <= self.estimate <= self.high:
            raise ValueError(f"not an interval: {self.low} <= {self.estimate} <= {self.high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """The first point of a new level.

    ``index`` is the first index of the new level, in the input's own indices (holes counted); the change may lie
    anywhere in ``earliest .. latest`` (inclusive). ``commits`` are the last commit known to be at the old level and
    the first known to be at the new one, None where the input has no commits. ``ratio`` is new level over old,
    ``p_value`` is family-wise over the series, ``state`` is the life of the point.
    """

    index: int
    earliest: int
    latest: int
    ratio: Interval
    p_value: float
    state: State
    commits: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of one metric of one benchmark, with its evidence.

    ``ratio`` is head over base with its 95 % interval, ``detectable`` the smallest relative change that this verdict
    could have seen (0.03 is 3 %), ``limit`` the one that matters, ``recent`` the last values on this machine, oldest
    first and ending with head, for a sparkline; holes are None. A comparison says how many ``pairs`` of processes it
    rests on, and in ``notes`` further sentences: what a deterministic count says, what more time would buy.
    """

    metric: MetricId
    node_id: str
    unit: Unit
    machine: str
    outcome: Outcome
    lane: Lane
    reason: str
    limit: float
    ratio: Interval | None = None
    p_value: float | None = None
    detectable: float | None = None
    base: float | None = None
    head: float | None = None
    change: ChangePoint | None = None
    recent: tuple[float | None, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    pairs: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentEvent:
    """A step that most benchmarks of one machine made together; it is taken out of their series before judging.

    It lies between ``commits``, the last known before it and the first after. ``ratio`` is new over old: the median of
    those that moved, within their quartiles. ``moved`` are they, of ``measured`` that have values on both sides;
    ``unit`` is the symbol of the metrics' unit, ``better`` which way of it is. ``reason`` says it in words.
    ``witnesses`` are the ids of machines that measured the same commits and did not change: where there is none, it may
    as well be the code.
    """

    machine: str
    unit: str
    commits: tuple[str, str]
    ratio: Interval
    moved: tuple[MetricId, ...]
    measured: int
    reason: str
    better: Better = "lower"
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesShape:
    """What the newest values of a series do that is no lasting change of level, and so nobody's regression.

    It lasts from the first of ``commits`` to the second. ``size`` is a ratio with its 95 % interval: of a ``transient``
    its level over the one around it, of a ``drift`` its end over its beginning, of a ``variance`` the new scale of the
    noise over the old one, of a ``bimodal`` the upper of two values over the lower. ``explains`` is how many change
    points are no steps because of it.
    """

    metric: MetricId
    machine: str
    kind: ShapeKind
    commits: tuple[str, str]
    size: Interval
    p_value: float
    explains: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """How many false alarms to expect: at most ``per_week``, with ``series`` judged in ``runs_per_week`` runs each.

    ``share`` is what that makes of the probability that one verdict, over all its series, holds a false accusation.
    """

    per_week: float
    runs_per_week: float
    series: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What a comparison of base with base, by the same protocol and in the same run, says of the comparison itself.

    ``benchmarks`` of them were measured in ``pairs`` pairs; ``accused`` were found changed, though nothing was.
    ``rate`` is the share of unchanged benchmarks that this run's own noise would have the protocol accuse, None where
    there is too little to tell; ``planned`` is what it may be. Where ``trusted`` is False, nobody was accused.
    """

    benchmarks: int
    pairs: int
    accused: tuple[str, ...]
    rate: float | None
    planned: float
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdicts over the declared set, and what they add up to.

    ``base`` is None where there is nothing to compare with; ``machine`` is None where several are judged at once.
    ``control``, ``sides`` and ``command`` are a comparison's own: sentences on how the two sides were made, and the
    command that compares the same again, to which a node id may be added. ``events`` are what the machines did, oldest
    first, and is in no verdict; ``false_alarms`` is None where nobody knows how often runs are made. ``shapes`` are
    what series with an open change do that is no step.
    """

    outcome: Outcome
    head: Commit | None
    base: Commit | None
    machine: Machine | None
    verdicts: tuple[Verdict, ...]
    failures: tuple[Failure, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    runs: tuple[str, ...] = ()
    control: Control | None = None
    sides: tuple[str, ...] = ()
    command: str = ""
    events: tuple[EnvironmentEvent, ...] = ()
    false_alarms: FalseAlarms | None = None
    shapes: tuple[SeriesShape, ...] = ()
