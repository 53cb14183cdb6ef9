"""Which points does the graph of a benchmark have?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.site.pages.content import Row


def graph(row: Row, since: int = 0) -> list[tuple[int, object]]:
    """Return asv's points: ``[number, value]`` or ``[number, [value of each combination]]``; NaN becomes null.

    Those before the point at ``since`` are left out.
    """
    numbers = row.places[since:].tolist()
    lines = row.values[:, since:].tolist()
    # Tuples are JSON's arrays too, and made in a third of the time.
    return list(zip(numbers, zip(*lines, strict=True) if row.shown.params else lines[0], strict=True))
