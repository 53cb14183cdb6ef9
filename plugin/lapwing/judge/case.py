"""What is there to judge: one metric of one benchmark, its past on this machine and its newest value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.detect.scale import additive, on_log_scale
from lapwing.judge.relative import is_relative

if TYPE_CHECKING:
    from lapwing.detect.online.window import Moves
    from lapwing.detect.ranks import Floats
    from lapwing.model import Interval, MetricId, RunWarning
    from lapwing.units import Unit

_LATELY: Final = 20
_CHANGES: Final = 5
"""Changes among the last 20 values up to which an exact metric is taken at its word: one that changes at more than
every fourth commit has noise, whatever its unit says, and each change of it would be an alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to judge.

    ``values`` are the comparable values on this machine, oldest first, without holes, the last being head's;
    ``commits`` and ``errors`` (relative, NaN where unknown) belong to them. ``head`` is head's value; where the commit
    had runs before, it pools them (:mod:`lapwing.detect.pool`). ``processes`` are head's process centres and the value
    that those earlier runs have together; empty where history is all there is. ``confirmed`` says that these are fresh
    processes, measured because earlier ones looked changed; ``same_code`` that all of ``values`` are of one clean
    commit, so that whatever differs is no change of code. ``recent`` is for the sparkline. ``release`` is how many of
    ``values`` there were at the last release, 0 where there was none, None where creep is not to be judged. ``excess``
    is how much further (a log) it moved than the rest in an event of its machine that is still open; the event itself
    is not in ``values``, but in ``measured``, which are they as they were measured, where ``taken`` was taken out.
    """

    metric: MetricId
    node_id: str
    unit: Unit
    machine: str
    limit: float
    values: Floats
    commits: tuple[str, ...]
    errors: Floats
    head: float
    processes: tuple[float, ...] = ()
    confirmed: bool = False
    same_code: bool = False
    recent: tuple[float | None, ...] = ()
    warnings: tuple[RunWarning, ...] = ()
    release: int | None = None
    excess: float = 0.0
    measured: Floats | None = None
    taken: Moves = ()

    @property
    def exact(self) -> bool:
        """Whether any change of the metric is a change: its unit says so, and its last values do not wander."""
        last = self.values[-_LATELY:]
        return self.unit.noise == "exact" and int((last[1:] != last[:-1]).sum()) <= _CHANGES

    @property
    def relative(self) -> bool:
        """Whether the values are ratios to an anchor: what many of them do together is the code's doing."""
        return is_relative(self.metric, self.unit)

    @property
    def logarithmic(self) -> bool:
        """Whether effects are ratios: all values are positive, those of head's processes too."""
        return on_log_scale(self.values) and self.head > 0 and all(value > 0 for value in self.processes)

    def scaled(self, part: slice = slice(None)) -> Floats:
        """Return ``values`` (a part of them) where noise adds: logs, or, where not all are positive, the numbers."""
        return additive(self.values[part]) if self.logarithmic else self.values[part]

    def scale_one(self, value: float) -> float:
        """Return ``value`` on the scale of :meth:`scaled`."""
        return math.log(value) if self.logarithmic else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What one look at a case found: head (or the new level) over base with its interval, and how sure it is.

    ``p_value`` is before the correction for many benchmarks; ``detectable`` the smallest relative change this look
    could have called; ``base`` the old level in base units, ``points`` how many values it rests on.
    """

    ratio: Interval
    p_value: float
    detectable: float
    base: float
    points: int
