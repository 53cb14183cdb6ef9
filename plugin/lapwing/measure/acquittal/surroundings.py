"""What else decides how fast equal code runs? The interpreter, what is installed, what pyproject.toml says of it."""

from __future__ import annotations

import json
import os
import platform
import sys
from contextlib import suppress
from hashlib import blake2b
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from lapwing.measure.acquittal.below import Below

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOLD: Final = frozenset(
    {
        "description",
        "readme",
        "version",
        "license",
        "license-files",
        "authors",
        "maintainers",
        "keywords",
        "classifiers",
        "urls",
    }
)
"""Keys of [project] that say something to people; what is installed of the project knows its version from elsewhere."""

_TOOLS: Final = frozenset(
    {
        *("autopep8", "bandit", "black", "bumpversion", "bumpver", "check-manifest", "codespell", "commitizen"),
        *("coverage", "creosote", "deptry", "djlint", "docformatter", "flake8", "importlinter", "interrogate", "isort"),
        *("mypy", "nox", "numpydoc_validation", "pydoclint", "pydocstyle", "pylint", "pyrefly", "pyright", "pyupgrade"),
        *("refurb", "repo-review", "ruff", "semantic_release", "towncrier", "tox", "ty", "typos", "uncover", "vulture"),
        *("yapf", "zizmor"),
    }
)
"""Tables of [tool] of programs that look at code and do not run it."""


_METADATA: Final = (".dist-info", ".egg-info")


def surroundings(root: str) -> str:
    """Return a hash of this interpreter, of what is installed for it outside of ``root``, and of the settings in it."""
    said = blake2b(digest_size=16)
    for part in (*interpreter(), *installed(root), *settings(root)):
        said.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return said.hexdigest()


def interpreter() -> Iterator[str]:
    """Return what tells one interpreter from another: version, build, implementation, flags, machine."""
    yield sys.version
    yield sys.implementation.name
    yield str(sys.flags)
    yield json.dumps({name: str(value) for name, value in sorted(sys._xoptions.items())})  # noqa: SLF001 - documented
    yield platform.machine()
    yield str(getattr(sys, "_is_gil_enabled", lambda: True)())  # 3.13 on
    yield os.environ.get("PYTHON_JIT", "")


def installed(root: str) -> Iterator[str]:
    """Return names and versions of what is installed outside of ``root``, as the folders of their metadata say."""
    below = Below(root)
    found: set[str] = set()
    for place in sys.path:
        if below.path(place or ".") is None:
            with suppress(OSError):
                found.update(name for name in os.listdir(place) if name.endswith(_METADATA))  # noqa: PTH208 - strings
    yield from sorted(found)


def settings(root: str) -> Iterator[str]:
    """Return what pyproject.toml says, at ``root`` and around the current folder, that is not for people or linters."""
    places = [root]
    here = Below(root).path(os.getcwd())  # noqa: PTH109 - strings
    if here is not None and here != ".":
        parts = here.split("/")
        places += [os.path.join(root, *parts[: count + 1]) for count in range(len(parts))]  # noqa: PTH118 - strings
    for place in places:
        with suppress(OSError), open(os.path.join(place, "pyproject.toml"), "rb") as file:  # noqa: PTH118, PTH123
            yield meaning(file.read())


def meaning(content: bytes) -> str:
    """Return a pyproject.toml as text without what is for people and for linters; all of it where it cannot be read."""
    try:
        table: dict[str, Any] = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(
            content.decode()
        )
    except (ImportError, ValueError):  # tomli is not there, or this is no TOML
        return content.decode("utf-8", "surrogateescape")
    project = {name: value for name, value in table.get("project", {}).items() if name not in _TOLD}
    tools = {name: value for name, value in table.get("tool", {}).items() if name not in _TOOLS}
    return json.dumps({**table, "project": project, "tool": tools}, sort_keys=True, default=str)
