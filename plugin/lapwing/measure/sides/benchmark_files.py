"""Which files belong to the benchmarks, wherever they lie? Those are head's on both sides.

The rule, by the path below the project's folder:

- a file named ``conftest.py``, ``test_*.py``, ``*_test.py`` or ``bench_*.py``, or as ``python_files`` in pytest's
  settings says;
- everything under a folder ``tests`` or ``benchmarks``;
- everything under a folder ``test``, ``testing``, ``bench``, ``benchmark`` or ``perf``; but inside of a package only if
  such a file lies in it (``django/test`` and ``numpy/testing`` are code that is measured), and not where it is a
  package that the project declares (a project may be called ``perf``; ``test`` is often declared by mistake, which is
  not heard).
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

FILES: Final = ("conftest.py", "test_*.py", "*_test.py", "bench_*.py")
ALWAYS: Final = frozenset({"tests", "benchmarks"})
SOMETIMES: Final = frozenset({"test", "testing", "bench", "benchmark", "perf"})

SOURCES: Final = (
    *(".py", ".pyi", ".pyx", ".pxd", ".pxi", ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx", ".rs", ".zig"),
    *(".f", ".f90", ".f95", ".for", ".cu", ".s", ".asm", ".go"),
)


class BenchmarkFiles:
    """Tells benchmark files from others among ``paths``, which are those of both sides.

    ``packages`` are the folders of regular packages, ``declared`` the folders that the project itself declares to be
    its packages, ``patterns`` further names of test files.
    """

    def __init__(
        self,
        paths: Collection[str],
        *,
        project: str,
        packages: Collection[str],
        declared: Collection[str],
        patterns: Collection[str] = (),
    ) -> None:
        self._project = project
        self._packages = frozenset(packages)
        self._declared = frozenset(one for one in declared if one.rpartition("/")[2] not in {*ALWAYS, "test"})
        # "*.py" says where pytest looks, not which files are tests.
        self._patterns = (*FILES, *(one for one in patterns if not fnmatchcase("__init__.py", one)))
        self._evident = frozenset(self._evidence(paths))
        self._folders: dict[str, bool] = {}

    def __contains__(self, path: str) -> bool:
        """Tell whether ``path`` is a benchmark file."""
        folder, _, name = path.rpartition("/")
        return self._is_test_file(name) or self._is_folder(folder)

    def _is_test_file(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self._patterns)

    def _is_folder(self, folder: str) -> bool:
        if folder in ("", self._project):
            return False
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = self._counts(folder) or self._is_folder(folder.rpartition("/")[0])
        return known

    def _counts(self, folder: str) -> bool:
        parent, _, name = folder.rpartition("/")
        if folder in self._declared:
            return False
        if name in SOMETIMES:
            return parent not in self._packages or folder in self._evident
        return name in ALWAYS

    def _evidence(self, paths: Collection[str]) -> Iterator[str]:
        """Return the folders with a test file in them, not counting what is in a ``tests`` of theirs."""
        for path in paths:
            folder, _, name = path.rpartition("/")
            if self._is_test_file(name):
                while folder and folder.rpartition("/")[2] not in ALWAYS:
                    yield folder
                    folder = folder.rpartition("/")[0]


def is_source(path: str) -> bool:
    """Tell whether a new file can change what is measured: source, and by its name alone no benchmark file."""
    *folders, name = path.split("/")
    if not name.endswith(SOURCES) or any(fnmatchcase(name, pattern) for pattern in FILES):
        return False
    return not ALWAYS.intersection(folders)
