"""How is a trade-off drawn? An SVG of two panels, nothing fetched, the same bytes from the same numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's, which people tell apart however they see colours."""

WIDTH, HEIGHT, MARGIN, GAP = 420, 300, 56, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One setting of a detector: where it stands in both panels (shares, per thousand) and what it is called."""

    flagged: float
    f1: float
    false: float
    recall: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What is along the axes, and where the ticks are. The horizontal one has a root scale, so that nought is on it."""

    across: str
    up: str
    ticks: Sequence[float]
    unit: str


PANELS = (
    Panel(across="quiet series flagged", up="F1", ticks=(0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7), unit="%"),
    Panel(
        across="false points per 1000 on quiet series",
        up="recall at 2 sigma",
        ticks=(0, 0.3, 1, 3, 10, 20, 30),
        unit="",
    ),
)


def draw(detectors: Mapping[str, Sequence[Mark]]) -> str:
    """Return the picture: each detector a line through its settings, or a dot where it has one."""
    width = 2 * (WIDTH + MARGIN + GAP)
    height = HEIGHT + 2 * MARGIN + 24
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
        '<rect width="100%" height="100%" fill="white"/>',
        '<g font-family="sans-serif" font-size="12">',
    ]
    for number, panel in enumerate(PANELS):
        left = MARGIN + number * (WIDTH + MARGIN + GAP)
        lines += [f'<g transform="translate({left} {GAP // 2})">', *_axes(panel)]
        for colour, marks in zip(COLOURS, detectors.values(), strict=False):
            lines += _marks(panel, colour, marks, [_of(mark, number) for mark in marks])
        lines.append("</g>")
    lines += _legend(list(detectors), height - 14)
    return "\n".join([*lines, "</g>", "</svg>"]) + "\n"


def _of(mark: Mark, panel: int) -> tuple[float, float]:
    return (mark.flagged, mark.f1) if panel == 0 else (mark.false, mark.recall)


def _across(panel: Panel, value: float) -> float:
    return WIDTH * math.sqrt(min(value, panel.ticks[-1]) / panel.ticks[-1])


def _axes(panel: Panel) -> list[str]:
    lines = [f'<path d="M0 0V{HEIGHT}H{WIDTH}" fill="none" stroke="#444"/>']
    for tick in panel.ticks:
        x, told = _across(panel, tick), f"{100 * tick:g} %" if panel.unit == "%" else f"{tick:g}"
        lines.append(f'<path d="M{x:.1f} 0V{HEIGHT}" stroke="#ddd"/>')
        lines.append(f'<text x="{x:.1f}" y="{HEIGHT + 16}" text-anchor="middle">{told}</text>')
    for tenth in range(0, 11, 2):
        y = HEIGHT * (1 - tenth / 10)
        lines.append(f'<path d="M0 {y:.1f}H{WIDTH}" stroke="#ddd"/>')
        lines.append(f'<text x="-6" y="{y + 4:.1f}" text-anchor="end">{tenth / 10:.1f}</text>')
    lines.append(f'<text x="{WIDTH / 2}" y="{HEIGHT + 36}" text-anchor="middle">{panel.across}</text>')
    middle = HEIGHT / 2
    turned = f'transform="rotate(-90 -36 {middle})"'
    lines.append(f'<text x="-36" y="{middle}" text-anchor="middle" {turned}>{panel.up}</text>')
    return lines


def _marks(panel: Panel, colour: str, marks: Sequence[Mark], places: Sequence[tuple[float, float]]) -> list[str]:
    at = [(_across(panel, x), HEIGHT * (1 - y)) for x, y in places]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
    lines = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'] if len(at) > 1 else []
    for (x, y), mark in zip(at, marks, strict=True):
        lines.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"><title>{escape(mark.label)}</title></circle>'
        )
    return lines


def _legend(names: Sequence[str], y: float) -> list[str]:
    lines = []
    for number, (colour, name) in enumerate(zip(COLOURS, names, strict=False)):
        x = MARGIN + number * 170
        lines.append(f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/><text x="{x + 10}" y="{y}">{name}</text>')
    return lines
