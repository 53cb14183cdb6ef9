"""What does the process read, list, start and load? What Python's audit events tell, of files below one folder.

Reads of the import system and of pytest itself are left out: an import is known by its module, and pytest reads and
lists what it collects on both sides alike. A hook cannot be removed from a process, so there is one, idle while nobody
watches. Not seen: files that compiled code opens by itself, and questions that read nothing (``stat``).
"""

from __future__ import annotations

import os
import sys
import threading
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from lapwing.measure.acquittal.below import Below

_LISTS: Final = frozenset({"os.listdir", "os.scandir"})
_READS: Final = frozenset({"open", "sqlite3.connect", "ctypes.dlopen"})
_STARTS: Final = {
    "subprocess.Popen": "a program",
    "os.system": "a program",
    "os.exec": "a program",
    "os.posix_spawn": "a program",
    "os.spawn": "a program",
    "os.startfile": "a program",
    "pty.spawn": "a program",
    "os.fork": "a process",
    "os.forkpty": "a process",
    "cpython.PyInterpreterState_New": "another interpreter",
}
_HEARD: Final = _LISTS | _READS | _STARTS.keys() | {"import", "sys.setprofile"}

_WAYS_TO_START: Final = ("popen_spawn", "popen_forkserver", "popen_loky")
"""Modules of multiprocessing and loky that are imported to start a process, which Python has no event for."""

_DEEP: Final = 100
_HERE: Final = f"{os.path.dirname(os.path.dirname(os.path.abspath(__file__)))}{os.sep}"  # noqa: PTH100, PTH120 - strings
"""All of ``lapwing.measure``: what measures a test reads no data of the test's."""

_LIBRARY: Final = f"{os.path.dirname(os.path.abspath(os.__file__))}{os.sep}"  # noqa: PTH100, PTH120 - the same
_INSTALLED: Final = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_PYTEST: Final = tuple(
    f"{os.path.dirname(os.path.abspath(spec.origin))}{os.sep}"  # noqa: PTH100, PTH120 - the same
    for spec in map(find_spec, ("_pytest", "pytest", "pluggy"))
    if spec is not None and spec.origin
)
"""Where they are, for a project may well lie in a folder of that name."""

_IMPORTS: Final = ("<frozen importlib", f"{_LIBRARY}importlib{os.sep}_bootstrap")
_CODE: Final = (".py", ".pyc", ".pyi", *EXTENSION_SUFFIXES)


class Audited:
    """What was read (or listed: then a folder), started and loaded, while this was on.

    ``opened`` and ``extensions`` are paths below the root; ``started`` says what was, in words.
    """

    def __init__(self, below: Below) -> None:
        self._below = below
        self.opened: set[str] = set()
        self.started: set[str] = set()
        self.extensions: set[str] = set()
        self.reprofiled = False
        self.failed = False

    def start(self) -> None:
        """Begin to listen."""
        _Hook.install()
        _Hook.listening = (*_Hook.listening, self)

    def stop(self) -> None:
        """Listen no more."""
        _Hook.listening = tuple(one for one in _Hook.listening if one is not self)

    def heard(self, event: str, arguments: tuple[Any, ...], frame: FrameType | None) -> None:
        """Keep what an event says, and raise nothing in the middle of somebody's ``open()``."""
        try:
            self._hear(event, arguments, frame)
        except Exception:  # noqa: BLE001 - whatever it was, we missed something
            self.failed = True

    def _hear(self, event: str, arguments: tuple[Any, ...], frame: FrameType | None) -> None:
        if event == "import":
            self._load(arguments[0], arguments[1], frame)
        elif event == "sys.setprofile":
            self.reprofiled = self.reprofiled or not _is_ours(frame)
        elif event in _STARTS:
            # pytest-benchmark asks git for the project's name: what installed code starts by itself is no benchmark's.
            if not _is_of_the_session(frame, "") and self._is_for_the_project(frame):
                self.started.add(_STARTS[event])
                self.opened.update(self._told(arguments))
        elif event != "open" or not _only_writes(arguments):
            path = self._place(event, arguments[0])
            if path is not None and not _is_of_the_session(frame, path):
                self.opened.add(path)
                if event == "ctypes.dlopen":
                    self.extensions.add(path)

    def _is_for_the_project(self, frame: FrameType | None) -> bool:
        """Tell whether code of the project is on the stack; of another thread nobody knows who wanted it."""
        if threading.current_thread() is not threading.main_thread():
            return True
        while frame is not None:
            if self._below.path(frame.f_code.co_filename) is not None:
                return True
            frame = frame.f_back
        return False

    def _told(self, arguments: Any) -> Iterator[str]:
        """Return the paths of the project that a program is told: what is named there, is read."""
        for one in arguments:
            if isinstance(one, (list, tuple)):
                yield from self._told(one)
            elif isinstance(one, (str, bytes, os.PathLike)):
                words = os.fsdecode(one)
                for word in {words, *words.split()}:
                    path = self._below.path(word)
                    if path is not None:
                        yield path

    def _load(self, module: str, file: Any, frame: FrameType | None) -> None:
        path = self._below.path(file)
        if path is not None and path.endswith(tuple(EXTENSION_SUFFIXES)):
            self.extensions.add(path)
        if module.rpartition(".")[2].startswith(_WAYS_TO_START) and self._is_for_the_project(frame):
            self.started.add("a process")

    def _place(self, event: str, place: Any) -> str | None:
        if place is None and event in _LISTS:
            place = "."
        if isinstance(place, int):  # a folder by its number, as shutil.rmtree lists it
            try:
                place = os.readlink(f"/proc/self/fd/{place}")  # noqa: PTH115 - strings throughout
            except OSError:
                return None
        return self._below.path(place)


class _Hook:
    """The one hook of the process."""

    installed = False
    listening: tuple[Audited, ...] = ()

    @classmethod
    def install(cls) -> None:
        if not cls.installed:
            cls.installed = True
            sys.addaudithook(_heard)


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if _Hook.listening and event in _HEARD:
        for one in _Hook.listening:
            one.heard(event, arguments, sys._getframe(1))  # noqa: SLF001 - who asks is what matters


def _only_writes(arguments: tuple[Any, ...]) -> bool:
    flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0  # noqa: PLR2004 - path, mode, flags
    return isinstance(arguments[0], int) or bool(flags & os.O_WRONLY)


def _is_ours(frame: FrameType | None) -> bool:
    """Tell whether a profiler is set by Lapwing, or by a new thread that takes over the one that is set."""
    file = frame.f_code.co_filename if frame is not None else ""
    return file.startswith((_HERE, f"{_LIBRARY}threading"))


def _is_of_the_session(frame: FrameType | None, path: str) -> bool:
    """Tell whether pytest, Lapwing or an import asks; Python's own library asks for whoever called it."""
    for _ in range(_DEEP):
        if frame is None:
            return False
        file = frame.f_code.co_filename
        if file.startswith(_IMPORTS):
            # Its loaders' get_data reads for importlib.resources and pkgutil too.
            if path.endswith(_CODE) or frame.f_code.co_name == "_fill_cache":
                return frame.f_code.co_name != "get_data" or _is_import(frame.f_back)
        elif file.startswith((_HERE, *_PYTEST)):
            return True
        elif not file.startswith("<") and not _is_library(file):
            return False
        frame = frame.f_back
    return False


def _is_import(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_code.co_filename.startswith(_IMPORTS)


def _is_library(file: str) -> bool:
    return file.startswith(_LIBRARY) and not any(part in file for part in _INSTALLED)
