"""Which benchmarks does a repository hold, and which of them change by how much between base and head?"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final, Literal

from kinds import KINDS, LANGUAGE, LIBRARY

Layout = Literal["flat", "src"]
WorkSet = Literal["library", "language", "mixed"]

CHANGES: Final = (0.02, 0.02, 0.03, 0.03, 0.05, 0.05, 0.10, 0.10, -0.05, -0.10)
"""What is planted among twenty workloads; the other ten stay as they are."""

FEW_CHANGES: Final = (0.02, 0.02, 0.03, 0.03, 0.03, 0.05, 0.05, 0.05, 0.10, 0.10, -0.05, -0.10)
"""What is planted among five hundred."""

STEP: Final = 100
"""Units come in hundreds, so that every whole percent is a whole number of units."""

SHORTEST: Final = 200.0
LONGEST: Final = 3000.0
"""Microseconds of a call among the five hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One benchmark: ``units`` times the expression ``core``; ``name`` is what its tests are called."""

    name: str
    core: str
    units: int

    def changed(self, change: float) -> int:
        """Return the units of it that are a relative ``change`` more.

        Raises:
            ValueError: that would not be a whole number of units.
        """
        units = round(self.units * (1 + change))
        if abs(units - self.units * (1 + change)) > 1e-6:
            raise ValueError(f"{change:+.1%} of {self.units} units is no whole number of them")
        return units


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to make. ``changes`` is by workload, relative: 0.05 is 5 % slower; what is not in it stays as it is.

    ``touched`` has the code of all workloads differ between the commits. ``limit`` goes into the project's settings as
    ``compare-limit``; ``native`` needs a C compiler to be measured.
    """

    workloads: tuple[Workload, ...]
    changes: dict[str, float] = field(default_factory=dict)
    layout: Layout = "flat"
    native: bool = False
    unrelated: bool = False
    touched: bool = True
    limit: float | None = None


def twenty(work_set: WorkSet, *, seed: int, units: int = 200) -> tuple[Workload, ...]:
    """Return twenty workloads at their medium size: of the library, of the language, or ten of each by ``seed``."""
    if work_set == "mixed":
        draw = random.Random(seed)
        chosen = sorted(draw.sample(sorted(LIBRARY), 10) + draw.sample(sorted(LANGUAGE), 10))
    else:
        chosen = sorted(LIBRARY if work_set == "library" else LANGUAGE)
    return tuple(_workload(kind, 1, units, kind) for kind in chosen)


def many(count: int, *, seed: int) -> tuple[Workload, ...]:
    """Return ``count`` workloads whose calls take 0.2 to 3 ms here, evenly in the logarithm, of all kinds and sizes."""
    draw = random.Random(seed)
    kinds = sorted(KINDS)
    made = []
    for number in range(count):
        name = kinds[number % len(kinds)]
        target = SHORTEST * (LONGEST / SHORTEST) ** draw.random()
        fitting = [size for size in range(3) if KINDS[name].cost[size] * STEP <= target]
        size = draw.choice(fitting or [0])
        units = STEP * max(1, round(target / (KINDS[name].cost[size] * STEP)))
        made.append(_workload(name, size, units, f"{name}_{number:03d}"))
    return tuple(made)


def plant(workloads: tuple[Workload, ...], changes: tuple[float, ...], *, seed: int) -> dict[str, float]:
    """Deal ``changes`` out to as many of ``workloads``, drawn by ``seed``."""
    names = [workload.name for workload in workloads]
    return dict(zip(random.Random(seed).sample(names, len(changes)), changes, strict=True))


def _workload(kind: str, size: int, units: int, name: str) -> Workload:
    return Workload(name=name, core=KINDS[kind].core.format(n=KINDS[kind].sizes[size]), units=units)
