"""What is a time relative to an anchor, and in whose series does it stand?

**Why.** Hosted runners give each job another processor: the times of identical code spread by 134 to 158 % over a pool,
and the pool leaves each class of machine a short series with holes. So a job measures the anchor (the last release)
beside head, in pairs of processes on one processor, and keeps head's time over the anchor's: ``relative_time``.
Whatever the processor, its neighbours or its frequency do, they do to both sides.

**One series across classes of machine.** A series belongs to one class because times of two classes cannot be compared.
Ratios of two classes can, roughly: a change that saves memory traffic gains more where memory is slow. Going on with
one series loses that difference (which on one suite is a property of the class, so a shift that comes and goes with the
processor, and to a change-point test is noise). Keeping a series for each class loses the series: with five classes in
the pool, each has every fifth commit and no test sees a step before ten commits later. So ratios are kept under a class
of their own, :func:`anchored_machine`: any processor of one instruction set, under one system and interpreter. These
stay, as another interpreter weighs bytecode, calls and allocations differently and moves ratios of unchanged code for
good.

**What the times are then.** Evidence. Where a commit has the ratio of a benchmark, its ``time`` at that commit is kept,
shown and held to its budgets, and not judged against history: judged as well, each pull request would have the chance
of a false alarm twice, once with the noise that the anchor was asked to take out. A benchmark without a ratio (the
anchor cannot run it) is judged by its time, as without an anchor. What a test records itself is judged as ever.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.model import Machine, MetricId
from lapwing.units import RATIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lapwing.model import Declared, Recorded, RunSummary
    from lapwing.units import Unit

TIME: Final = "time"
RELATIVE_TIME: Final = "relative_time"

ANY_CPU: Final = "any"

_ROOT_DIGITS: Final = 12


def anchored_machine(machine: Machine) -> Machine:
    """Return the class that ratios measured on ``machine`` belong to; of such a class itself, the same."""
    system = machine.os.split(" ", maxsplit=1)[0]
    return Machine(
        cpu=ANY_CPU,
        cpu_count=0,
        os=system,
        arch=machine.arch,
        interpreter=machine.interpreter,
        label=f"any {machine.arch} processor, {system}, {machine.interpreter}, relative to the anchor",
    )


def is_anchored(machine: Machine) -> bool:
    """Tell whether ratios to an anchor are kept under ``machine``."""
    return anchored_machine(machine) == machine


def is_relative(metric: MetricId, unit: Unit) -> bool:
    """Tell whether a metric is a ratio to an anchor, so that nothing that the machine does is in it."""
    return metric.name == RELATIVE_TIME and unit == RATIO


def with_root(one: Declared, root: str) -> Declared:
    """Return ``one`` with a fingerprint that marks its chain: where the root changes, the series has a boundary."""
    return replace(one, fingerprint=f"{one.fingerprint}@{root[:_ROOT_DIGITS]}")


def has_root(fingerprint: str, root: str) -> bool:
    """Tell whether a fingerprint of :func:`with_root` marks the chain of ``root``."""
    return fingerprint.rpartition("@")[2] == root[:_ROOT_DIGITS]


def told_by_ratio(
    recorded: Iterable[Recorded], runs: Iterable[RunSummary], aliases: Mapping[str, str]
) -> dict[str, frozenset[MetricId]]:
    """Return by commit the times that are evidence only, since that commit has the benchmark's ratio to an anchor.

    The first ratio of a benchmark has nothing to be compared with: until there is a second, its time is judged.
    """
    shas = {run.id: run.commit.sha for run in runs if is_anchored(run.machine) and not run.commit.dirty}
    commits: dict[MetricId, set[str]] = {}
    for one in recorded:
        if is_relative(one.metric, one.unit):
            time = MetricId(benchmark=aliases.get(one.metric.benchmark, one.metric.benchmark), name=TIME)
            commits.setdefault(time, set()).update(shas[run] for run in one.runs if run in shas)
    found: dict[str, set[MetricId]] = {}
    for time, measured in commits.items():
        for sha in measured if len(measured) > 1 else ():
            found.setdefault(sha, set()).add(time)
    return {sha: frozenset(times) for sha, times in found.items()}
