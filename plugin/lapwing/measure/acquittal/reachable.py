"""Which functions might the code that ran call another time, though it did not when it was looked at?

A buffer that is flushed at its thousandth entry is not flushed in two calls, and yet its flushing is part of the cost.
So whatever carries a name that the functions that ran mention (as a global, an attribute or in ``getattr``) counts as
if it had run, and what it mentions in turn. Names are compared and nothing else: too much is found rather than too
little, at the price of a measurement. A class that is mentioned counts with its special methods.
"""

from __future__ import annotations

from inspect import CO_OPTIMIZED
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def is_function(code: CodeType) -> bool:
    """Tell whether code is a function's: not a module's and not the body of a class."""
    return bool(code.co_flags & CO_OPTIMIZED)


def mentioned(codes: Iterable[CodeType]) -> set[str]:
    """Return the names that functions and what is nested in them mention."""
    names: set[str] = set()
    left = list(codes)
    while left:
        code = left.pop()
        names.update(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                left.append(constant)
            else:
                names.update(_words(constant))
    return names


class Definitions:
    """The functions and classes that the modules of a process define, by name."""

    def __init__(self, modules: Iterable[tuple[str, CodeType]]) -> None:
        self._by_name: dict[str, list[tuple[str, CodeType]]] = {}
        for file, module in modules:
            for code in _nested(module):
                self._by_name.setdefault(code.co_name, []).append((file, code))

    def reached(self, ran: Iterable[CodeType]) -> set[tuple[str, int]]:
        """Return file and first line of each function that functions which ran mention, or those do in turn."""
        found: set[tuple[str, int]] = set()
        known: set[str] = set()
        left = mentioned(code for code in ran if is_function(code))
        while left:
            name = left.pop()
            known.add(name)
            for file, code in self._by_name.get(name, ()):
                for one in (code,) if is_function(code) else _special(code):
                    place = (file, one.co_firstlineno)
                    if place not in found:
                        found.add(place)
                        left |= mentioned((one,)) - known
        return found


def _nested(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def _special(code: CodeType) -> Iterator[CodeType]:
    """Return the special methods in the body of a class."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and constant.co_name.startswith("__") and constant.co_name.endswith("__"):
            yield constant


def _words(constant: object) -> Iterator[str]:
    if isinstance(constant, str):
        if constant.isidentifier():
            yield constant
    elif isinstance(constant, (tuple, frozenset)):
        for one in constant:
            yield from _words(one)
