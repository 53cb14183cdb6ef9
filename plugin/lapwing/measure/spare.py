"""Which installed pytest plugins can a pair's workers do without? Those that no benchmark needs, slow to load.

A session is started some fifty times in a comparison, and with hypothesis' plugin it takes 1.6 s where 0.4 would do.
Left out are only plugins known to change nothing about a test that does not use them; the first session has them all.
"""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# By the name of the entry point, with the module its fixtures are from.
_KNOWN: Final = {
    "hypothesispytest": "_hypothesis_pytestplugin",
    "asyncio": "pytest_asyncio",
    "anyio": "anyio",
    "trio": "pytest_trio",
    "pytest_cov": "pytest_cov",
    "xdist": "xdist",
    "xdist.looponfail": "xdist",
    "benchmark": "pytest_benchmark",
    "codspeed": "pytest_codspeed",
    "html": "pytest_html",
    "metadata": "pytest_metadata",
    "sugar": "pytest_sugar",
    "rerunfailures": "pytest_rerunfailures",
    "platformdirs": "platformdirs",
}
_ASYNC: Final = frozenset({"asyncio", "anyio", "trio"})
_REPLACED: Final = frozenset({"benchmark"})
_BUILT_IN: Final = frozenset({"request"})

OPTIONLESS: Final = frozenset({"hypothesispytest", "asyncio", "anyio", "trio"})
"""Those whose options hardly stand in anybody's ``addopts``: without the others such a session may not start."""


def spare_plugins(items: Sequence[Any]) -> list[str]:
    """Return the names of loaded plugins that none of ``items`` needs, in the order of their names."""
    if not items:
        return []
    manager = items[0].config.pluginmanager
    loaded = {name for name, plugin in manager.list_name_plugin() if plugin is not None and name in _KNOWN}
    # Unregistered in a session that measures; its fixture is ours there, and its mark is read by us.
    loaded |= {name for name in _REPLACED if _KNOWN[name] + ".plugin" in sys.modules}
    if any(_is_async(item) for item in items):
        loaded -= _ASYNC
    if any(getattr(getattr(item, "obj", None), "is_hypothesis_test", False) for item in items):
        loaded.discard("hypothesispytest")
    marks = {mark.name for item in items for mark in item.iter_markers()}
    asked = {name: _asked_of(_KNOWN[name], items) for name in loaded - _REPLACED}
    return sorted(name for name in loaded if name in _REPLACED or not (asked[name] or name in marks))


def lacks_plugins(items: Iterable[Any]) -> bool:
    """Tell whether a session without the plugins of :data:`OPTIONLESS` lacks something that one of ``items`` needs."""
    return any(
        _is_async(item)
        or getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
        or any(mark.name in _ASYNC for mark in item.iter_markers())
        or any(name not in item._fixtureinfo.name2fixturedefs for name in _names(item))  # noqa: SLF001 - no public way
        for item in items
    )


def _names(item: Any) -> Iterable[str]:
    info = getattr(item, "_fixtureinfo", None)
    return () if info is None else (name for name in info.names_closure if name not in _BUILT_IN)


def _asked_of(home: str, items: Iterable[Any]) -> bool:
    """Tell whether anybody but the plugin itself asks for a fixture of the module ``home``."""
    for item in items:
        info = getattr(item, "_fixtureinfo", None)
        if info is None:
            continue
        definitions = [one for found in info.name2fixturedefs.values() for one in found]
        asked = set(info.argnames).union(
            *(one.argnames for one in definitions if not _is_of(home, one)),
            *(mark.args for mark in item.iter_markers("usefixtures")),
        )
        if any(_is_of(home, one) and one.argname in asked for one in definitions):
            return True
    return False


def _is_of(home: str, definition: Any) -> bool:
    module = getattr(definition.func, "__module__", "") or ""
    return module == home or module.startswith(home + ".")


def _is_async(item: Any) -> bool:
    functions: list[Any] = [getattr(item, "obj", None)]
    info = getattr(item, "_fixtureinfo", None)
    for definitions in getattr(info, "name2fixturedefs", {}).values():
        functions.extend(definition.func for definition in definitions)
    return any(inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one) for one in functions)
