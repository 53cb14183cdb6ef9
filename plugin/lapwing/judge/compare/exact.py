"""Did a metric without noise change? Any change is one; no pairs are counted and no chance is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lapwing.model import MetricId, RunWarning

if TYPE_CHECKING:
    from lapwing.recording import Recording
    from lapwing.units import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """The distinct values of one exact metric on each side, smallest first, over ``pairs`` pairs."""

    metric: MetricId
    unit: Unit
    base: tuple[float, ...]
    head: tuple[float, ...]
    pairs: int

    @property
    def stable(self) -> bool:
        """Whether each side has one value only."""
        return len(self.base) == len(self.head) == 1


def exact_metrics(recording: Recording) -> tuple[Exact, ...]:
    """Return each exact metric that tests recorded in real pairs, sorted by metric."""
    units: dict[MetricId, Unit] = {}
    base: dict[MetricId, set[float]] = {}
    head: dict[MetricId, set[float]] = {}
    pairs: dict[MetricId, int] = {}
    for pair in recording.pairs:
        for one in pair.paired if not pair.step.control else ():
            for numbers in one.numbers if one.failure is None else ():
                if numbers.unit.noise != "exact" or not (numbers.base and numbers.head):
                    continue
                metric = MetricId(benchmark=one.benchmark, name=numbers.name)
                units.setdefault(metric, numbers.unit)
                base.setdefault(metric, set()).update(numbers.base)
                head.setdefault(metric, set()).update(numbers.head)
                pairs[metric] = pairs.get(metric, 0) + 1
    return tuple(
        Exact(
            metric=metric,
            unit=unit,
            base=tuple(sorted(base[metric])),
            head=tuple(sorted(head[metric])),
            pairs=pairs[metric],
        )
        for metric, unit in sorted(units.items())
    )


def unstable(one: Exact) -> RunWarning:
    """Return the warning that what is called exact is not."""
    side = "base" if len(one.base) > 1 else "head"
    values = one.base if len(one.base) > 1 else one.head
    return RunWarning(
        slug="unstable-exact",
        message=f"{one.metric.name} of {one.metric.benchmark} is called exact, but took {len(values)} values on "
        f"{side}, from {values[0]:g} to {values[-1]:g}.",
        remedy="record it with noise='noisy', or make it the same each time.",
    )
