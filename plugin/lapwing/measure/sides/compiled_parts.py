"""Has the project compiled parts, so that its sources alone cannot be run?

It has where its build backend is one that compiles (maturin, meson-python, scikit-build-core, ...), or where its build
is told to compile: ``ext_modules`` and the like in ``setup.py``, ``ext-modules`` in ``pyproject.toml``, a build hook or
script of hatch, pdm or poetry; and there are sources to compile that are no benchmark files (mypyc compiles Python:
there the telling is enough). A wheel that turns out pure is forgotten again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.sides.benchmark_files import SOURCES
from lapwing.measure.sides.project_files import table, words

if TYPE_CHECKING:
    from collections.abc import Collection

    from lapwing.measure.sides.project_files import ProjectFiles

_COMPILERS: Final = re.compile(r"^(maturin|mesonpy|scikit_build_core|skbuild|sipbuild|pyqtbuild|py_build_cmake|zig)\b")
_TOLD: Final = re.compile(
    r"\b(ext_modules|Extension|cythonize|cffi_modules|rust_extensions|RustExtension|CMakeExtension|cmake_source_dir"
    r"|skbuild|build_ext|pybind11|nanobind|f2py)\b"
)
_MYPYC: Final = re.compile(r"\bmypyc(ify)?\b")
_COMPILED: Final = tuple(
    one for one in SOURCES if one not in {".py", ".pyi", ".pxd", ".pxi", ".h", ".hh", ".hpp", ".hxx"}
)


def compiled_parts(files: ProjectFiles, paths: Collection[str]) -> str | None:
    """Return what shows that the project has compiled parts, as words after "since"; None where it has none.

    ``paths`` are the project's files that are no benchmark files.
    """
    pyproject = files.toml()
    setup = files.text("setup.py")
    backend = table(pyproject, "build-system").get("build-backend")
    if isinstance(backend, str) and _COMPILERS.match(backend):
        return f"{backend} builds it"
    told = _told(pyproject, setup or "")
    if told is None:
        return None
    if told == "mypyc":
        return "mypyc compiles it"
    start = files.project + "/" if files.project else ""
    sources = sorted(path for path in paths if path.startswith(start) and path.endswith(_COMPILED))
    return f"{told} compiles {sources[0]}" if sources else None


def build_requirements(files: ProjectFiles) -> tuple[str, ...]:
    """Return what building needs, as ``[build-system] requires`` has it or as its default is."""
    system = table(files.toml(), "build-system")
    return tuple(words(system.get("requires"))) if "requires" in system else ("setuptools>=40.8.0",)


def build_backend(files: ProjectFiles) -> str:
    """Return the build backend, by its name or by what its default is."""
    backend = table(files.toml(), "build-system").get("build-backend")
    return backend if isinstance(backend, str) else "setuptools.build_meta:__legacy__"


def _told(pyproject: dict[str, Any], setup: str) -> str | None:
    tool = table(pyproject, "tool")
    hooks = {**table(tool, "hatch", "build", "hooks"), **table(tool, "hatch", "build", "targets", "wheel", "hooks")}
    if _MYPYC.search(setup) or "mypyc" in hooks:
        return "mypyc"
    if _TOLD.search(setup):
        return "setup.py"
    if table(tool, "setuptools").get("ext-modules"):
        return "pyproject.toml"
    if hooks:
        return "a build hook"
    if table(tool, "poetry").get("build") or table(tool, "pdm", "build").get("run-setuptools"):
        return "a build script"
    return None
