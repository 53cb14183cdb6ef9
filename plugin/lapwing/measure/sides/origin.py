"""Where does the code that runs come from? From its own side, or the comparison compares a side with itself.

Loaded in the worker, by its path and before pytest is there, so it imports next to nothing and nothing of Lapwing.
A rule is plain data and travels to the worker as JSON.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

_FINDERS = frozenset(
    {
        "_EditableFinder",  # setuptools
        "_EditableNamespaceFinder",  # setuptools, the same for namespaces
        "RedirectingFinder",  # editables: hatchling, pdm, uv
        "ScikitBuildRedirectingFinder",
        "MesonpyMetaFinder",
    }
)
_MOST_DEPTH = 4


class Rule(TypedDict):
    """Which modules may come from where.

    ``root`` is the real repository, ``side`` the folder of this side, ``packages`` the project's import names (dotted
    where the top is a namespace), ``exempt`` the folders inside ``root`` that hold installed code (a virtual
    environment and its site-packages). All paths are absolute.
    """

    root: str
    side: str
    packages: list[str]
    exempt: list[str]


def neutralise(rule: Rule) -> list[str]:
    """Take away whatever makes ``import`` find the real repository, and say what it was.

    That is entries of ``sys.path`` (from ``.pth`` files), finders of editable installs on ``sys.meta_path``
    (setuptools, editables, scikit-build-core, meson-python) and the namespace hooks of setuptools. Editable installs of
    other projects stay, in the same finder too. And from now on a package of the project that this side has not is not
    found at all, though an installed copy of it may lie in site-packages.
    """
    removed = [entry for entry in sys.path if entry and is_own(entry, rule)]
    sys.path[:] = [entry for entry in sys.path if entry not in removed]
    hooks = [(hook, getattr(hook, "__self__", None)) for hook in sys.path_hooks]
    # All are looked at before any is touched: a finder and its hook share the tables of their module.
    doomed = [one for one in (*sys.meta_path, *(owner for _, owner in hooks)) if _leads_only_home(one, rule)]
    for one in (*sys.meta_path, *(owner for _, owner in hooks)):
        _forget(one, rule)
    removed += [_name(one) for one in doomed]
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in doomed]
    sys.path_hooks[:] = [hook for hook, owner in hooks if owner is None or owner not in doomed]
    placeholders = {_module(one).get("PATH_PLACEHOLDER") for one in doomed}
    sys.path[:] = [entry for entry in sys.path if entry not in placeholders]
    sys.path_importer_cache.clear()
    sys.meta_path.insert(0, _OnlyHere(rule))
    return removed


class _OnlyHere:
    """A finder that finds nothing, and refuses the project's packages that are not on this side."""

    def __init__(self, rule: Rule) -> None:
        self._names = frozenset(rule["packages"])
        self._side = rule["side"]

    def find_spec(self, name: str, path: Sequence[str] | None = None, _: object = None) -> None:
        """Refuse what this side has not, leave the rest to the finders behind."""
        if name in self._names:
            here = [entry for entry in (sys.path if path is None else path) if _inside(entry, self._side)]
            if PathFinder.find_spec(name, here) is None:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def strays(rule: Rule) -> list[str]:
    """Return ``module from file`` for each loaded module of the project that is not of this side, sorted.

    No module may come from the real repository outside of installed code, and each module of the project's own
    packages must come from the side.
    """
    own = tuple(rule["packages"])
    below = tuple(name + "." for name in own)
    found = []
    for name, module in list(sys.modules.items()):
        if name == "__main__" or module is None:
            continue
        ours = name in own or name.startswith(below)
        for file in _files(module):
            if is_own(file, rule) or (ours and not _inside(file, rule["side"])):
                found.append(f"{name} from {file}")
                break
    return sorted(found)


def redirections(finder: Any) -> list[tuple[str, str]]:
    """Return the import names that the finder of an editable install leads elsewhere, each with its path."""
    if not _is_editable(finder):
        return []
    found = []
    for table in (*_tables(_module(finder)), *_tables(_attributes(finder))):
        for name, value in table.items():
            for path in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(name, str) and isinstance(path, str) and os.path.isabs(path):  # noqa: PTH117 - see is_own
                    found.append((name, path))  # noqa: PERF401 - three conditions in a comprehension hide the pairs
    return found


def is_own(file: str, rule: Rule) -> bool:
    """Tell whether ``file`` is the real repository's and no installed code."""
    for path in {os.path.abspath(file), os.path.realpath(file)}:  # noqa: PTH100 - pathlib costs a worker its imports
        if _inside(path, rule["root"]) and not any(_inside(path, folder) for folder in rule["exempt"]):
            return True
    return False


def _inside(path: str, folder: str) -> bool:
    """Tell whether ``path`` is ``folder`` or under it, as the file system compares names."""
    here, there = os.path.normcase(path), os.path.normcase(folder).rstrip(os.sep)
    return here == there or here.startswith(there + os.sep)


def _files(module: Any) -> list[str]:
    """Return where a module was loaded from: one file, or the folders of a namespace that are there."""
    try:
        file = getattr(module, "__file__", None)
        if isinstance(file, str):
            return [os.path.abspath(file)] if file else []  # noqa: PTH100 - see is_own
        return [os.path.abspath(entry) for entry in module.__path__ if isinstance(entry, str)]  # noqa: PTH100 - see is_own
    except Exception:  # noqa: BLE001 - a module may be any object with any __getattr__
        return []


def _is_editable(finder: Any) -> bool:
    kind = finder if isinstance(finder, type) else type(finder)
    return kind.__name__ in _FINDERS


def _name(finder: Any) -> str:
    kind = finder if isinstance(finder, type) else type(finder)
    return f"{kind.__module__}.{kind.__name__}"


def _module(finder: Any) -> dict[str, Any]:
    kind = finder if isinstance(finder, type) else type(finder)
    return vars(sys.modules.get(kind.__module__, object)) if kind.__module__ in sys.modules else {}


def _leads_only_home(finder: Any, rule: Rule) -> bool:
    """Tell whether a finder is of an editable install, and all that it leads to is the repository's."""
    if not _is_editable(finder):
        return False
    paths = [path for _, path in redirections(finder)]
    home = any(_leads_home(value, rule, _MOST_DEPTH) for value in _attributes(finder).values())
    return (home or any(is_own(path, rule) for path in paths)) and all(is_own(path, rule) for path in paths)


def _forget(finder: Any, rule: Rule) -> None:
    """Take the repository's names out of the tables of a finder that may lead elsewhere too."""
    if _is_editable(finder):
        for table in (*_tables(_module(finder)), *_tables(_attributes(finder))):
            for key in [key for key, value in table.items() if _leads_home(value, rule, _MOST_DEPTH)]:
                del table[key]


def _attributes(finder: Any) -> dict[str, Any]:
    kind = finder if isinstance(finder, type) else type(finder)
    held = {} if isinstance(finder, type) else getattr(finder, "__dict__", {})
    return {**vars(kind), **held}


def _tables(names: dict[str, Any]) -> list[dict[Any, Any]]:
    """Return the tables a finder looks names up in: ``MAPPING``, ``NAMESPACES``, ``_redirections``, ``known_...``."""
    return [
        value
        for name, value in names.items()
        if isinstance(value, dict) and not name.startswith("__") and (name.isupper() or "_" in name)
    ]


def _leads_home(value: Any, rule: Rule, depth: int) -> bool:
    """Tell whether a value is, or holds, a path of the real repository."""
    if isinstance(value, (str, os.PathLike)):
        path = os.fspath(value)
        return isinstance(path, str) and os.path.isabs(path) and is_own(path, rule)  # noqa: PTH117 - see is_own
    if depth and isinstance(value, dict):
        return any(_leads_home(one, rule, depth - 1) for one in value.values())
    if depth and isinstance(value, (list, tuple, set, frozenset)):
        return any(_leads_home(one, rule, depth - 1) for one in value)
    return False
