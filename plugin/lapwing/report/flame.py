"""What does a slowdown look like? A differential flame graph: one SVG that needs nothing else.

Each box is a function called by the one below it, as wide as its time on head. Red grew, blue shrank, the paler the
less, measured by the time of the box with everything above it (Gregg, "Differential Flame Graphs", 2014). It can be
read without a script; with one, a click zooms and Ctrl-F searches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape as escape_xml

from lapwing.report.escape import escape, shorten
from lapwing.report.figures import pair
from lapwing.units import SECONDS, format_change, format_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lapwing.recording import Profile, Stack

WIDTH: Final = 1200
_ROW: Final = 18
_TOP: Final = 70
_SIDE: Final = 10
_LETTER: Final = 6.7
"""Pixels of a letter of 11 pixels in the monospace fonts that readers have, rounded up."""

_LEAST: Final = 0.3
"""Pixels below which a box is left out: nobody sees it, and a thousand of them are most of a file."""

_LEAST_LETTERS: Final = 3
_PALEST: Final = 250
_STRONGEST: Final = 100
_NEUTRAL: Final = "#eeeeee"

_LEGEND: Final = (
    "Red grew from base to head, blue shrank; as wide as its time on head. Click to zoom, Ctrl-F to search."
)

_STYLE: Final = """\
text { font: 11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #111; }
.title { font-size: 15px; font-weight: bold; }
.said { fill: #555; }
.box rect { stroke: #fff; stroke-width: .5; }
.box:hover rect { stroke: #000; stroke-width: 1; }
.box { cursor: pointer; }
.found rect { fill: #d24bd2; }
.hidden { display: none; }
"""

# Everything is read back from the picture itself; nothing in it is ever taken for markup.
_SCRIPT: Final = """\
const boxes = Array.from(document.querySelectorAll(".box"));
const left = SIDE, whole = WIDTH - 2 * SIDE, letter = LETTER;
function zoom(from, size, row) {
  for (const box of boxes) {
    const x = +box.dataset.x, w = +box.dataset.w;
    const below = +box.dataset.row < row, seen = x < from + size - 2e-6 && x + w > from + 2e-6;
    box.classList.toggle("hidden", !seen);
    const start = below ? left : left + (x - from) / size * whole, width = below ? whole : w / size * whole;
    const rect = box.querySelector("rect"), text = box.querySelector("text"), name = box.dataset.name;
    rect.setAttribute("x", start); rect.setAttribute("width", width);
    const room = Math.floor((width - 6) / letter);
    text.setAttribute("x", start + 3);
    text.textContent = room < 3 ? "" : name.length <= room ? name : name.slice(0, room - 1) + "\\u2026";
  }
}
for (const box of boxes)
  box.addEventListener("click", () => zoom(+box.dataset.x, +box.dataset.w, +box.dataset.row));
window.addEventListener("keydown", event => {
  if (!((event.ctrlKey || event.metaKey) && event.key === "f")) return;
  event.preventDefault();
  const wanted = window.prompt("Which functions? (a part of the name; nothing clears)") || "";
  for (const box of boxes)
    box.classList.toggle("found", wanted !== "" && box.dataset.name.includes(wanted));
});
"""


@dataclass(slots=True)
class _Node:
    """A function called by way of its parents: seconds of it and of all above it, and of itself, on both sides."""

    name: str
    whole: list[float] = field(default_factory=lambda: [0.0, 0.0])
    own: list[float] = field(default_factory=lambda: [0.0, 0.0])
    children: dict[str, _Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A node and where it lies: shares of the width, and the row from the bottom."""

    node: _Node
    x: float
    width: float
    row: int


def flame_graph(profile: Profile) -> str:
    """Return the differential flame graph of one benchmark as an SVG document; the same profile, the same bytes."""
    root = _tree(profile)
    total = root.whole[1]
    boxes = list(_boxes(root, total)) if total > 0 else []
    rows = 1 + max((box.row for box in boxes), default=0)
    height = _TOP + rows * _ROW + _SIDE
    strongest = max((abs(_growth(box.node)) for box in boxes), default=0.0)
    name = _text(profile.benchmark)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">',
        f"<title>{name}</title>",
        f"<style>\n{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="{_SIDE}" y="24">{_text(shorten(escape(profile.benchmark), 120))}</text>',
        f'<text class="said" x="{_SIDE}" y="42">{_text(_said(root))}</text>',
        f'<text class="said" x="{_SIDE}" y="58">{_LEGEND}</text>',
        *(_drawn(box, strongest, height) for box in boxes),
        f"<script><![CDATA[\n{_script()}]]></script>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _tree(profile: Profile) -> _Node:
    root = _Node("all")
    for side, stacks in enumerate((profile.base_stacks, profile.head_stacks)):
        # Sorted: a sum of floats depends on their order, and the bytes of the picture must not.
        for stack in sorted(stacks, key=lambda stack: (stack.frames, stack.own)):
            _add(root, stack, side)
    return root


def _add(root: _Node, stack: Stack, side: int) -> None:
    node = root
    node.whole[side] += stack.own
    for name in stack.frames:
        node = node.children.setdefault(name, _Node(name))
        node.whole[side] += stack.own
    node.own[side] += stack.own


def _boxes(root: _Node, total: float) -> Iterator[_Box]:
    """Yield the boxes that can be seen, callers before what they call, in the order of their names."""
    waiting = [_Box(node=root, x=0.0, width=1.0, row=0)]
    while waiting:
        box = waiting.pop()
        yield box
        x, above = box.x, []
        for name in sorted(box.node.children):
            child = box.node.children[name]
            width = child.whole[1] / total
            if width * (WIDTH - 2 * _SIDE) >= _LEAST:
                above.append(_Box(node=child, x=x, width=width, row=box.row + 1))
            x += width
        waiting.extend(reversed(above))


def _drawn(box: _Box, strongest: float, height: int) -> str:
    room = WIDTH - 2 * _SIDE
    x, width = _SIDE + box.x * room, box.width * room
    y = height - _SIDE - (box.row + 1) * _ROW
    name = escape(box.node.name)
    letters = int((width - 6) / _LETTER)
    shown = shorten(name, letters) if letters >= _LEAST_LETTERS else ""
    return (
        f'<g class="box" data-x="{_number(box.x, 6)}" data-w="{_number(box.width, 6)}" data-row="{box.row}" '
        f'data-name="{_text(name)}"><title>{_text(_hover(box.node))}</title>'
        f'<rect x="{_number(x)}" y="{y}" width="{_number(width)}" height="{_ROW - 1}" '
        f'fill="{_color(_growth(box.node), strongest)}"/>'
        f'<text x="{_number(x + 3)}" y="{y + 12}">{_text(shown)}</text></g>'
    )


def _growth(node: _Node) -> float:
    return node.whole[1] - node.whole[0]


def _color(growth: float, strongest: float) -> str:
    """Return red for what grew and blue for what shrank, the stronger the nearer to what changed most."""
    part = abs(growth) / strongest if strongest else 0.0
    level = round(_PALEST - part * (_PALEST - _STRONGEST))
    if level >= _PALEST - 2:  # a thousandth of the largest change is none
        return _NEUTRAL
    return f"#ff{level:02x}{level:02x}" if growth > 0 else f"#{level:02x}{level:02x}ff"


def _hover(node: _Node) -> str:
    whole = f"{pair(node.whole[0], node.whole[1], SECONDS)} ({_change(node.whole)})"
    return f"{escape(node.name)}\n{whole}, itself {pair(node.own[0], node.own[1], SECONDS)}"


def _said(root: _Node) -> str:
    gone = sum(_only_base(root.children.values()))
    said = f"Base → head under the profiler: {pair(root.whole[0], root.whole[1], SECONDS)} ({_change(root.whole)})."
    if gone > 0:
        said += f" Not drawn, since head does not call it: {format_value(gone, SECONDS)}."
    return said


def _only_base(nodes: Iterable[_Node]) -> Iterator[float]:
    """Yield the time of what only base calls, the whole of each topmost."""
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if node.whole[1] > 0:
            waiting.extend(node.children.values())
        else:
            yield node.whole[0]


def _change(sides: list[float]) -> str:
    return format_change(sides[1] / sides[0]) if sides[0] > 0 else "new"


def _text(text: str) -> str:
    """Return text for an element or an attribute; what does not print becomes an escape: XML has no word for it."""
    lines = (escape(line) for line in text.split("\n"))
    return escape_xml("\n".join(lines), {'"': "&quot;", "'": "&apos;"})


def _number(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _script() -> str:
    return _SCRIPT.replace("WIDTH", str(WIDTH)).replace("SIDE", str(_SIDE)).replace("LETTER", str(_LETTER))
