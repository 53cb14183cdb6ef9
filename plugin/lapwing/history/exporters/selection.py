"""Which runs are exported, and what of them?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.model import Declared, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """``machine`` is an id; ``benchmarks`` are parts of ids or node ids, ``*`` for any text; ``metrics`` are names.

    What is empty selects all.
    """

    machine: str | None = None
    benchmarks: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    def of(self, run: Run) -> Run | None:
        """Return what is selected of a run, None where that is nothing.

        A part of a run has an id of its own, made of what it holds: imported under the id of the whole, it would keep
        the whole from being imported later.
        """
        if self.machine not in (None, run.machine.id):
            return None
        if not self.benchmarks and not self.metrics:
            return run
        declared = {one.benchmark: one for one in run.declared}
        everything = (
            *declared,
            *(sample.metric.benchmark for sample in run.samples),
            *(failure.benchmark for failure in run.failures),
        )
        wanted = {name for name in dict.fromkeys(everything) if self._wants(name, declared.get(name))}
        samples = tuple(
            one
            for one in run.samples
            if one.metric.benchmark in wanted and (not self.metrics or one.metric.name in self.metrics)
        )
        if self.metrics:
            if not samples:
                return None
            # A benchmark that has other metrics alone is none of theirs; one that has no values at all may well be.
            others = {one.metric.benchmark for one in run.samples} - {one.metric.benchmark for one in samples}
            wanted -= others
        if not wanted:
            return None
        part = replace(
            run,
            declared=tuple(one for one in run.declared if one.benchmark in wanted),
            samples=samples,
            failures=tuple(one for one in run.failures if one.benchmark in wanted),
        )
        return run if part == run else replace(part, id=_part_id(part))

    def _wants(self, benchmark: str, declared: Declared | None) -> bool:
        names = (benchmark,) if declared is None else (benchmark, declared.node_id)
        return not self.benchmarks or any(_matches(pattern, name) for pattern in self.benchmarks for name in names)


def _matches(pattern: str, name: str) -> bool:
    """A pattern with a star is the whole name, one without a part of it; brackets are what pytest's ids have."""
    if "*" not in pattern:
        return pattern in name
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL) is not None


def _part_id(part: Run) -> str:
    held = sorted((one.metric.benchmark, one.metric.name) for one in part.samples)
    content = repr((held, sorted(one.benchmark for one in part.declared)))
    return f"{part.id}-part-{blake2s(content.encode(), digest_size=6).hexdigest()}"
