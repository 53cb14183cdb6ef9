"""What stands for the newest commit of a machine, where several runs measured it: shards, attempts, re-runs?

One run made of them all, by union. Nothing here depends on a clock or on the order of storing:

- what is declared is what any of them declared; what was measured in any of them was measured;
- a sample is that of one run (whole before interrupted, later attempt before earlier, then by id); the same metric in
  the others counts as an earlier run of the same code and is pooled (:mod:`lapwing.detect.pool`);
- a later attempt at a shard decides what of it failed; otherwise what one run measured another's failure does not undo,
  and that is said;
- what a shard's suite has and no run of the commit declared, on whatever machine, never arrived: it is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from lapwing.model import Failure, MetricId, Recorded, Run, Sample, Shard

    Telling = Mapping[str, Mapping[str, int]]

_NAMED: Final = 3
_MEASURED: Final = 3
_FAILED: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """One run that stands for several of one commit and machine.

    ``runs`` are their ids; ``used`` says of each metric from which of them its sample is, and ``wholly`` are those of
    which nothing else is left. ``absent`` has by id the benchmarks that never arrived, and why; ``elsewhere`` those of
    shards that were measured on this machine now and on another before, and what that is called.
    """

    run: Run
    runs: tuple[str, ...]
    used: Mapping[MetricId, str]
    wholly: frozenset[str]
    absent: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[RunWarning, ...] = ()


def alone(run: Run) -> Merged:
    """Return a run that stands for itself."""
    return Merged(
        run=run,
        runs=(run.id,),
        used={sample.metric: run.id for sample in run.samples},
        wholly=frozenset({run.id}),
    )


def merge(runs: Sequence[Run]) -> Merged:
    """Return what stands for ``runs`` (at least one), clean ones of one commit and machine, given in any order.

    It is no shard any more: what of a suite is not in it is for :func:`never_arrived` to say.
    """
    preferred = sorted(runs, key=_preference, reverse=True)
    standing = [run for run in preferred if not _is_superseded(run, preferred)]
    benchmarks = _in_order(preferred)
    telling = {run.id: _telling(run) for run in runs}
    declared = {run.id: {one.benchmark: one for one in reversed(run.declared)} for run in runs}
    source = {
        one: max(
            [run for run in standing if one in declared[run.id]]
            or [run for run in preferred if one in declared[run.id]],
            key=lambda run, one=one: telling[run.id].get(one, 0),  # type: ignore[misc]
        )
        for one in benchmarks
    }
    samples = {sample.metric: (run, sample) for run in preferred for sample in _samples_of(run, source)}
    left = {run.id for run in runs for one in run.samples if samples.get(one.metric, (run, one))[0] is not run}
    failed = {run.id: _failures_of(run) for run in runs}
    first = preferred[0]
    merged = replace(
        first,
        declared=tuple(declared[source[one].id][one] for one in benchmarks),
        samples=tuple(sample for _, sample in samples.values()),
        failures=tuple(failure for one in benchmarks for failure in failed[source[one].id].get(one, ())),
        warnings=tuple(dict.fromkeys(warning for run in preferred for warning in run.warnings)),
        complete=all(run.complete for run in standing),
        shard=None,
    )
    return Merged(
        run=merged,
        runs=tuple(run.id for run in sorted(runs, key=lambda run: (run.shard.index if run.shard else 0, run.id))),
        used={metric: run.id for metric, (run, _) in samples.items()},
        wholly=frozenset(run.id for run in runs) - left,
        warnings=_flaky(benchmarks, source, standing, telling),
    )


def in_use_elsewhere(merged: Merged) -> frozenset[str]:
    """Return the ids of the suite that other shards have, so that they are nobody's former ids."""
    shard = merged.run.shard
    return frozenset(merged.absent).union(shard.suite if shard is not None else ())


def without_used(recorded: Iterable[Recorded], merged: Merged, aliases: Mapping[str, str]) -> list[Recorded]:
    """Return the recorded values but those that stand in ``merged`` as head's own."""
    wanted = []
    for one in recorded:
        metric = replace(one.metric, benchmark=aliases.get(one.metric.benchmark, one.metric.benchmark))
        own = merged.used.get(metric)
        if own is None or own in merged.wholly or own not in one.runs:
            wanted.append(one)
            continue
        kept = [place for place, run in enumerate(one.runs) if run != own]
        wanted.append(
            replace(
                one,
                runs=tuple(one.runs[place] for place in kept),
                values=tuple(one.values[place] for place in kept),
                errors=tuple(one.errors[place] for place in kept),
                fingerprints=tuple(one.fingerprints[place] for place in kept),
            )
        )
    return wanted


def never_arrived(runs: Iterable[Run], known: Collection[str]) -> dict[str, str]:
    """Return the benchmarks of one commit's suites that none of its ``runs``, on whatever machine, declared; and why.

    Where nobody knows what is in a shard that is not there, ``known``, what there was at the commit before, is asked;
    and where that does not tell either, the shard stands for itself.
    """
    given = list(runs)
    declared = {one.benchmark for run in given for one in run.declared}
    shards = [run.shard for run in given if run.shard is not None]
    absent = {
        benchmark: f"It is in the suite, and in no shard that arrived ({_arrived(shards)})."
        for shard in shards
        for benchmark in shard.suite
        if benchmark not in declared
    }
    blind = [shard for shard in shards if not shard.suite]
    gaps = {key: _gaps([one for one in blind if (one.group, one.count) == key]) for key in _splits(blind)}
    if gaps and all(gaps.values()):
        (_, count), missing = min(gaps.items(), key=lambda gap: (len(gap[1]), gap[0]))
        reason = f"It was there before, and {_never(missing, count)}."
        lost = sorted(set(known) - declared)
        absent |= dict.fromkeys(lost, reason)
        if not lost:
            said = "It never arrived, and nothing tells what is in it."
            absent |= {f"shard {index} of {count}": said for index in missing}
    return absent


def _preference(run: Run) -> tuple[bool, int, int, str]:
    return (run.complete, run.shard.attempt if run.shard else 0, len(run.declared), run.id)


def _is_superseded(run: Run, runs: Iterable[Run]) -> bool:
    """Tell whether a later attempt at the same part of the same invocation is there."""
    mine = run.shard
    return mine is not None and any(
        other.shard is not None
        and (other.shard.group, other.shard.count, other.shard.index) == (mine.group, mine.count, mine.index)
        and other.shard.attempt > mine.attempt
        for other in runs
    )


def _in_order(runs: Sequence[Run]) -> list[str]:
    """Return every declared benchmark: in the order of the suite where a shard tells it, else as declared."""
    suite = dict.fromkeys(one for run in runs if run.shard is not None for one in run.shard.suite)
    by_part = sorted(runs, key=lambda run: run.shard.index if run.shard else 0)
    declared = dict.fromkeys(one.benchmark for run in by_part for one in run.declared)
    return [one for one in suite if one in declared] + [one for one in declared if one not in suite]


def _telling(run: Run) -> dict[str, int]:
    """Return how much a run tells of a benchmark: 3 values, 2 a failure, 1 that it was skipped; of others nothing."""
    failed = {failure.benchmark for failure in run.failures if failure.kind != "skipped"}
    return (
        dict.fromkeys((failure.benchmark for failure in run.failures), 1)
        | dict.fromkeys((sample.metric.benchmark for sample in run.samples), _MEASURED)
        | dict.fromkeys(failed, _FAILED)
    )


def _samples_of(run: Run, source: Mapping[str, Run]) -> list[Sample]:
    return [sample for sample in run.samples if source.get(sample.metric.benchmark) is run]


def _failures_of(run: Run) -> dict[str, list[Failure]]:
    """Return the failures of each benchmark."""
    found: dict[str, list[Failure]] = {}
    for failure in run.failures:
        found.setdefault(failure.benchmark, []).append(failure)
    return found


def _flaky(
    benchmarks: Sequence[str], source: Mapping[str, Run], standing: Sequence[Run], telling: Telling
) -> tuple[RunWarning, ...]:
    """Say what failed in one run of the commit and was measured in another."""
    measured = [one for one in benchmarks if telling[source[one].id].get(one) == _MEASURED]
    failed = [one for one in measured if any(telling[run.id].get(one) == _FAILED for run in standing)]
    if not failed:
        return ()
    more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
    return (
        RunWarning(
            slug="failed-once",
            message=f"Failed in one run of this commit, and measured in another: {', '.join(failed[:_NAMED])}{more}.",
            remedy="see 'lapwing show' of that run for what it said.",
        ),
    )


def _splits(shards: Iterable[Shard]) -> list[tuple[str, int]]:
    return sorted({(shard.group, shard.count) for shard in shards})


def _gaps(shards: Sequence[Shard]) -> list[int]:
    """Return which parts of one split did not arrive."""
    there = {shard.index for shard in shards}
    return [index for index in range(1, shards[0].count + 1) if index not in there]


def _arrived(shards: Sequence[Shard]) -> str:
    """Say which shards are there, the splits apart."""
    parts: dict[int, set[int]] = {}
    for shard in shards:
        parts.setdefault(shard.count, set()).add(shard.index)
    return "; ".join(f"{_numbers(sorted(there))} of {count}" for count, there in sorted(parts.items()))


def _never(missing: Sequence[int], count: int) -> str:
    return f"shard{'s' * (len(missing) > 1)} {_numbers(missing)} of {count} never arrived"


def _numbers(numbers: Sequence[int]) -> str:
    """Write ``1, 2, 3, 7`` as ``1 to 3 and 7``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number, number])
    words = [str(a) if a == b else f"{a} and {b}" if b == a + 1 else f"{a} to {b}" for a, b in spans]
    return ", ".join(words)
