"""How are a project's own settings read, from whichever side? Leniently: what cannot be read says nothing.

Nothing of the project is run: ``setup.py`` is read as text, and of its arguments what is written out there.
"""

from __future__ import annotations

import ast
import configparser
import sys
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[str], bytes | None]
    """Returns the contents of a file by its path, None where there is none."""


class ProjectFiles:
    """The files of one side of the project in the folder ``project`` of the repository ('' is its top)."""

    def __init__(self, read: Read, project: str) -> None:
        self._read = read
        self.project = project

    def at(self, path: str) -> str:
        """Return the path in the repository of a path as the project writes it: no dots, no end slash."""
        parts: list[str] = [part for part in self.project.split("/") if part]
        for part in path.replace("\\", "/").split("/"):
            if part == ".." and parts:
                parts.pop()
            elif part not in ("", ".", "..") and ":" not in part:  # "C:" would lead away on Windows
                parts.append(part)
        return "/".join(parts)

    def text(self, path: str) -> str | None:
        """Return a file of the project as text."""
        content = self._read(self.at(path))
        return None if content is None else content.decode("utf-8-sig", "replace")

    def toml(self, path: str = "pyproject.toml") -> dict[str, Any]:
        """Return a TOML file as a table, empty where it is none."""
        try:
            return dict(tomllib.loads((self.text(path) or "").replace("\r\n", "\n")))
        except (ValueError, RecursionError):  # no TOML, or numbers and nesting beyond what Python reads
            return {}

    def ini(self, path: str) -> configparser.RawConfigParser:
        """Return an INI file, empty where it is none."""
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
        try:
            parser.read_string(self.text(path) or "")
        except (configparser.Error, AttributeError):  # the latter: a line that goes on where there is no value
            return configparser.RawConfigParser()
        return parser

    def setup_arguments(self) -> dict[str, Any]:
        """Return the arguments of ``setup()`` that are literals in ``setup.py``, or names of such."""
        try:
            tree = ast.parse(self.text("setup.py") or "")
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested beyond what Python reads
            return {}
        named: dict[str, ast.expr] = {}
        arguments: dict[str, Any] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                named[node.targets[0].id] = node.value
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == "setup":
                for keyword in node.keywords:
                    if keyword.arg:
                        arguments[keyword.arg] = _literal(keyword.value, named)
        return {name: value for name, value in arguments.items() if value is not None}


def table(data: Any, *keys: str) -> dict[str, Any]:
    """Return the table at ``keys``, empty where there is none."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def words(value: Any) -> list[str]:
    """Return the strings of a list, or of one string separated by white space or commas."""
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return [one for one in value if isinstance(one, str)] if isinstance(value, (list, tuple)) else []


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literal(node: ast.expr, named: dict[str, ast.expr]) -> Any:
    """Return a value, None where it is computed; of ``find_packages("src")`` the folder, as ``{"": "src"}``."""
    meant = _meant(node, named)
    if isinstance(meant, ast.Call) and _called(meant) in {"find_packages", "find_namespace_packages"}:
        where = [*meant.args[:1], *(one.value for one in meant.keywords if one.arg == "where")]
        folder = _written(_meant(where[0], named)) if where else None
        return {"": folder} if isinstance(folder, str) else None
    return _written(meant)


def _meant(node: ast.expr, named: dict[str, ast.expr]) -> ast.expr:
    return named.get(node.id, node) if isinstance(node, ast.Name) else node


def _written(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
