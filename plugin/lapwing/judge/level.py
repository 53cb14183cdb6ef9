"""Has the level changed for good, and lately? The change points of the history that are not yet the new normal."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lapwing.detect import effect
from lapwing.detect.batches import Finder
from lapwing.detect.shapes import read
from lapwing.judge.case import Evidence
from lapwing.judge.policy import NULL_MARGIN, worsening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.detect.shapes import Shape
    from lapwing.judge.case import Case
    from lapwing.judge.environment import Find
    from lapwing.judge.policy import Policy
    from lapwing.model import ChangePoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One open change: the level before it against the level now. ``recovered`` says that head is back."""

    change: ChangePoint
    evidence: Evidence
    recovered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """The levels of a case: the open changes, oldest first, and where the level that head is judged against begins.

    ``points`` are all changes, the frozen ones too. ``shapes`` are what a series with an open change does, up to
    lately, that is no step; what they explain is among ``points`` and no shift.
    """

    shifts: tuple[Shift, ...]
    start: int
    points: tuple[ChangePoint, ...] = ()
    shapes: tuple[Shape, ...] = ()


def find_levels(cases: Sequence[Case], policy: Policy, find: Find | None = None) -> list[Levels]:
    """Return the levels of each case, all series scanned together, by ``find`` where it is given."""
    found = find or Finder(alpha=policy.alpha)
    points = found(
        [case.values if case.measured is None else case.measured for case in cases],
        [case.exact for case in cases],
        [case.taken for case in cases],
    )
    return [_levels(case, found, policy) for case, found in zip(cases, points, strict=True)]


def _levels(case: Case, points: tuple[ChangePoint, ...], policy: Policy) -> Levels:
    """Split what is open from what is frozen, and find where the level before head begins."""
    count = case.values.shape[0]
    start = max((point.index for point in points if point.index < count - 1), default=0)
    now = case.values[points[-1].index :] if points else case.values
    edges = [0, *(point.index for point in points)]
    shapes = _shapes(case, points, policy)
    explained = frozenset(index for shape in shapes for index in shape.explains)
    shifts = tuple(
        _shift(case, point, case.values[before : point.index], now)
        for before, point in zip(edges, points, strict=False)
        if count - point.index < policy.frozen_after and point.index not in explained
    )
    named = tuple(_named(case, point) for point in points)
    return Levels(
        shifts=shifts,
        start=start,
        points=named,
        shapes=tuple(shape for shape in shapes if count - shape.last <= policy.frozen_after),
    )


def _shapes(case: Case, points: tuple[ChangePoint, ...], policy: Policy) -> tuple[Shape, ...]:
    """Return the shapes of a series that may be accused; the others are not asked, as that takes a millisecond each."""
    count = case.values.shape[0]
    if case.exact or not any(count - point.index < policy.frozen_after for point in points):
        return ()
    return read(case.values, points).shapes


def _named(case: Case, point: ChangePoint) -> ChangePoint:
    return replace(point, commits=(case.commits[point.index - 1], case.commits[point.index]))


def _shift(case: Case, point: ChangePoint, old: Floats, now: Floats) -> Shift:
    ratio = effect.ratio(old[-1:], now[-1:]) if case.exact else effect.ratio(old, now)
    half = (_log(ratio.high) - _log(ratio.low)) / 2
    base = float(old[-1]) if case.exact else float(np.median(old))
    change = _named(case, point)
    head = effect.ratio(old, np.array([case.head]))
    # Head is back if it alone is no longer half a limit off the old level, the way the level went.
    gone = worsening(head.estimate, case.unit.better) * math.copysign(1, worsening(ratio.estimate, case.unit.better))
    margin = NULL_MARGIN * math.log1p(case.limit)
    evidence = Evidence(
        ratio=ratio,
        p_value=point.p_value,
        detectable=max(case.limit, math.expm1(min(margin + half, 700.0))),
        base=base,
        points=old.shape[0],
    )
    return Shift(change=change, evidence=evidence, recovered=gone <= margin)


def _log(ratio: float) -> float:
    return math.log(ratio) if ratio > 0 else -700.0
