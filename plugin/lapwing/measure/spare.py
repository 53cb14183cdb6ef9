"""Which installed pytest plugins can a pair's workers do without? Those that no benchmark needs and that take long to load.

A session is started some fifty times in a comparison, and with hypothesis' plugin it takes 1.6 s where 0.4 would do. Left
out are only plugins known to change nothing about a test that does not use them; the first session has them all.
"""

from __future__ import annotations

import inspect
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
}
_ASYNC: Final = frozenset({"asyncio", "anyio", "trio"})

OPTIONLESS: Final = frozenset({"hypothesispytest", "asyncio", "anyio", "trio"})
"""Those whose options hardly stand in anybody's ``addopts``: without the others such a session may not start."""


def spare_plugins(items: Sequence[Any]) -> list[str]:
    """Return the names of loaded plugins that none of ``items`` needs, in the order of their names."""
    if not items:
        return []
    manager = items[0].config.pluginmanager
    loaded = {name for name, plugin in manager.list_name_plugin() if plugin is not None and name in _KNOWN}
    if any(_is_async(item) for item in items):
        loaded -= _ASYNC
    if any(getattr(getattr(item, "obj", None), "is_hypothesis_test", False) for item in items):
        loaded.discard("hypothesispytest")
    used = {module for item in items for module in _fixture_modules(item)}
    marks = {mark.name for item in items for mark in item.iter_markers()}
    return sorted(name for name in loaded if not _is_used(name, used, marks))


def _is_used(name: str, modules: set[str], marks: set[str]) -> bool:
    if name == "benchmark":
        return False  # its fixture is ours in a session that measures, and its mark is read by us
    home = _KNOWN[name]
    return name in marks or any(module == home or module.startswith(home + ".") for module in modules)


def _is_async(item: Any) -> bool:
    functions: list[Any] = [getattr(item, "obj", None)]
    info = getattr(item, "_fixtureinfo", None)
    for definitions in getattr(info, "name2fixturedefs", {}).values():
        functions.extend(definition.func for definition in definitions)
    return any(inspect.iscoroutinefunction(one) or inspect.isasyncgenfunction(one) for one in functions)


def _fixture_modules(item: Any) -> Iterable[str]:
    info = getattr(item, "_fixtureinfo", None)
    for definitions in getattr(info, "name2fixturedefs", {}).values():
        for definition in definitions:
            yield getattr(definition.func, "__module__", "") or ""
