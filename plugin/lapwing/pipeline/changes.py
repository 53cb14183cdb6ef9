"""Which changes of level are there in a whole history, newest first?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.judge.policy import worsening
from lapwing.judge.shaped import shapes_of, told_shapes
from lapwing.pipeline.doubts import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.environment import Cleared
    from lapwing.judge.policy import Policy
    from lapwing.model import ChangePoint, Commit, MetricId, RunSummary, SeriesShape
    from lapwing.ports import Commits
    from lapwing.units import Unit

RECENT: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change point of one series, as a listing shows it; ``before`` and ``after`` are the levels, in base units.

    ``shape`` is what it is part of and so no step, where that was asked (:func:`with_shapes`).
    """

    metric: MetricId
    machine: str
    unit: Unit
    point: ChangePoint
    before: float
    after: float
    recent: tuple[float | None, ...]
    commit: Commit | None
    shape: SeriesShape | None = None


def changes_in(series: Series, points: tuple[ChangePoint, ...], policy: Policy) -> list[Change]:
    """Return the changes of one series that are past the limit (of an exact metric all), oldest first."""
    edges = [series.current, *(point.index for point in points), len(series.commits)]
    return [
        Change(
            metric=series.metric,
            machine=series.machine,
            unit=series.unit,
            point=point,
            before=float(np.nanmedian(series.values[edges[i] : edges[i + 1]])),
            after=float(np.nanmedian(series.values[edges[i + 1] : edges[i + 2]])),
            recent=tuple(None if math.isnan(v) else float(v) for v in series.values[-RECENT:]),
            commit=None,
        )
        for i, point in enumerate(points)
        if series.unit.noise == "exact" or abs(worsening(point.ratio.estimate, "lower")) > math.log1p(policy.limit)
    ]


def is_told(change: Change, told: Mapping[str, frozenset[MetricId]]) -> bool:
    """Tell whether a change is of a time where the ratio to an anchor tells what changed."""
    commits = change.point.commits
    return commits is not None and change.metric in told.get(commits[1], frozenset())


def newest_first(
    changes: Iterable[Change], runs: Sequence[RunSummary], order: FirstParents, commits: Commits
) -> tuple[Change, ...]:
    """Sort by git's order where it knows the commits, else by their dates; tell what is known of each commit."""
    listed = list(changes)
    dates: dict[str, Commit] = {run.commit.sha: run.commit for run in runs}
    guilty = {change.point.commits[1] for change in listed if change.point.commits}
    known = {**{sha: dates[sha] for sha in guilty if sha in dates}, **describe(commits, guilty)}

    def newness(change: Change) -> tuple[int, float, int]:
        sha = change.point.commits[1] if change.point.commits else ""
        place = order.place(sha)
        date = known[sha].date if sha in known else None
        return (-1 if place is None else place, date or 0.0, change.point.index)

    return tuple(
        replace(change, commit=known.get(change.point.commits[1] if change.point.commits else ""))
        for change in sorted(listed, key=newness, reverse=True)
    )


def with_shapes(changes: Sequence[Change], cleared: Cleared, most: int) -> tuple[Change, ...]:
    """Return the changes, of the first ``most`` of them those named that are part of a shape and no step.

    ``cleared`` are the series that they are of. Of a few alone, as a series with changes is read in milliseconds.
    """
    place = {(one.machine, one.metric): i for i, one in enumerate(cleared.series)}
    found: dict[tuple[str, MetricId], dict[int, SeriesShape]] = {}
    for change in changes[:most]:
        key = change.machine, change.metric
        if key not in found:
            found[key] = _explained(cleared.series[place[key]], cleared.points[place[key]])
    return tuple(
        replace(change, shape=found.get((change.machine, change.metric), {}).get(change.point.index))
        for change in changes
    )


def _explained(series: Series, points: Sequence[ChangePoint]) -> dict[int, SeriesShape]:
    """Return by its index which shape each change that is no step is part of."""
    shapes = shapes_of(series, points)
    told = told_shapes(shapes, metric=series.metric, machine=series.machine, commits=series.commits)
    return {index: said for shape, said in zip(shapes, told, strict=True) for index in shape.explains}
