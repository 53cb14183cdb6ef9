"""What does one benchmark need of its side? The code that ran, the modules that are loaded, the files that were read.

A watch begins before anything of the project is imported: what a function did while a module was loaded (it built a
table) decides what a benchmark does later. What was seen when a benchmark has run is what that benchmark needs and what
those before it in the same process needed. So each is run in a process of its own, forked from the collected session
(:mod:`lapwing.measure.alone`), or else is charged with what ran before it, for a cache is filled only once.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.acquittal.audited import Audited
from lapwing.measure.acquittal.below import Below
from lapwing.measure.acquittal.executed import Executed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from types import CodeType, TracebackType

_MODULE: Final = "<module>"
_RAW: Final = "start_new_thread"
"""Threads that ``threading`` starts take over the profiler, those that are started by this do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One code object that ran: its file below the root, its name, the line it begins in, and itself.

    ``early`` is code that ran before the mark only: while the session was collected.
    """

    file: str
    name: str
    line: int
    code: CodeType
    early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a watch has seen. Paths are below the root, with ``/`` between folders.

    ``loaded`` are the files of the project's modules, ``unwatched`` those of them that were loaded before the watch
    began, ``extensions`` compiled modules and libraries. ``opened`` are files that were read and folders that were
    listed, by anybody but the import system and pytest. ``started`` says which processes were started. ``blind`` are
    reasons why not everything was seen.
    """

    ran: tuple[Ran, ...]
    loaded: tuple[str, ...]
    unwatched: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()

    @property
    def voids(self) -> tuple[str, ...]:
        """Why equal code on both sides does not mean equal speed, whatever changed: one sentence each."""
        started = tuple(f"It starts {what}, and what runs there was not seen." for what in self.started)
        return (*self.blind, *started)


class Watch:
    """Watches this process from ``with`` on; ``root`` is the folder of its side. Nothing of the project is changed.

    Enter it before the project's code is imported, and ask :meth:`seen` whenever something has run.
    """

    def __init__(self, root: str) -> None:
        self._below = Below(root)
        self._executed = Executed(self._below)
        self._audited = Audited(self._below)
        self._unwatched: tuple[str, ...] = ()

    def __enter__(self) -> Watch:  # noqa: PYI034 - Self is of 3.11
        """Begin."""
        self._unwatched = tuple(sorted({path for path, _ in self._modules()}))
        self._audited.start()
        self._executed.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End; what was seen stays."""
        self._executed.stop()
        self._audited.stop()

    def paused(self) -> AbstractContextManager[None]:
        """Look away for the time of a block in which nothing of the project runs."""
        return self._executed.paused()

    def mark(self) -> None:
        """Tell what ran up to now, and not again, from what runs from now on."""
        self._executed.mark()

    def seen(self) -> Seen:
        """Return what was seen up to now."""
        self._executed.check()
        ran = sorted(
            (
                Ran(
                    file=self._below.path(code.co_filename) or "",
                    name=code.co_name,
                    line=code.co_firstlineno,
                    code=code,
                    early=key not in self._executed.lately,
                )
                for key, code in list(self._executed.codes.items())
            ),
            key=lambda one: (one.file, one.line, one.name),
        )
        modules = {path for path, _ in self._modules()} | {one.file for one in ran if one.name == _MODULE}
        compiled = {path for path in modules if path.endswith(tuple(EXTENSION_SUFFIXES))}
        return Seen(
            ran=tuple(ran),
            loaded=tuple(sorted(modules - compiled)),
            unwatched=self._unwatched,
            extensions=tuple(sorted(compiled | self._audited.extensions)),
            opened=tuple(sorted(self._audited.opened)),
            started=tuple(sorted(self._audited.started)),
            blind=tuple(self._blindness()),
        )

    def _modules(self) -> Iterator[tuple[str, str]]:
        """Return path and name of each loaded module of the project."""
        for name, module in list(sys.modules.items()):
            try:
                file: Any = vars(module).get("__file__")
            except TypeError:  # something else that stands in for a module
                continue
            path = self._below.path(file) if isinstance(file, (str, os.PathLike)) else None
            if path is not None:
                yield path, name

    def _blindness(self) -> Iterator[str]:
        if self._executed.blind:
            yield self._executed.blind
        elif self._executed.profiling and self._audited.reprofiled:
            yield "A profiler ran in the test, and Python has place for one."
        if self._executed.profiling and any(_RAW in code.co_names for code in list(self._executed.codes.values())):
            yield "It starts a thread past the threading module, and what runs there was not seen."
        if self._audited.failed:
            yield "What it reads could not be followed."
