"""Which levels does a line of the site have, as asv's lists ask for them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lapwing.site.pages.changes import pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Step = tuple[int, int, float, float, float]


def steps(points: Sequence[Sequence[Any]], lines: Sequence[Mapping[str, Any]]) -> list[list[Step]]:
    """Return the levels of each combination: begin, end (not in it), median, least value, mean error.

    ``points`` are those of a graph's file, ``lines`` those of its marks, one for each combination that has values.
    Between two levels lies the range of a change: the first ends with the last commit before it.
    """
    numbers = np.array([point[0] for point in points], dtype=np.int64)
    values = np.array([np.ravel(np.array(point[1], dtype=float)) for point in points]).T
    marked = iter(lines)
    found: list[list[Step]] = []
    for line in values:
        jumps = next(marked)["jumps"] if not np.isnan(line).all() else []
        found.append(_steps(numbers, line, jumps))
    return found


def _steps(numbers: Any, line: Any, jumps: Sequence[Mapping[str, Any]]) -> list[Step]:
    levels = pieces(numbers, line, [jump["after"] for jump in jumps])
    steps: list[Step] = []
    for at, one in enumerate(levels):
        first, last = one.first, one.last
        if at == len(levels) - 1 and at and jumps:
            first = jumps[-1]["after"]
        if at == len(levels) - 2 and jumps:
            last = jumps[-1]["before"]
        steps.append((first, last + 1, one.level, one.least, one.error))
    return steps
