"""Which files are the project's code? Those are base's on base; everything else is head's on both sides.

The roots are the folders that imports start from: what the project declares (build backend, pytest's ``pythonpath``),
what is installed of it in editable mode, and by convention ``src``, or else the project's own folder. Under a root:

- Where a root is a folder for code alone (``src``), everything in it is code, data files too.
- Where it is the folder of a project (flat layout), code is: a package or module that is declared, with everything in
  it; any folder that is a regular package, with everything in it; a Python file whose folders are all names that can be
  imported (a namespace, PEP 420: without its data files, which anybody may own); a module at the top. Documentation,
  examples, build output and hidden folders are not, nor the scripts of tools such as ``setup.py`` and ``noxfile.py``.
- Benchmark files (:mod:`lapwing.measure.sides.benchmark_files`) never are.

Roots, regular packages and declarations are those of both sides together, so that what base alone has (deleted,
renamed, moved to ``src``) is base's code, and what head alone has is not on base.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lapwing.measure.sides.benchmark_files import BenchmarkFiles

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from lapwing.measure.sides.declared_layout import DeclaredLayout
    from lapwing.measure.sides.installed_layout import InstalledLayout

PROJECT_FILES: Final = ("pyproject.toml", "setup.py", "setup.cfg")

_IMPORTABLE: Final = (".py", ".pyi", ".pyx", ".pxd", ".so", ".pyd")
_NOT_CODE: Final = frozenset(
    {"build", "debian", "dist", "doc", "docs", "documentation", "example", "examples", "htmlcov", "node_modules"}
)
_TOOLS: Final = frozenset(
    {"conanfile", "conftest", "dodo", "fabfile", "noxfile", "pavement", "setup", "tasks", "toxfile"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """The folders that imports start from, first to be asked first, and what is declared of them."""

    roots: tuple[str, ...]
    declared: frozenset[str]
    renamed: tuple[tuple[str, str], ...]
    patterns: tuple[str, ...]


def find_roots(
    project: str,
    declared: Iterable[DeclaredLayout],
    installed: InstalledLayout,
    paths: Collection[str],
) -> Roots:
    """Put together what both sides declare, what is installed and what convention says."""
    both = tuple(declared)
    every: tuple[DeclaredLayout | InstalledLayout, ...] = (*both, installed)
    names = {one for layout in every for one in layout.packages}
    roots = [root for layout in both for root in layout.roots]
    roots += [root for root in installed.roots if root not in roots]
    roots += [root for root in _by_convention(project, paths, roots) if root not in roots]
    return Roots(
        roots=tuple(dict.fromkeys(roots)),
        declared=frozenset(names),
        renamed=tuple(dict.fromkeys(one for layout in every for one in layout.renamed)),
        patterns=tuple(dict.fromkeys(one for layout in both for one in layout.patterns)),
    )


class ProjectCode:
    """Tells code from the rest among ``paths``, which are those of both sides."""

    def __init__(self, paths: Collection[str], *, project: str, roots: Roots) -> None:
        self._roots = roots.roots
        # The longest first: a file belongs to the innermost root.
        self._innermost = sorted(roots.roots, key=len, reverse=True)
        self._projects = {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] in PROJECT_FILES}
        self._projects |= {"", project}
        self._packages = {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] == "__init__.py"}
        self._declared = roots.declared
        dedicated = {one for one in self._packages if one.rpartition("/")[0] in {*self._roots} - self._projects}
        self.renamed = roots.renamed
        self._benchmarks = BenchmarkFiles(
            paths,
            project=project,
            packages=self._packages,
            declared={*roots.declared, *dedicated},
            patterns=roots.patterns,
        )

    @property
    def roots(self) -> tuple[str, ...]:
        """The folders that imports start from, first to be asked first."""
        return self._roots

    def __contains__(self, path: str) -> bool:
        """Tell whether ``path`` is code of the project."""
        if path in self._benchmarks:
            return False
        if any(path.startswith(folder + "/") for _, folder in self.renamed):
            return True
        root = self._root_of(path)
        if root is None:
            return False
        return root not in self._projects or self._is_flat_code(path, root)

    def is_benchmark_file(self, path: str) -> bool:
        """Tell whether ``path`` belongs to the benchmarks, wherever it lies."""
        return path in self._benchmarks

    def holds(self, folder: str) -> bool:
        """Tell whether a folder whose contents nobody knows (a submodule) would be code."""
        return f"{folder}/__init__.py" in self and (
            self._root_of(folder) not in self._projects or any(one in self._packages for one in _parents(folder))
        )

    def names(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the import names of the code among ``paths``: dotted where the top is a namespace."""
        found = {name for name, _ in self.renamed}
        for path in paths:
            root = self._root_of(path)
            if root is not None and path.endswith((".py", ".so", ".pyd")) and path in self:
                name = self._name(path, root)
                if name:
                    found.add(name)
        return tuple(sorted(name for name in found if not any(name.startswith(one + ".") for one in found)))

    def _name(self, path: str, root: str) -> str | None:
        *folders, file = _below(path, root).split("/")
        parts = []
        for folder in folders:
            parts.append(folder)
            if "/".join((*root.split("/"), *parts) if root else parts) in self._packages:
                break
        else:
            parts.append(file.split(".")[0])
        return ".".join(parts) if all(part.isidentifier() for part in parts) else None

    def _root_of(self, path: str) -> str | None:
        return next((root for root in self._innermost if not root or path.startswith(root + "/")), None)

    def _is_flat_code(self, path: str, root: str) -> bool:
        parts = _below(path, root).split("/")
        top, stem = parts[0], parts[0].split(".")[0]
        start = root + "/" if root else ""
        if start + top in self._declared or (len(parts) == 1 and start + stem in self._declared):
            return True
        if top.startswith(".") or (len(parts) > 1 and top in _NOT_CODE):
            return False
        if len(parts) == 1:
            return path.endswith(_IMPORTABLE) and stem.isidentifier() and stem not in _TOOLS
        if any(start + "/".join(parts[:end]) in self._packages for end in range(1, len(parts))):
            return True
        importable = all(part.isidentifier() for part in parts[:-1]) and parts[-1].split(".")[0].isidentifier()
        return path.endswith(_IMPORTABLE) and importable


def _by_convention(project: str, paths: Collection[str], declared: Sequence[str]) -> list[str]:
    start = project + "/" if project else ""
    source = f"{start}src"
    inside = [path[len(source) + 1 :] for path in paths if path.startswith(source + "/")]
    has_source = any(path.endswith(".py") for path in inside) and "__init__.py" not in inside
    own = {root for root in declared if root == project or root.startswith(start)}
    flat = any(
        path.startswith(start) and path.endswith("/__init__.py") and _is_top_package(path[len(start) :])
        for path in paths
    )
    if has_source:
        return [source, project] if flat else [source]
    # A project that declares where its code is (and not only where its tests are) has it there.
    return [] if any(any(_is_code_below(path, root) for path in paths) for root in own) else [project]


def _is_top_package(path: str) -> bool:
    folder, _, rest = path.partition("/")
    named = {"tests", "benchmarks", "test", "testing", "bench", "benchmark", "perf"}
    return rest == "__init__.py" and folder not in {*named, *_NOT_CODE}


def _is_code_below(path: str, root: str) -> bool:
    inside = path.startswith(root + "/") if root else True
    return inside and path.endswith(".py") and root.rpartition("/")[2] not in {"tests", "benchmarks", "test"}


def _below(path: str, root: str) -> str:
    return path[len(root) + 1 :] if root else path


def _parents(folder: str) -> list[str]:
    parts = folder.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]
