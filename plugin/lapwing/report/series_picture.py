"""What does a series look like as a picture: its values, its levels, its changes and its shapes?"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape as escape_xml

from lapwing.model import Outcome
from lapwing.report.detection import outcome
from lapwing.report.escape import escape
from lapwing.report.shape import factor
from lapwing.units import format_change, format_value, scale_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.shapes import Shape
    from lapwing.report.detection import Found

_WIDTH: Final = 720
_HEIGHT: Final = 240
_LEFT: Final = 64
_RIGHT: Final = 704
_TOP: Final = 44
_BOTTOM: Final = 212
_LINE: Final = 13
_COLORS: Final = {Outcome.REGRESSED: "#c62828", Outcome.IMPROVED: "#2e7d32"}
_BANDS: Final = {"transient": "#ffb74d", "drift": "#64b5f6", "variance": "#ba68c8", "bimodal": "#4db6ac"}
# Spikes of many times the level would press all else into a line; what lies beyond is drawn at the edge.
_USUAL: Final = 0.025
_BEYOND: Final = 1.0


class _Frame:
    """Places values on the paper."""

    def __init__(self, values: Sequence[float | None]) -> None:
        ranked = sorted(value for value in values if value is not None)
        cut = int(_USUAL * len(ranked))
        low, high = ranked[cut], ranked[-1 - cut]
        spread = high - low or abs(low) or 1.0
        self.low, self.high = max(ranked[0], low - _BEYOND * spread), min(ranked[-1], high + _BEYOND * spread)
        if self.low == self.high:
            self.low, self.high = self.low - spread / 2, self.high + spread / 2
        self._last = max(1, len(values) - 1)

    def x(self, index: float) -> str:
        """Return the place of an index from the left."""
        return f"{_LEFT + (_RIGHT - _LEFT) * index / self._last:.1f}"

    def y(self, value: float) -> str:
        """Return the place of a value from the top."""
        part = (min(self.high, max(self.low, value)) - self.low) / (self.high - self.low)
        return f"{_BOTTOM - (_BOTTOM - _TOP) * part:.1f}"


def draw_series(found: Found, names: Sequence[str] = ()) -> str:
    """Return an SVG document of one series with at least one value; the same series gives the same bytes.

    ``names`` are what its places are called, one for each value; without them they are numbered.
    """
    called = names or [str(index) for index in range(len(found.values))]
    frame = _Frame(found.values)
    title = escape_xml(escape(found.metric.benchmark))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}">',
        f"<title>{title}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="6" fill="#ffffff"/>',
        *(_band(shape, frame) for shape in found.shapes),
        f'<path d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}" fill="none" stroke="#90a4ae"/>',
        *_axes(found, frame, called),
        *(
            f'<circle cx="{frame.x(index)}" cy="{frame.y(value)}" r="1.8" fill="#546e7a"/>'
            for index, value in enumerate(found.values)
            if value is not None
        ),
        *(
            f'<path d="M{frame.x(first)} {frame.y(start)}L{frame.x(last)} {frame.y(end)}" stroke="#0d47a1"'
            ' stroke-width="2" fill="none"/>'
            for first, last, start, end in levels(found)
        ),
        *_changes(found, frame, called),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def levels(found: Found) -> list[tuple[int, int, float, float]]:
    """Return the lines through the values as (first index, last index, value at first, value at last)."""
    slopes = [shape for shape in found.shapes if shape.kind == "drift"]
    off = [shape for shape in found.shapes if shape.kind == "transient"]
    edges = {0, len(found.values), *(point.index for point in found.points)}
    edges |= {edge for shape in slopes for edge in (shape.first, shape.last + 1)}
    ordered = sorted(edges)
    lines = []
    for low, end in pairwise(ordered):
        on = [index for index in range(low, end) if not any(one.first <= index <= one.last for one in off)]
        middle = _middle(found, on)
        if middle is None:
            continue
        size = next((one.size.estimate for one in slopes if (one.first, one.last + 1) == (low, end)), 1.0)
        start = 2 * middle / (1 + size)
        lines.append((low, end - 1, start, start * size))
    for one in off:
        middle = _middle(found, range(one.first, one.last + 1))
        lines += [(one.first, one.last, middle, middle)] if middle is not None else []
    return lines


def _middle(found: Found, indices: Sequence[int]) -> float | None:
    known = [value for index in indices if (value := found.values[index]) is not None]
    return median(known) if known else None


def _band(shape: Shape, frame: _Frame) -> str:
    left, right = float(frame.x(shape.first)), float(frame.x(shape.last))
    size = factor(shape).split(" ")[0] if shape.kind == "variance" else format_change(shape.size.estimate)
    color = _BANDS[shape.kind]
    band = (
        f'<rect x="{left:.1f}" y="{_TOP}" width="{max(2.0, right - left):.1f}" height="{_BOTTOM - _TOP}"'
        f' fill="{color}" fill-opacity="0.25"/>'
    )
    return f"{band}\n{_words(frame.x(shape.first), _TOP - _LINE - 5, f'{shape.kind} {size}')}"


def _words(x: float | str, y: int, words: str, anchor: str = "start", color: str = "#37474f") -> str:
    shown = escape_xml(escape(words))
    style = 'font-family="sans-serif" font-size="11"'
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" {style} fill="{color}">{shown}</text>'


def _axes(found: Found, frame: _Frame, called: Sequence[str]) -> list[str]:
    scale = scale_for((frame.low, frame.high), found.unit)
    ends = ((frame.high, _TOP + 4), (frame.low, _BOTTOM))
    return [
        *(_words(_LEFT - 6, place, format_value(value, found.unit, scale), "end") for value, place in ends),
        _words(_LEFT, _BOTTOM + 16, called[0]),
        _words(_RIGHT, _BOTTOM + 16, called[-1], "end"),
    ]


def _changes(found: Found, frame: _Frame, called: Sequence[str]) -> list[str]:
    lines = []
    for point in found.points:
        color, place = _COLORS[outcome(point, found.unit)], frame.x(point.index - 0.5)
        left, right = frame.x(point.earliest - 0.5), frame.x(point.latest - 0.5)
        lines += [
            f'<path d="M{place} {_TOP - 4}V{_BOTTOM}" stroke="{color}" stroke-dasharray="4 3"/>',
            f'<path d="M{left} {_BOTTOM}H{right}" stroke="{color}" stroke-width="4"/>',
            _words(place, _TOP - 7, f"{called[point.index]}: {format_change(point.ratio.estimate)}", "middle", color),
        ]
    return lines
