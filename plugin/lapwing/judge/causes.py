"""Which regressions of a history may have one cause?

Forty benchmarks that one commit made slower are one thing to look into. Each of their changes may lie anywhere in its
own range of commits; what all ranges of a group have in common is where its cause is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lapwing.judge.policy import worsening
from lapwing.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.judge.environment import Cleared
    from lapwing.model import MetricId, Verdict

    Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A verdict of a confirmed change for the worse.

    ``commits`` are the last known at the old level and the first known at the new one. ``span`` is where in the
    history it may lie: after the first place, up to the second.
    """

    verdict: Verdict
    commits: tuple[str, str]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Regressions that may have one cause, the worst first; ``commits`` are those that most of them name."""

    regressions: tuple[Regression, ...]
    commits: tuple[str, str]
    span: Span


def regressions_of(verdicts: Iterable[Verdict], cleared: Cleared, order: FirstParents) -> tuple[Regression, ...]:
    """Return the regressions among ``verdicts`` that the history lane has confirmed, where git knows their commits.

    What the newest run alone shows is none yet, however sure its processes are of it. With one run in a hundred
    disturbed from its first process to its last, ten of seventeen issues were of nothing; without, none of thirty-five
    (``benchmarks/forge/issues.py``).
    """
    found = [_regression(one, order) for one in verdicts if _is_confirmed(one)]
    wanted = {(one.verdict.machine, one.verdict.metric) for one in found if one is not None}
    newest = _newest(cleared, order, wanted)
    known = [one for one in found if one is not None and not _is_own_step(one, newest)]
    spans = _spans(cleared, order, wanted) if known else {}
    return tuple(
        Regression(
            verdict=one.verdict,
            commits=one.commits,
            span=spans.get((one.verdict.machine, one.verdict.metric, one.commits[1]), one.span),
        )
        for one in known
    )


def causes_of(regressions: Sequence[Regression]) -> tuple[Cause, ...]:
    """Return the regressions in groups whose members all may lie at one place, the gravest group first.

    The groups are the fewest there can be: the range that ends first takes all that reach into its end, and so on.
    """
    left = sorted(regressions, key=lambda one: (one.span[1], one.span[0]))
    groups = []
    while left:
        end = left[0].span[1]
        groups.append([one for one in left if one.span[0] < end])
        left = [one for one in left if one.span[0] >= end]
    return tuple(sorted(map(_cause, groups), key=lambda one: -badness(one.regressions[0].verdict)))


def badness(verdict: Verdict) -> float:
    """Return how much worse head is than base, as a log; nought without a ratio."""
    return worsening(verdict.ratio.estimate, verdict.unit.better) if verdict.ratio is not None else 0.0


def overlap(one: Span, other: Span) -> bool:
    """Tell whether two changes, each after a first place and up to a second, may be at one place."""
    return max(one[0], other[0]) < min(one[1], other[1])


def apart(one: Span, other: Span) -> int:
    """Return how many commits are between two ranges, none where they overlap."""
    return max(0, max(one[0], other[0]) - min(one[1], other[1]))


def _cause(group: Sequence[Regression]) -> Cause:
    ranked = sorted(group, key=lambda one: (-badness(one.verdict), one.verdict.metric, one.verdict.machine))
    named = Counter(one.commits for one in ranked)
    return Cause(
        regressions=tuple(ranked),
        commits=max(named, key=named.__getitem__),  # of as many, that of the worst: they come first
        span=(max(one.span[0] for one in group), min(one.span[1] for one in group)),
    )


def _is_confirmed(verdict: Verdict) -> bool:
    """Tell whether the history lane says that the level changed for the worse, and does not only suspect it."""
    change = verdict.change
    confirmed = change is not None and change.state != "suspect" and change.commits is not None
    return confirmed and verdict.lane == "history" and verdict.outcome is Outcome.REGRESSED


def _is_own_step(one: Regression, newest: Mapping[tuple[str, MetricId], int | None]) -> bool:
    """Tell whether a change begins with the newest value there is; a metric without noise needs no second one."""
    verdict = one.verdict
    return verdict.unit.noise == "noisy" and newest.get((verdict.machine, verdict.metric)) == one.span[1]


def _newest(
    cleared: Cleared, order: FirstParents, wanted: Collection[tuple[str, MetricId]]
) -> dict[tuple[str, MetricId], int | None]:
    """Return by machine and metric where in the history the newest value of each of the ``wanted`` series is."""
    return {
        (one.machine, one.metric): order.place(one.commits[int(np.flatnonzero(~np.isnan(one.values))[-1])])
        for one in cleared.series
        if (one.machine, one.metric) in wanted
    }


def _regression(verdict: Verdict, order: FirstParents) -> Regression | None:
    assert verdict.change is not None  # it is confirmed
    assert verdict.change.commits is not None
    old, new = map(order.place, verdict.change.commits)
    if old is None or new is None or old >= new:
        return None
    # Whole hashes: an import may have abbreviated them.
    return Regression(verdict=verdict, commits=(order.shas[old], order.shas[new]), span=(old, new))


def _spans(
    cleared: Cleared, order: FirstParents, wanted: Collection[tuple[str, MetricId]]
) -> Mapping[tuple[str, MetricId, str], Span]:
    """Return by machine, metric and first commit in which range each change of the ``wanted`` series may lie."""
    found = {}
    for series, points in zip(cleared.series, cleared.points, strict=True):
        if (series.machine, series.metric) not in wanted:
            continue
        filled = np.flatnonzero(~np.isnan(series.values))
        for point in points:
            before = int(filled[max(0, int(np.searchsorted(filled, point.earliest)) - 1)])
            old, new = order.place(series.commits[before]), order.place(series.commits[point.latest])
            if old is not None and new is not None and old < new:
                first = order.place(series.commits[point.index])
                found[series.machine, series.metric, order.shas[first or 0]] = (old, new)
    return found
