"""What would have been said of a history, had it been looked at after every point? The same as was said, on any day."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from lapwing.detect.changes import points_in
from lapwing.detect.effect import ratio
from lapwing.detect.life import FROZEN_AFTER
from lapwing.detect.online.advance import advanced
from lapwing.detect.online.state import NOTHING
from lapwing.model import ChangePoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.online.advance import Looks
    from lapwing.detect.online.state import Confirmed, Seen, Suspected
    from lapwing.detect.online.window import Moves
    from lapwing.detect.ranks import Floats
    from lapwing.model import State


def points_as_seen(
    rows: Sequence[Floats], *, alpha: float, exact: Sequence[bool], seen: Sequence[Seen] | None = None
) -> list[tuple[ChangePoint, ...]]:
    """Return the changes of many series without holes, oldest first, suspects among them.

    More points add changes, and drop suspects, but take back and move none that is confirmed or frozen. ``alpha`` is
    the probability that one look finds a suspect in a quiet series. ``seen`` are the states after all points, where
    they are known. An exact metric changes, for certain, wherever its value does.
    """
    states = seen if seen is not None else seen_of(rows, alpha=alpha, exact=exact)
    return [
        points_in([row], alpha=alpha, exact=[True])[0] if certain else _points(row, state)
        for row, state, certain in zip(rows, states, exact, strict=True)
    ]


def seen_of(  # noqa: PLR0913 - the series, and all that is known of them
    rows: Sequence[Floats],
    *,
    alpha: float,
    exact: Sequence[bool],
    before: Sequence[Seen] | None = None,
    moves: Sequence[Moves] | None = None,
    looks: Sequence[Looks] | None = None,
) -> list[Seen]:
    """Return the states of series after all their points; ``before`` are those after fewer, where they are known.

    An exact series has no state but the first: it needs none. ``rows`` are as they were measured; ``moves`` and
    ``looks`` are as :func:`~lapwing.detect.online.advance.advanced` takes them.
    """
    states = list(before) if before is not None else [NOTHING] * len(rows)
    noisy = [i for i, certain in enumerate(exact) if not certain]
    after = advanced(
        [rows[i] for i in noisy],
        [states[i] for i in noisy],
        alpha,
        moves=[moves[i] for i in noisy] if moves is not None else None,
        looks=[looks[i] for i in noisy] if looks is not None else None,
    )
    for i, one in zip(noisy, after, strict=True):
        states[i] = one
    return states


def _points(values: Floats, seen: Seen) -> tuple[ChangePoint, ...]:
    changes: list[Confirmed | Suspected] = [*seen.confirmed, *seen.suspected]
    count, sure = values.shape[0], len(seen.confirmed)
    edges = [0, *(change.index for change in changes), count]
    levels = [values[low:high] for low, high in pairwise(edges)]
    return tuple(
        ChangePoint(
            index=change.index,
            earliest=change.earliest,
            latest=change.latest,
            ratio=ratio(levels[i], levels[i + 1]),
            p_value=change.p_value,
            state=_state(count - change.index) if i < sure else "suspect",
        )
        for i, change in enumerate(changes)
    )


def _state(points: int) -> State:
    return "frozen" if points >= FROZEN_AFTER else "confirmed"
