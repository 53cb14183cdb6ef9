"""Which level does the anchor have for each benchmark in the stored series, and what has to be measured to know it?

The rules are in :mod:`lapwing.judge.chain`; here the runs that they ask for are read, and bridges measured.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lapwing.detect.centre import centre
from lapwing.detect.order import FirstParents
from lapwing.errors import LapwingError, StoreError
from lapwing.judge.chain import first_level, known_ratios, level_of
from lapwing.judge.identity import aliases_of
from lapwing.judge.relative import RELATIVE_TIME, anchored_machine, with_root
from lapwing.model import Anchor, Commit, Level, Run
from lapwing.pipeline.anchor_warnings import begins_anew
from lapwing.pipeline.ratios import RatioSampler, missing
from lapwing.pipeline.renames import with_former_ids

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lapwing.model import Declared, RunWarning
    from lapwing.pipeline.anchor_job import AnchorJob
    from lapwing.ports import HistoryStore


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLevels:
    """The anchor's level for each benchmark, the bridges that were measured for it, and which series begin anew."""

    levels: dict[str, Level]
    bridges: tuple[Run, ...] = ()
    warnings: tuple[RunWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bridge:
    """The new anchor measured against an earlier one; ``reasons`` say by benchmark why it could not be."""

    levels: dict[str, Level]
    reasons: dict[str, str]
    run: Run | None = None


def find_levels(names: Sequence[str], run: Run, job: AnchorJob) -> FoundLevels:
    """Return the level of the job's anchor for each of ``names``, benchmarks of the ordinary ``run``.

    Raises:
        StoreError: the history cannot be read.
        KeyboardInterrupt: in the middle of a bridge, of which nothing is kept.
    """
    anchor = job.anchor.sha
    levels = {name: first_level(name, anchor) for name in names}
    if job.store is None:
        return FoundLevels(levels=levels)
    machine = anchored_machine(run.machine)
    recorded = job.store.recorded(machine=machine.id, metrics={RELATIVE_TIME})
    runs, order = job.store.runs(), FirstParents(job.commits.first_parents())
    declared = with_former_ids(run.declared, store=job.store, recorded=recorded, runs=runs, order=order)
    aliases = aliases_of(declared, also=run.shard.suite if run.shard is not None else ())
    known = known_ratios(
        recorded=recorded,
        runs=runs,
        first_parents=order,
        machine=machine,
        anchor=anchor,
        aliases=aliases,
    )
    used = _anchors_of({known[name].newest for name in names if name in known}, job.store, aliases)
    open_ends: dict[Anchor, dict[str, Level]] = {}
    broken = {}
    for name in names:
        if name not in known:
            continue
        before, ends = used.get(known[name].newest, (None, {}))
        if before is None or name not in ends:
            broken[name] = "the run that it would go on from cannot be read"
        elif level := level_of(name, anchor, known[name], before, ends[name]):
            levels[name] = level
        else:
            open_ends.setdefault(before, {})[name] = ends[name]
    bridges = [_bridge(before, ends, run, aliases, job) for before, ends in open_ends.items()]
    for bridge in bridges:
        levels |= bridge.levels
        broken |= {name: why for name, why in bridge.reasons.items() if name not in bridge.levels}
    return FoundLevels(
        levels=levels,
        bridges=tuple(bridge.run for bridge in bridges if bridge.run is not None),
        warnings=(begins_anew(job.anchor, broken),) if broken else (),
    )


def _anchors_of(
    runs: Collection[str], store: HistoryStore, aliases: Mapping[str, str]
) -> dict[str, tuple[Anchor, dict[str, Level]]]:
    """Return by run what its ratios are to, and the levels by present id; a run that cannot be read is left out."""
    found = {}
    for run in sorted(runs):
        with suppress(StoreError):
            anchor = store.load(run).anchor
            if anchor is not None:
                names = {level: aliases.get(level.benchmark, level.benchmark) for level in anchor.levels}
                ends = {name: replace(level, benchmark=name) for level, name in names.items()}
                found[run] = replace(anchor, levels=()), ends
    return found


def _bridge(before: Anchor, ends: Mapping[str, Level], run: Run, aliases: Mapping[str, str], job: AnchorJob) -> _Bridge:
    """Measure the new anchor against the one ``before`` (levels: ``ends``), as a run of the new anchor's commit."""
    try:
        with job.sides.between(before.sha, job.anchor.sha, progress=job.progress) as pairs:
            discovery = pairs.discover(progress=job.progress)
            # At the anchor's commit a benchmark may still have had an earlier id.
            ids = {one.benchmark: aliases.get(one.benchmark, one.benchmark) for one in discovery.declared}
            wanted = {old: ends[name] for old, name in ids.items() if name in ends}
            lacking = missing(discovery, tuple(wanted))
            asked = {old: end for old, end in wanted.items() if old not in lacking}
            declared = [_declared(one, asked) for one in discovery.declared if one.benchmark in asked]
            sampler = RatioSampler(pairs=pairs, levels=asked, on=anchored_machine(run.machine), going_on=job.going_on)
            started_at = job.clock.now()
            measured = sampler.measure(declared, progress=job.progress)
    except LapwingError as error:
        return _Bridge(levels={}, reasons=dict.fromkeys(ends, error.message))
    if sampler.interrupted:
        raise KeyboardInterrupt
    failed = lacking | {one.benchmark: one.message for one in measured.failures}
    reasons = dict.fromkeys(ends, "The anchor does not have it.") | {ids[old]: why for old, why in failed.items()}
    if not measured.samples:
        return _Bridge(levels={}, reasons=reasons)
    sha = job.anchor.sha
    bridge = Run(
        id=job.new_id(),
        commit=job.commits.describe((sha,)).get(sha, Commit(sha=sha)),
        machine=sampler.machine(),
        started_at=started_at,
        declared=tuple(declared),
        samples=measured.samples,
        failures=measured.failures,
        warnings=measured.warnings,
        tool=job.tool,
        anchor=replace(before, levels=tuple(replace(end, benchmark=old) for old, end in asked.items())),
    )
    levels = {}
    for sample in measured.samples:
        old = sample.metric.benchmark
        levels[ids[old]] = Level(benchmark=ids[old], level=centre(sample), root=asked[old].root)
    return _Bridge(levels=levels, reasons=reasons, run=bridge)


def _declared(one: Declared, levels: Mapping[str, Level]) -> Declared:
    return replace(with_root(one, levels[one.benchmark].root), budgets=())
