"""Which commits of a machine must stay, for what is known of its benchmarks to stay known?

Of each series the last 20 values, the last 20 up to the last release (what creep is measured from), and 20 on either
side of every change point: a change that has 20 points after it is frozen, and no further one has moved it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.judge.past import gather
from lapwing.pipeline.changes import change_points_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lapwing.detect.order import FirstParents
    from lapwing.detect.series import Series
    from lapwing.judge.policy import Policy
    from lapwing.model import Recorded, RunSummary

BESIDES: Final = 20


def protected_runs(
    runs: Sequence[RunSummary],
    recorded: Sequence[Recorded],
    order: FirstParents,
    policy: Policy,
    *,
    release: int | None = None,
) -> set[str]:
    """Return the ids of the runs that what is known of their machines rests on; ``release`` is a place in ``order``.

    Dirty and incomplete runs are in no series and never among them.
    """
    found: set[str] = set()
    for machine in dict.fromkeys(run.machine.id for run in runs):
        past = gather(machine=machine, recorded=recorded, runs=runs, first_parents=order, aliases={})
        series = [one for one in past.series.values() if policy.judges(one.metric.name)]
        kept = {
            place
            for one, points in zip(series, change_points_of(series, policy), strict=True)
            for place in _places(one, [point.index for point in points], order, release)
        }
        found.update(run for run, place in past.order.position.items() if place in kept)
    return found


def _places(series: Series, changes: Sequence[int], order: FirstParents, release: int | None) -> Iterator[int]:
    """Yield the places of the values of one series that must stay."""
    known = np.flatnonzero(~np.isnan(series.values))
    yield from known[-BESIDES:].tolist()
    for change in changes:
        at = int(np.searchsorted(known, change))
        yield from known[max(0, at - BESIDES) : at + BESIDES].tolist()
    if release is not None:
        places = [order.place(sha) for sha in series.commits]
        released = [i for i in known.tolist() if (place := places[i]) is not None and place <= release]
        yield from released[-BESIDES:]
