"""What is a verdict? The outcome of one metric with its evidence, and the report that they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lapwing.model.run import Commit, Failure, Machine, MetricId, RunWarning
    from lapwing.units import Better, Unit

Lane = Literal["history", "compare", "creep", "budget", "none"]
"""Where a verdict comes from; ``none`` where nothing could be judged (new, missing, failed)."""

State = Literal["suspect", "confirmed", "frozen"]
ShapeKind = Literal["transient", "drift", "variance", "bimodal"]


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
