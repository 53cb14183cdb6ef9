"""How long was each stack of functions the current one? A tree of calls, kept by the hook of ``sys.setprofile``.

The hook is the same from Python 3.10 to 3.14. ``sys.monitoring`` would be cheaper for each event, but does not say when
a function written in C ends, and that is where much of the time of Python goes.
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.places import builtin
from lapwing.recording import Stack

if TYPE_CHECKING:
    from types import CodeType, FrameType

    from lapwing.measure.places import Places

MOST_NODES: Final = 20_000
"""Different stacks that are told apart; what is called beyond it counts for its caller."""

MOST_DEPTH: Final = 100
"""Functions on one stack; deeper ones count for the last of them. A picture of more rows shows nobody anything."""


class _Node:
    """One function called by way of its parents."""

    __slots__ = ("children", "depth", "own", "parent", "what")

    def __init__(self, what: CodeType | str, parent: _Node | None) -> None:
        self.what = what
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.own = 0.0
        self.children: dict[CodeType | str, _Node] = {}


class Stacks:
    """Adds up the time of every stack between two events; ``hook`` is for ``sys.setprofile``."""

    def __init__(self) -> None:
        self._root = _Node("", None)
        self._nodes = 1
        self._node = self._root
        self._hidden = 0
        self._last = 0.0

    def begin(self) -> None:
        """Stand at the root: what the hook sees next is called from there."""
        self._node, self._hidden, self._last = self._root, 0, perf_counter()

    def hook(self, frame: FrameType, event: str, called: Any) -> None:
        """Take the time since the last event for the current stack, and go to the next one."""
        self._node.own += perf_counter() - self._last
        if event == "call":
            self._enter(frame.f_code)
        elif event == "c_call":
            self._enter(builtin(called))
        elif self._hidden:
            self._hidden -= 1
        elif self._node.parent is not None:  # at the root: what ends was begun before we looked
            self._node = self._node.parent
        self._last = perf_counter()

    def read(self, places: Places, *, calls: int) -> list[Stack]:
        """Return every stack that took time, in seconds per call of ``calls``; Lapwing's own functions left out."""
        found: dict[tuple[str, ...], float] = {}
        waiting: list[tuple[_Node, tuple[str, ...]]] = [(node, ()) for node in self._root.children.values()]
        while waiting:
            node, above = waiting.pop()
            place = places.place(node.what)
            if place is None and isinstance(node.what, str):
                continue
            frames = above if place is None else (*above, places.label(place[0], place[2]))
            if frames and place is not None:
                found[frames] = found.get(frames, 0.0) + node.own
            waiting.extend((child, frames) for child in node.children.values())
        return [Stack(frames=frames, own=own / max(calls, 1)) for frames, own in found.items() if own > 0]

    def _enter(self, what: CodeType | str) -> None:
        node = self._node
        child = node.children.get(what)
        if child is None:
            if self._hidden or node.depth >= MOST_DEPTH or self._nodes >= MOST_NODES:
                self._hidden += 1
                return
            child = node.children[what] = _Node(what, node)
            self._nodes += 1
        elif self._hidden:
            self._hidden += 1
            return
        self._node = child
