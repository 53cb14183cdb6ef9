"""Which changes of level does each benchmark of the site have, who accepted them, and what lies between them?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lapwing.judge.accepted_changes import accepted_changes
from lapwing.report.wording import direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.detect.ranks import Floats, Ints
    from lapwing.judge.waivers import Waiver
    from lapwing.model import MetricId
    from lapwing.pipeline.changes import Change
    from lapwing.site.pages.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """A change of level: ``before`` and ``after`` are the places of the last commit before it and the first after.

    ``waiver`` is what accepts it, None where nothing does.
    """

    before: int
    after: int
    change: Change
    waiver: Waiver | None = None

    @property
    def word(self) -> str:
        """What the change is: part of a transient or a drift, which is no step, or what the unit's direction says."""
        shape = self.change.shape
        return shape.kind if shape is not None else str(direction(self.change.point.ratio.estimate, self.change.unit))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one level: its ends (places), its median, its least value, the mean distance from the median."""

    first: int
    last: int
    level: float
    least: float
    error: float


def jumps_by_series(
    changes: Iterable[Change], content: Content, waivers: Sequence[Waiver] = (), *, today: date = date.min
) -> dict[tuple[str, MetricId], list[Jump]]:
    """Return the jumps of each series (machine, metric), oldest first; those of commits not shown are left out."""
    found: dict[tuple[str, MetricId], list[Jump]] = defaultdict(list)
    for change in changes:
        if change.point.commits is None:
            continue
        before, after = (content.numbers.get(sha) for sha in change.point.commits)
        if before is not None and after is not None:
            found[change.machine, change.metric].append(Jump(before=before, after=after, change=change))
    return {key: _accepted(jumps, content, waivers, today) for key, jumps in found.items()}


def _accepted(jumps: list[Jump], content: Content, waivers: Sequence[Waiver], today: date) -> list[Jump]:
    jumps = sorted(jumps, key=lambda jump: jump.after)
    newest = jumps[-1].change
    known = content.declared.get(newest.metric.benchmark)
    accepting = accepted_changes(
        [jump.change.point.ratio for jump in jumps],
        waivers,
        metric=newest.metric,
        node_id=known.node_id if known is not None else newest.metric.benchmark,
        unit=newest.unit,
        today=today,
    )
    return [replace(jump, waiver=waiver) for jump, waiver in zip(jumps, accepting, strict=True)]


def accepted_by(waiver: Waiver | None) -> dict[str, object] | None:
    """Return what a page says of an acceptance: who, why, until when; None of none."""
    if waiver is None:
        return None
    return {"by": waiver.by, "reason": waiver.reason, "until": waiver.until.isoformat() if waiver.until else None}


def pieces(places: Ints, values: Floats, begins: Sequence[int]) -> list[Piece]:
    """Return the stretches of one line between its changes, each of which begins at the place of a commit.

    ``values`` may have holes, and of holes alone is no stretch.
    """
    edges = [0, *np.searchsorted(places, begins).tolist(), len(places)]
    found: list[Piece] = []
    for begin, end in pairwise(edges):
        at = np.flatnonzero(~np.isnan(values[begin:end])) + begin
        if at.size:
            level = float(np.median(values[at]))
            found.append(
                Piece(
                    first=int(places[at[0]]),
                    last=int(places[at[-1]]),
                    level=level,
                    least=float(values[at].min()),
                    error=float(np.abs(values[at] - level).mean()),
                )
            )
    return found


def is_adjacent(jump: Jump) -> bool:
    """Tell whether nothing lies between the two commits of a jump."""
    return jump.after - jump.before == 1
