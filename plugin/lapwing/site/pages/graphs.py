"""Which points does the graph of a benchmark have?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lapwing.site.pages.content import Row


def graph(row: Row) -> list[list[object]]:
    """Return asv's points: ``[number, value]`` or ``[number, [value of each combination]]``; NaN becomes null."""
    columns = row.values.T.tolist()
    if not row.shown.params:
        return [[number, column[0]] for number, column in zip(row.numbers, columns, strict=True)]
    return [[number, column] for number, column in zip(row.numbers, columns, strict=True)]
