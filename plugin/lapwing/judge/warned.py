"""Which doubts belong to the whole report?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.judge.machines import nearest
from lapwing.judge.suite import LEAST_TOGETHER
from lapwing.model import Outcome, RunWarning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lapwing.detect.order import Order
    from lapwing.detect.series import Series
    from lapwing.judge.case import Case
    from lapwing.judge.heads import Standing
    from lapwing.judge.judging import Judged
    from lapwing.judge.past import Past
    from lapwing.model import Run, RunSummary, Sample

SHARD_MISSING: Final = "shard-missing"
"""The slug by which a report tells that what is missing was never measured by anybody, rather than gone."""

_NAMED: Final = 5


def about_order(order: Order) -> tuple[RunWarning, ...]:
    """Say which runs do not count, or that dates had to order them."""
    if order.by_date:
        message = "None of the imported commits is in this repository's history, so they are ordered by their dates."
        return (RunWarning(slug="ordered-by-date", message=message, remedy="run in a full clone of the repository."),)
    found = []
    if order.misses_earlier:
        found.append(_cut_off(order))
    merged, apart = order.left_out.merged, order.left_out.apart
    unknown = order.left_out.unknown - order.misses_earlier
    parts = [
        f"{merged} of a branch that was merged since, whose merge stands for it" if merged else "",
        f"{apart} of another branch, or of commits that were rebased or pushed away" if apart else "",
        f"{unknown} of commits that git does not know here" if unknown else "",
    ]
    told = "; ".join(part for part in parts if part)
    if told:
        total = merged + apart + unknown
        runs, verb = ("1 run", "is") if total == 1 else (f"{total:,} runs", "are")
        found.append(
            RunWarning(
                slug="left-out",
                message=f"{runs} on this machine {verb} left out, of commits that are not among head's first parents: "
                f"{told}.",
                remedy="ignore this for other branches; where such a run should count, check out the branch that has "
                "its commit, or fetch it.",
            )
        )
    return tuple(found)


def _cut_off(order: Order) -> RunWarning:
    """Say that a truncated history was judged, and what of it is unknown."""
    count = order.misses_earlier
    runs = "1 run" if count == 1 else f"{count:,} runs"
    return RunWarning(
        slug="shallow",
        message=f"This clone is shallow: {runs} on this machine {'is' if count == 1 else 'are'} of commits that git "
        "does not know here. What they would tell, of a change, of creep, of the last release, is unknown.",
        remedy="fetch the whole history with 'git fetch --unshallow', in GitHub Actions with 'fetch-depth: 0'.",
    )


def about_shard(head: Run) -> tuple[RunWarning, ...]:
    """Say that a part of a suite is judged, and not the whole."""
    shard = head.shard
    if shard is None:
        return ()
    whole = f" of {len(shard.suite)}" if shard.suite else ""
    count = len(head.declared)
    return (
        RunWarning(
            slug="shard",
            message=f"This is {shard.title}: the verdict is over its {count}{whole} "
            f"{'benchmark' if count == 1 and not whole else 'benchmarks'} alone.",
            remedy="judge all shards together, once they are in one history, with 'lapwing check'.",
        ),
    )


def about_absent(absent: Mapping[str, str]) -> tuple[RunWarning, ...]:
    """Say once that shards never arrived; what of the suite is missing for that has verdicts of its own."""
    if not absent:
        return ()
    count = "1 benchmark is" if len(absent) == 1 else f"{len(absent):,} benchmarks are"
    return (
        RunWarning(
            slug=SHARD_MISSING,
            message=f"{count} in no shard that arrived, so the verdict is not over the whole suite.",
            remedy="run the jobs of those shards again, then 'lapwing check'.",
        ),
    )


def about_boundaries(head: Run, past: Past, standing: Standing) -> tuple[RunWarning, ...]:
    """Say which benchmarks are not compared with their earlier values, since their settings or unit changed."""
    fingerprints = {one.benchmark: one.fingerprint for one in head.declared}
    began = dict.fromkeys(
        sample.metric.benchmark
        for sample in head.samples
        if (series := past.series.get(sample.metric)) is not None
        and _begins(series, standing, fingerprints.get(sample.metric.benchmark, ""), sample)
    )
    if not began:
        return ()
    named = ", ".join(list(began)[:_NAMED]) + (f" and {len(began) - _NAMED} more" if len(began) > _NAMED else "")
    what = "1 benchmark is" if len(began) == 1 else f"{len(began)} benchmarks are"
    return (
        RunWarning(
            slug="boundary",
            message=f"{what} measured in another way or unit than before, and not compared with values from then: "
            f"{named}.",
            remedy="nothing, where that was meant; else put back loops, warmup, gc, setup or the unit, and the series "
            "goes on.",
        ),
    )


def _begins(series: Series, standing: Standing, fingerprint: str, sample: Sample) -> bool:
    """Tell whether there are earlier values, and none of them may be compared with head's."""
    known = np.flatnonzero(~np.isnan(series.values[: standing.cut]))
    if not known.size:
        return False
    same = fingerprint == series.fingerprint and sample.unit.symbol == series.unit.symbol
    return not same or int(known[-1]) < series.current


def about_machine(head: Run, past: Past, standing: Standing, runs: Sequence[RunSummary]) -> tuple[RunWarning, ...]:
    """Say, where this machine has no earlier run, which one is nearly it, in what they differ, and what it has."""
    if standing.cut or past.unplaced:
        return ()
    others = Counter(run.machine for run in runs if run.complete and not run.commit.dirty)
    near = nearest(head.machine, others)
    if near is None:
        return ()
    count = "1 run is" if others[near.machine] == 1 else f"{others[near.machine]:,} runs are"
    differs = "; ".join(f"{name} ({there} there, {here} here)" for name, there, here in near.differs)
    return (
        RunWarning(
            slug="near-machine",
            message=f"No earlier run is of this machine; {count} of one that differs in {differs}.",
            remedy="nothing, where this machine is to stay: its series begins here. Else measure on that one, or see "
            f"what it says with 'lapwing check --machine {near.machine.id}'.",
        ),
    )


def about_environment(judged: Sequence[Judged]) -> tuple[RunWarning, ...]:
    """Say once that the machine moved."""
    count = sum(one.environment for one in judged)
    if not count:
        return ()
    verdicts = "1 verdict is" if count == 1 else f"{count} verdicts are"
    return (
        RunWarning(
            slug="environment",
            message=f"Many benchmarks on one machine moved together; {verdicts} inconclusive for that reason.",
            remedy="look for a change of machine, image, interpreter or a dependency that all use.",
        ),
    )


def about_few(cases: Sequence[Case], judged: Sequence[Judged]) -> tuple[RunWarning, ...]:
    """Say that an accusation rests on too few benchmarks to rule out the machine.

    On a box that wanders by 5 to 10 % from run to run and stays there, one to four unchanged benchmarks are accused in
    5 to 13 % of their verdicts, five in 0.1 %: alone, a benchmark cannot tell its machine from its code. A ratio to an
    anchor can.
    """
    noisy = sum(not case.exact and not case.relative for case in cases)
    changed = any(
        one.outcome in (Outcome.REGRESSED, Outcome.IMPROVED) and not case.exact and not case.relative
        for case, one in zip(cases, judged, strict=True)
    )
    if not changed or noisy >= LEAST_TOGETHER:
        return ()
    count = "1 benchmark was" if noisy == 1 else f"{noisy} benchmarks were"
    return (
        RunWarning(
            slug="few-benchmarks",
            message=f"Only {count} judged: too few to tell a change of the machine from one of the code.",
            remedy=f"measure at least {LEAST_TOGETHER} benchmarks together; some of code that never changes will do.",
        ),
    )
