"""What is the code of a module once everything is left out that cannot matter? Parsed, so that layout is gone already.

Left out are docstrings (unless they are kept), constants that stand alone, ``pass``, blocks under ``if
TYPE_CHECKING:``, and of functions at the level of a module or class that do not count: the body, and the rest too where
nothing happens at their definition. What is nested in a function belongs to it. Positions, quotes and parentheses are
in no tree.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES: Final = {
    "<lambda>": (ast.Lambda,),
    "<listcomp>": (ast.ListComp,),
    "<setcomp>": (ast.SetComp,),
    "<dictcomp>": (ast.DictComp,),
    "<genexpr>": (ast.GeneratorExp,),
}
_PLAIN_DECORATORS: Final = frozenset({"property", "staticmethod", "classmethod", "overload", "abstractmethod"})
_ACCESSORS: Final = frozenset({"setter", "getter", "deleter"})
_PARTS: Final = (ast.ExceptHandler, ast.match_case)
_HAPPENS: Final = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)


@dataclass(frozen=True, slots=True)
class Unit:
    """A function at the level of a module or class: its path of names, its first and last line (decorators count)."""

    path: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is kept: functions that begin in ``firsts``, or all of them (``whole``); docstrings."""

    firsts: frozenset[int] = frozenset()
    docs: bool = False
    whole: bool = False


@dataclass(slots=True)
class Shape:
    """A parsed module, asked for its digest with some functions counting and others not."""

    tree: ast.Module
    units: list[Unit]
    _firsts: list[int]
    _last: int
    _names: dict[int, set[str]] = field(default_factory=dict)
    _texts: dict[tuple[int, bool], str] = field(default_factory=dict)

    @classmethod
    def parse(cls, source: bytes) -> Shape:
        """Parse a module.

        Raises:
            SyntaxError, ValueError, RecursionError, MemoryError: as ``ast.parse``.
        """
        tree = ast.parse(source)
        units = sorted(_units(tree, ""), key=lambda unit: unit.first)
        shape = cls(tree, units, [unit.first for unit in units], source.count(b"\n") + 1)
        for node in ast.walk(tree):
            for name in _code_names(node):
                shape._names.setdefault(_first_line(node), set()).add(name)
        return shape

    def has(self, name: str, line: int) -> bool:
        """Tell whether code of that name begins in that line."""
        if name == "<module>":
            return line <= 1
        if name == "__annotate__" or (name.startswith("<") and name not in _SCOPES):
            return line <= self._last  # annotations and <generic parameters of f>: what they are part of begins there
        return name in self._names.get(line, ())

    def unit_at(self, line: int) -> Unit | None:
        """Return the function that a line is part of."""
        at = bisect_right(self._firsts, line) - 1
        return self.units[at] if at >= 0 and line <= self.units[at].last else None

    def digest(self, keep: Keep) -> str:
        """Return a hash of what is kept of the module."""
        said = blake2b(digest_size=16)
        for text in self._block(self.tree.body, keep):
            said.update(text.encode("utf-8", "surrogatepass") + b"\0")
        return said.hexdigest()

    def _block(self, body: list[ast.stmt], keep: Keep) -> Iterator[str]:
        for node in body:
            if isinstance(node, Function):
                if keep.whole or _first_line(node) in keep.firsts:
                    yield self._text(node, docs=keep.docs)
                elif not _is_silent(node):
                    yield _stub(node, docs=keep.docs)
            elif isinstance(node, ast.If) and _is_for_types(node, self.tree):
                yield from self._block(node.orelse, keep)
            elif any(isinstance(getattr(node, name, None), list) for name in ("body", "cases")):
                yield from self._compound(node, keep)
            elif keep.docs or not _is_idle(node):
                yield self._text(node, docs=keep.docs)

    def _compound(self, node: ast.AST, keep: Keep) -> Iterator[str]:
        """Return a class, an ``if``, a ``try``: what it says itself, then its blocks."""
        yield f"<{type(node).__name__}"
        for name, value in ast.iter_fields(node):
            yield name
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield from self._block(value, keep)
            elif isinstance(value, list) and value and isinstance(value[0], _PARTS):
                for one in value:
                    yield from self._compound(one, keep)
            else:
                yield _dump(value, docs=keep.docs)
        yield ">"

    def _text(self, node: ast.stmt, *, docs: bool) -> str:
        key = (id(node), docs)
        if key not in self._texts:
            self._texts[key] = _dump(node, docs=docs)
        return self._texts[key]


def _stub(node: Any, *, docs: bool) -> str:
    """Return what happens where a function is defined that does not count."""
    parts = [node.name, node.args, node.decorator_list, node.returns, getattr(node, "type_params", [])]
    doc = ast.get_docstring(node, clean=False) if docs else None
    return f"stub {type(node).__name__} {doc!r} " + " ".join(_dump(part, docs=docs) for part in parts)


def _dump(value: Any, *, docs: bool) -> str:
    """Return a tree as text; without ``docs`` statements that do nothing are left out."""
    if isinstance(value, list):
        return f"[{','.join(_dump(one, docs=docs) for one in value if docs or not _is_idle(one))}]"
    if not isinstance(value, ast.AST):
        return repr(value)
    fields = (f"{name}={_dump(one, docs=docs)}" for name, one in ast.iter_fields(value) if name not in {"kind", "ctx"})
    return f"{type(value).__name__}({','.join(fields)})"


def _units(node: Any, path: str) -> Iterator[Unit]:
    """Return the functions in the blocks of a module or class, not those in functions."""
    for child in _statements(node):
        if isinstance(child, Function):
            yield Unit(f"{path}{child.name}", _first_line(child), child.end_lineno or child.lineno)
        elif isinstance(child, ast.ClassDef):
            yield from _units(child, f"{path}{child.name}.")
        else:
            yield from _units(child, path)


def _statements(node: Any) -> Iterator[Any]:
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        value = getattr(node, name, None)
        if isinstance(value, list):
            yield from value


def _first_line(node: Any) -> int:
    decorators = getattr(node, "decorator_list", None)
    line: int = decorators[0].lineno if decorators else getattr(node, "lineno", 0)
    return line


def _code_names(node: ast.AST) -> Iterator[str]:
    """Return what the code objects of a node are called."""
    name = getattr(node, "name", None)  # of functions and classes; type variables and aliases have code too
    if isinstance(name, (str, ast.Name)):
        yield name if isinstance(name, str) else name.id
    for scope, kinds in _SCOPES.items():
        if isinstance(node, kinds):
            yield scope


def _is_silent(node: Any) -> bool:
    """Tell whether a definition does nothing but bind a name that nobody else mentions."""
    if node.name.startswith("__") and node.name.endswith("__"):
        return False  # Python itself looks for it
    if not all(_is_plain(decorator) for decorator in node.decorator_list):
        return False
    parts = [node.args, node.returns, *getattr(node, "type_params", ())]
    return not any(isinstance(one, _HAPPENS) for part in parts if part is not None for one in ast.walk(part))


def _is_plain(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Attribute):
        return isinstance(decorator.value, ast.Name) and decorator.attr in _ACCESSORS
    return isinstance(decorator, ast.Name) and decorator.id in _PLAIN_DECORATORS


def _is_for_types(node: ast.If, tree: ast.Module) -> bool:
    """Tell whether a block is for type checkers only, and nobody in the module says otherwise."""
    test = node.test
    if isinstance(test, ast.Attribute) and isinstance(test.value, ast.Name) and test.value.id in {"typing", "t"}:
        return test.attr == "TYPE_CHECKING"
    if not isinstance(test, ast.Name) or test.id != "TYPE_CHECKING":
        return False
    return not any(
        isinstance(one, ast.Name) and one.id == "TYPE_CHECKING" and isinstance(one.ctx, ast.Store)
        for one in ast.walk(tree)
    )


def _is_idle(node: Any) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
