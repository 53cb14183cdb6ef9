"""Which of the project's Python code runs? Every code object that is entered, in every thread, once.

By ``sys.monitoring`` where there is one and a tool id is free (Python 3.12 on): an event that was seen is switched off
at its place, so what runs a second time runs at full speed. By ``sys.setprofile`` elsewhere, which costs a call into
Python for each call, and which the project may take away from us: then ``blind`` says so. Neither is what coverage
and debuggers use.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

    from lapwing.measure.acquittal.below import Below

_TOOL_IDS: Final = (4, 3, 5)
"""3 and 4 are nobody's; 5 is for optimizers, of which there is none. Debuggers, coverage and profilers keep theirs."""

_NAME: Final = "lapwing"


class Executed:
    """The project's code objects that were entered while this was on.

    ``codes`` maps their identities, for equal code in two files is equal and in a set would be one; ``lately`` are the
    identities of those that ran since the last mark.
    """

    def __init__(self, below: Below) -> None:
        self._below = below
        self.codes: dict[int, CodeType] = {}
        self.lately: set[int] = set()
        self.blind = ""
        self._met: dict[int, CodeType] = {}
        self._kept: dict[int, CodeType] = {}
        self._tool: int | None = None
        self._before: Any = None
        self.profiling = False

    def start(self) -> None:
        """Begin to look."""
        self._tool = _free_tool()
        if self._tool is not None:
            self._monitor(self._tool)
        else:
            self._profile()

    def stop(self) -> None:
        """Look no more."""
        if self._tool is not None:
            _release(self._tool)
            self._tool = None
        if self.profiling:
            self.check()
            self.profiling = False
            threading.setprofile(self._before)
            if sys.getprofile() == self._called:
                sys.setprofile(None)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Look away in this thread for the time of a block: whoever looks makes it three times as slow."""
        looking = self.profiling and sys.getprofile() == self._called
        if looking:
            sys.setprofile(None)
        try:
            yield
        finally:
            if looking:
                sys.setprofile(self._called)

    def mark(self) -> None:
        """Forget what ran lately, and hear anew of what runs again."""
        self.lately.clear()
        self._kept.update(self._met)
        self._met.clear()
        if self._tool is not None:
            sys.monitoring.restart_events()  # type: ignore[attr-defined,unused-ignore]  # Python 3.12 on

    def check(self) -> None:
        """Find out whether somebody took our place."""
        if self.profiling and not self._called == sys.getprofile() == threading.getprofile():
            self.lose_sight("Something that ran in the test took the place of what watches it (sys.setprofile).")

    def lose_sight(self, why: str) -> None:
        """Note that not everything was seen."""
        self.blind = self.blind or why

    def _monitor(self, tool: int) -> None:
        monitoring = sys.monitoring  # type: ignore[attr-defined,unused-ignore]  # Python 3.12 on
        events = monitoring.events
        for event in (events.PY_START, events.PY_RESUME):
            monitoring.register_callback(tool, event, self._entered)
        monitoring.set_events(tool, events.PY_START | events.PY_RESUME)
        monitoring.restart_events()  # what an earlier watch saw was switched off at its place

    def _entered(self, code: CodeType, _: int) -> Any:
        if self._below.path(code.co_filename) is not None:
            self.codes[id(code)] = code
            self.lately.add(id(code))
        return sys.monitoring.DISABLE  # type: ignore[attr-defined,unused-ignore]  # Python 3.12 on

    def _profile(self) -> None:
        if sys.getprofile() is not None:
            self.lose_sight("A profiler is at work in the session, and Python has place for one.")
            return
        if threading.active_count() > 1:
            self.lose_sight("A thread was running before anybody could watch it.")
        self._before = threading.getprofile()
        threading.setprofile(self._called)
        self.profiling = True
        sys.setprofile(self._called)

    def _called(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and self.profiling:
            code = frame.f_code
            if id(code) not in self._met:
                self._met[id(code)] = code  # kept, so that no other code gets its identity
                if self._below.path(code.co_filename) is not None:
                    self.codes[id(code)] = code
                    self.lately.add(id(code))


def _free_tool() -> int | None:
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return None
    for tool in _TOOL_IDS:
        if monitoring.get_tool(tool) is None:
            monitoring.use_tool_id(tool, _NAME)
            return tool
    return None


def _release(tool: int) -> None:
    monitoring = sys.monitoring  # type: ignore[attr-defined,unused-ignore]  # Python 3.12 on
    monitoring.set_events(tool, 0)
    for event in (monitoring.events.PY_START, monitoring.events.PY_RESUME):
        monitoring.register_callback(tool, event, None)
    monitoring.free_tool_id(tool)
