"""What did the last values look like, in a line one character high?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BLOCKS: Final = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS: Final = "_.:-=+*#"

# A line scaled to its own range makes 0.5 % of noise look like mountains; below 10 % of the value it stays flat.
_LEAST_SPAN: Final = 0.1


def sparkline(values: Sequence[float | None], *, width: int = 20, ascii_only: bool = False) -> str:
    """Return the last ``width`` of ``values``, oldest first, one character each; a hole is a dot, in ASCII a space."""
    blocks, hole = (ASCII_BLOCKS, " ") if ascii_only else (BLOCKS, "·")
    last = [value if value is not None and math.isfinite(value) else None for value in values[-width:]] if width else []
    known = [value for value in last if value is not None]
    if not known:
        return hole * len(last)
    low, high = min(known), max(known)
    middle = low / 2 + high / 2
    span = max(high - low, _LEAST_SPAN * abs(middle))
    if not 0 < span < math.inf:
        return "".join(hole if value is None else blocks[3] for value in last)
    bottom = middle - span / 2
    top = len(blocks) - 1
    return "".join(
        hole if value is None else blocks[min(top, max(0, int((value - bottom) / span * len(blocks))))]
        for value in last
    )
