"""What does a report look like as a picture, for a README?

Rich draws it; its own template fetches a font from a CDN, so the template here names fonts that readers have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.report.look import Look
from lapwing.report.paint import console, draw
from lapwing.report.terminal import report_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from lapwing.model import Report

_TEMPLATE: Final = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" xml:space="preserve">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def picture(report: Report, *, width: int = 110, title: str = "lapwing", verbosity: int = 0) -> str:
    """Return the report as an SVG document; the same report gives the same bytes."""
    return draw_svg(report_lines(report, Look(width=width, verbosity=verbosity)), width=width, title=title)


def draw_svg(lines: Iterable[Text], *, width: int, title: str) -> str:
    """Return lines of a terminal ``width`` columns wide as an SVG document without anything fetched."""
    screen = console(width=width, color=True, record=True)
    draw(screen, lines)
    return screen.export_svg(title=title, code_format=_TEMPLATE, unique_id="lapwing")
