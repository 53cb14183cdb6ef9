"""What does a whole series look like in a few lines of a terminal?

Every value is one dot, two dots wide and four high to a character (braille), so the spread shows as well as the level;
where the stream has ASCII only a character is one dot.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING, Final

from rich.text import Text

from lapwing.units import format_value, scale_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.report.look import Look
    from lapwing.units import Unit

_BRAILLE: Final = 0x2800
# The bit of the dot in column x and row y of a braille character, from the Unicode chart.
_BITS: Final = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
# Real histories have spikes of many times the level in 0.3 to 2 % of their values, which would press the rest into one
# flat line: the range is that of the middle 95 % and 30 % of it on either side; what lies beyond is drawn at the edge.
_TAIL: Final = 0.025
_MARGIN: Final = 0.3
_NEWEST: Final = 3


def chart(
    values: Sequence[float | None], unit: Unit, look: Look, *, marks: Sequence[int] = (), height: int = 8
) -> list[Text]:
    """Return the lines of a chart of ``values``, oldest first; ``marks`` are indices pointed at below, numbered from 1.

    There is at least one value.
    """
    known = [value for value in values if value is not None]
    low, high = _range(known)
    scale = scale_for((low, high), unit)
    top, bottom = (look.say(format_value(value, unit, scale)) for value in (high, low))
    gutter = max(top.cell_len, bottom.cell_len)
    columns = look.columns - gutter - 3
    across, down = (1, 1) if look.ascii_only else (2, 4)
    dots = _dots(values, low=low, high=high, across=columns * across, down=height * down)
    lines: list[Text] = []
    for row in range(height):
        label = top if row == 0 else bottom if row == height - 1 else Text()
        pad = Text(" " * (gutter - label.cell_len))
        lines.append(
            pad + label + look.say(" | " if look.ascii_only else " │ ", "dim") + Text(_row(dots, row, look, columns))
        )
    beyond = sum(not low <= value <= high for value in known)
    if marks:
        lines.append(Text(" " * (gutter + 3)) + Text(_pointers(marks, len(values), columns, across), style="bold"))
    if beyond:
        lines.append(
            look.say(f"{beyond:,} of {len(known):,} values lie beyond the chart and are drawn at its edge.", "dim")
        )
    return lines


def _range(known: Sequence[float]) -> tuple[float, float]:
    """Return the lowest and the highest value drawn in their place."""
    ranked = sorted(known)
    cut = int(_TAIL * len(ranked))
    usual = (ranked[cut], ranked[-1 - cut])
    margin = _MARGIN * (usual[1] - usual[0])
    newest = median(known[-_NEWEST:])  # a fresh change is what people look for, however few its values
    low = max(ranked[0], min(usual[0] - margin, newest))
    high = min(ranked[-1], max(usual[1] + margin, newest))
    if low == high:
        spread = abs(low) * 0.1 or 1.0
        return low - spread, high + spread
    return low, high


def _dots(values: Sequence[float | None], *, low: float, high: float, across: int, down: int) -> set[tuple[int, int]]:
    """Return the dots to set, as columns from the left and rows from the top."""
    dots = set()
    for index, value in enumerate(values):
        if value is not None:
            part = (min(high, max(low, value)) - low) / (high - low)
            part = part if math.isfinite(part) else 0.5
            dots.add((_column(index, len(values), across), round((1 - part) * (down - 1))))
    return dots


def _column(index: int, count: int, across: int) -> int:
    """Return the column of an index; a short series is not drawn out over the whole width."""
    used = min(across, max(2 * count, across // 2))
    return index * (used - 1) // max(1, count - 1)


def _row(dots: set[tuple[int, int]], row: int, look: Look, columns: int) -> str:
    if look.ascii_only:
        return "".join("o" if (column, row) in dots else " " for column in range(columns))
    return "".join(
        chr(_BRAILLE + sum(_BITS[x][y] for x in (0, 1) for y in range(4) if (2 * column + x, 4 * row + y) in dots))
        for column in range(columns)
    ).replace(chr(_BRAILLE), " ")


def _pointers(marks: Sequence[int], count: int, columns: int, across: int) -> str:
    """Return a line with the number of each mark below its place; where two collide the later is left out."""
    line = " " * columns
    for number, index in enumerate(marks, start=1):
        text = f"^{number}"
        place = min(_column(index, count, columns * across) // across, columns - len(text))
        if not line[max(0, place - 1) : place + len(text)].strip():
            line = line[:place] + text + line[place + len(text) :]
    return line
