"""What is drawn on the graph of a benchmark: its change points, and how sure each value is?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from lapwing.site.pages.changes import accepted_by
from lapwing.site.pages.labels import combination

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lapwing.detect.ranks import Floats
    from lapwing.model import MetricId
    from lapwing.site.pages.changes import Jump
    from lapwing.site.pages.content import Content, Row

_Z: Final = 1.96
"""A 95 % interval of a value, from the standard error between the processes of its run."""

_PARTS: Final = 100_000
"""A thousandth of a percent: no screen has a finer dot."""

_MOST: Final = 1_000 * _PARTS
"""What is wider fills every picture."""


def marks(
    content: Content, rows: Sequence[Row], jumps: Mapping[tuple[str, MetricId], Sequence[Jump]]
) -> dict[str, object]:
    """Return, by machine, a line for each combination that has values.

    A line is known to the page by ``last``, the place and the value of its newest point.
    """
    return {"machines": {content.names[row.machine]: list(_lines(row, jumps)) for row in rows}}


def _lines(row: Row, jumps: Mapping[tuple[str, MetricId], Sequence[Jump]]) -> Iterator[dict[str, object]]:
    for idx, cell in enumerate(row.shown.cells):
        at = np.flatnonzero(~np.isnan(row.values[idx]))
        if cell is None or not at.size:
            continue
        yield {
            "combination": ", ".join(combination(row.shown, idx)) if row.shown.params else "",
            "last": [int(row.places[at[-1]]), float(row.values[idx, at[-1]])],
            "jumps": [_jump(one) for one in jumps.get((row.machine, cell), ())],
            "idx": idx,
            "band": _band(row.errors[idx, at]),
        }


def _jump(one: Jump) -> dict[str, object]:
    ratio = one.change.point.ratio
    return {
        "before": one.before,
        "after": one.after,
        "ratio": [_short(ratio.low), _short(ratio.estimate), _short(ratio.high)],
        "word": one.word,
        "state": one.change.point.state,
        "accepted": accepted_by(one.waiver),
    }


def _band(errors: Floats) -> list[int] | None:
    """Return half the interval of each value in parts of it (:data:`_PARTS`), 0 where nobody knows; None for none.

    Whole numbers beside the values that the page has anyway: with the two ends of each instead, 200 lines of
    2,000 values took 11.3 MB and not 2.0.
    """
    known = (errors > 0) & np.isfinite(errors)
    if not known.any():
        return None
    with np.errstate(over="ignore"):
        half = np.minimum(_Z * _PARTS * np.where(known, errors, 0.0), _MOST)
    return [int(one) for one in np.rint(half).tolist()]


def _short(number: float) -> float | None:
    """Return what a picture can show: five digits; JSON has no infinity."""
    return float(f"{number:.5g}") if math.isfinite(number) else None
