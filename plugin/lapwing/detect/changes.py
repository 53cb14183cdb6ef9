"""What is told of each change that stands in a series: where it is, how large, how sure and how old?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.detect.effect import ratio, ratio_of_logs
from lapwing.detect.exact import exact_splits
from lapwing.detect.life import state_after
from lapwing.detect.scale import additive, on_log_scale
from lapwing.detect.segments import find_splits
from lapwing.model import ChangePoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.detect.segments import Split


def points_in(
    rows: Sequence[Floats], *, alpha: float, exact: Sequence[bool], places: Sequence[Sequence[int]] | None = None
) -> list[tuple[ChangePoint, ...]]:
    """Return the change points of many series without holes; ``places[i][j]`` is the index to give point j of row i."""
    scaled = [row if sign else additive(row) for row, sign in zip(rows, exact, strict=True)]
    splits = [exact_splits(row) if sign else () for row, sign in zip(rows, exact, strict=True)]
    noisy = [i for i, sign in enumerate(exact) if not sign]
    for i, found in zip(noisy, find_splits([scaled[i] for i in noisy], alpha), strict=True):
        splits[i] = found
    return [
        _points(row, scaled[i], splits[i], places[i] if places else range(row.shape[0]), exact=exact[i])
        if splits[i]
        else ()
        for i, row in enumerate(rows)
    ]


def _points(
    values: Floats, scaled: Floats, splits: tuple[Split, ...], places: Sequence[int], *, exact: bool
) -> tuple[ChangePoint, ...]:
    edges = [0, *(split.index for split in splits), values.shape[0]]
    logs = not exact and on_log_scale(values)
    found = []
    for i, split in enumerate(splits):
        low, at, high = edges[i : i + 3]
        if logs:
            interval = ratio_of_logs(scaled[low:at], scaled[at:high])
        elif exact:
            interval = ratio(values[at - 1 : at], values[at : at + 1])
        else:
            interval = ratio(values[low:at], values[at:high])
        found.append(
            ChangePoint(
                index=places[split.index],
                earliest=places[split.earliest],
                latest=places[split.latest],
                ratio=interval,
                p_value=split.p_value,
                state=state_after(values.shape[0] - split.index, exact=exact),
            )
        )
    return tuple(found)
