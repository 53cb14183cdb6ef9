"""What does a module or a class bind to which names? Statement by statement, read from its bytecode.

A function may be reached without its own name: through a table (``TABLE = [first, second]``), an alias (``from x import
first as f``), a default, a decorator that keeps it, a base class that knows its subclasses. Bytecode and not source,
for the code objects are there already, and parsing all modules of a project takes seconds.
"""

from __future__ import annotations

import builtins
import dis
from dataclasses import dataclass, field
from inspect import CO_OPTIMIZED
from types import CodeType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOTS: Final = frozenset({"LOAD_NAME", "LOAD_GLOBAL", "IMPORT_NAME", "IMPORT_FROM"})
_ATTRIBUTES: Final = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_STORES: Final = frozenset({"STORE_NAME", "STORE_GLOBAL", "STORE_ATTR"})
_ENDS: Final = frozenset({"POP_TOP", "STORE_SUBSCR", "DELETE_NAME", "RETURN_VALUE", "RETURN_CONST"})
_BETWEEN: Final = frozenset({"EXTENDED_ARG", "CACHE", "SWAP", "COPY", "NOP"})
"""Instructions between the stores of ``a = b = c``."""

QUIET: Final = frozenset(name for kind in (builtins, list, dict, set, str) for name in dir(kind)) | {
    *("functools", "wraps", "lru_cache", "cache", "cached_property", "partial", "contextlib", "contextmanager"),
    *("asynccontextmanager", "dataclasses", "dataclass", "field", "abc", "abstractmethod", "ABC", "ABCMeta", "typing"),
    *("overload", "override", "final", "Generic", "Protocol", "NamedTuple", "TypedDict", "TypeVar", "enum", "Enum"),
    *("IntEnum", "StrEnum", "Flag", "setter", "getter", "deleter", "pytest", "fixture", "mark", "parametrize", "perf"),
    *("lapwing", "__name__", "__file__", "__doc__"),
}
"""Whoever gets a function from these gives it to nobody else, or everybody mentions them."""


def is_function(code: CodeType) -> bool:
    """Tell whether code is a function's: not a module's and not the body of a class."""
    return bool(code.co_flags & CO_OPTIMIZED)


@dataclass(slots=True)
class Statement:
    """One statement at the level of a module or class.

    ``stored`` are the names it binds, ``loaded`` those it mentions, ``tips`` of them the last in each dotted name,
    ``codes`` what it defines (functions, lambdas, classes). ``calls`` says whether it calls anything, which may keep
    what it is given.
    """

    stored: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    tips: set[str] = field(default_factory=set)
    codes: list[CodeType] = field(default_factory=list)
    calls: bool = False

    @property
    def gives(self) -> bool:
        """Tell whether it may give to others what it mentions: not what pytest is given, for a test alone."""
        return "pytest" not in self.loaded

    @property
    def keepers(self) -> set[str]:
        """Return the names by whose mention somebody may get hold of what the statement defines or mentions."""
        if (self.stored and not self.calls) or not self.gives:
            return set(self.stored)
        return self.stored | (self.loaded - QUIET)

    @property
    def bases(self) -> set[str]:
        """Return the bases of a class that matter, its decorators among them."""
        return self.tips - QUIET


def statements(code: CodeType) -> Iterator[Statement]:
    """Return the statements of a module or the body of a class; those that mention and define nothing are left out."""
    now, last, begun = Statement(), Statement(), False
    tip = ""
    for step in dis.get_instructions(code):
        name = step.opname
        if name in _STORES and not begun:
            last.stored.add(step.argval)  # of a = b = c
            continue
        if name in _ROOTS:
            now.loaded.update(step.argval.split("."))
            tip = step.argval
            now.tips.add(tip)
        elif name in _ATTRIBUTES:
            now.loaded.add(step.argval)
            now.tips.discard(tip)
            tip = step.argval
            now.tips.add(tip)
        elif name == "LOAD_CONST" and isinstance(step.argval, CodeType):
            now.codes.append(step.argval)
        elif name.startswith("CALL"):
            now.calls = True
        elif name in _STORES:
            now.stored.add(step.argval)
        begun = begun or name not in _BETWEEN
        if name in _STORES or name in _ENDS:
            if now.loaded or now.codes:
                yield now
            now, last, begun = Statement(), now, False
