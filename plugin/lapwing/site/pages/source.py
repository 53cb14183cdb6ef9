"""What tells the values of a row from others, and those that a longer row begins with?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lapwing.site.pages.tree import digest

if TYPE_CHECKING:
    from lapwing.site.pages.content import Row


def source_of(row: Row, count: int | None = None) -> str:
    """Return the number of points of a row and a digest of them, of its first ``count`` where that is given.

    Names of axes are in the index alone.
    """
    points = len(row.places) if count is None else count
    parts = (row.places[:points], row.values[:, :points], row.errors[:, :points])
    return f"{points}:{digest(repr(row.shown.params), *(np.ascontiguousarray(part).tobytes() for part in parts))}"


def points_of(source: str) -> int:
    """Return how many points a row had of which this is the source; 0 where it is none."""
    count, colon, _ = source.partition(":")
    return int(count) if colon and count.isascii() and count.isdigit() and len(count) < 10 else 0  # noqa: PLR2004
