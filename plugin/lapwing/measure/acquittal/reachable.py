"""Which functions might the code that ran call another time, though it did not when it was looked at?

A buffer that is flushed at its thousandth entry is not flushed in two calls, and yet its flushing is part of the cost.
So whatever carries a name that the functions that ran mention (as a global, an attribute or in a string) counts as if
it had run, and what it mentions in turn; and so does what modules and classes bind to such a name, or give to somebody
who is mentioned (:mod:`~.statements`). Names are compared and nothing else: too much is found rather than too little,
at the price of a measurement. A class that is mentioned counts with its special methods; with all of them where a base
is not the project's, for a library may call any.
"""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING, Final

from lapwing.measure.acquittal.readers import LISTERS
from lapwing.measure.acquittal.statements import QUIET, is_function, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lapwing.measure.acquittal.statements import Statement

_NO_CALLER: Final = ("Error", "Exception", "Warning")
"""How the names of bases end that call no methods of their subclasses."""

_MAKERS: Final = frozenset({"__init_subclass__", "__new__", "__init__", "__call__", "__set_name__"})


def mentioned(codes: Iterable[CodeType]) -> set[str]:
    """Return the names that functions and what is nested in them mention."""
    names: set[str] = set()
    left = list(codes)
    while left:
        code = left.pop()
        for name in code.co_names:
            names.update(name.split("."))  # of an import
            if name.startswith("_") and "__" in name[1:]:
                names.add(name[name.index("__", 1) :])  # self.__name in a class is _Class__name
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                left.append(constant)
            else:
                names.update(_words(constant))
    return names


class Definitions:
    """The functions and classes that the modules of a process define, and the names that lead to them."""

    def __init__(self) -> None:
        self._kept: dict[int, CodeType] = {}  # all that is known by its identity, so that no other code gets it
        self._files: dict[int, str] = {}
        self._by_name: dict[str, list[CodeType]] = {}
        self._by_code: dict[int, Statement] = {}
        self._stated: list[Statement] = []
        self._led_to: dict[str, list[Statement]] = {}
        self._mentions: dict[int, set[str]] = {}
        self._further: dict[str, set[str]] = {}

    def add(self, modules: Iterable[tuple[str, CodeType]]) -> None:
        """Take in modules by file; those that are known already cost nothing."""
        fresh: list[Statement] = []
        before = set(self._by_name)
        for file, module in modules:
            if id(module) not in self._kept:
                self._kept[id(module)] = module
                fresh += self._stated_in(file, module)
        if fresh:
            self._further = {}
            new = self._by_name.keys() - before
            # What keeps a function may be defined in a module that came later.
            for statement in (*fresh, *(one for one in self._stated if not new.isdisjoint(one.loaded))):
                for name in self._leading_to(statement):
                    self._led_to.setdefault(name, []).append(statement)
            self._stated += fresh

    def reached(
        self, ran: Iterable[CodeType], early: Iterable[CodeType] = ()
    ) -> tuple[list[tuple[str, CodeType]], set[str]]:
        """Return file and code of each function that functions which ran lead to, or those in turn, and all names.

        Those that ran ``early`` only, when modules were loaded, may have put something in the way of those that
        mention the same names, and are no beginning of their own.
        """
        found: dict[int, tuple[str, CodeType]] = {}
        touched: set[int] = set()
        known: set[str] = set()
        left = self._begin_with(ran)
        prepared = self._by_mention(early)
        while left:
            name = left.pop()
            known.add(name)
            codes = [*self._by_name.get(name, ()), *prepared.get(name, ())]
            for statement in self._led_to.get(name, ()):
                if id(statement) not in touched:
                    touched.add(id(statement))
                    left |= statement.loaded - known
                    codes += statement.codes
            for one in self._called(codes):
                if id(one) not in found:
                    found[id(one)] = (self._files.get(id(one), ""), one)
                    left |= self._mentioned(one) - known
        return list(found.values()), known

    def lists(self, names: Iterable[str]) -> bool:
        """Tell whether a statement that one of these names leads to lists names: ``ALL = dict(globals())``."""
        return any(not LISTERS.isdisjoint(one.loaded) for name in names for one in self._led_to.get(name, ()))

    def _begin_with(self, ran: Iterable[CodeType]) -> set[str]:
        """Return what functions that ran mention themselves, and their defaults and decorators."""
        names: set[str] = set()
        for code in filter(is_function, ran):
            names |= self._mentioned(code)
            statement = self._by_code.get(id(code))
            if statement is not None and statement.gives:
                names |= statement.loaded
        return names

    def _by_mention(self, early: Iterable[CodeType]) -> dict[str, list[CodeType]]:
        found: dict[str, list[CodeType]] = {}
        for code in filter(is_function, early):
            for name in self._mentioned(code) - QUIET:
                found.setdefault(name, []).append(code)
        return found

    def _called(self, codes: Iterable[CodeType]) -> Iterator[CodeType]:
        """Return functions themselves, and of classes what may be called of them."""
        for code in codes:
            yield from (code,) if is_function(code) else self._methods(code)

    def _stated_in(self, file: str, code: CodeType) -> Iterator[Statement]:
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self._by_name.setdefault(constant.co_name, []).append(constant)
                self._files[id(constant)] = file
                if not is_function(constant):
                    yield from self._stated_in(file, constant)
        for statement in statements(code):
            for one in statement.codes:
                self._by_code[id(one)] = statement
            yield statement

    def _leading_to(self, statement: Statement) -> set[str]:
        """Return by mention of which names somebody may get what a statement defines or mentions.

        A call may put it anywhere that the one who is called mentions: a decorator into its registry, a base class
        into a list of its subclasses.
        """
        names = statement.keepers
        if statement.calls and statement.gives:
            given = [name for name in statement.loaded if name in self._by_name]
            if statement.codes or len(given) > 1:
                for name in given:
                    names |= self._mentioned_further(name)
        return names

    def _mentioned_further(self, name: str) -> set[str]:
        """Return what functions of that name mention and those that they call; of a class, what makes its objects.

        No further than that: a decorator keeps what it is given itself, or has somebody do it.
        """
        if name not in self._further:
            own = self._mentioned_by(name)
            self._further[name] = own.union(*(self._mentioned_by(one) for one in own - QUIET))
        return self._further[name]

    def _mentioned_by(self, name: str) -> set[str]:
        found: set[str] = set()
        for code in self._by_name.get(name, ()):
            for one in (code,) if is_function(code) else _makers(code):
                found |= self._mentioned(one)
        return found

    def _methods(self, code: CodeType) -> Iterator[CodeType]:
        """Return the methods of a class that may be called without their names."""
        return _functions(code) if self._is_open(code, frozenset()) else _special(code)

    def _is_open(self, code: CodeType, below: frozenset[str]) -> bool:
        """Tell whether a class has a base that is not the project's, directly or not."""
        statement = self._by_code.get(id(code))
        if statement is None:
            return True  # made inside of a function or by a call: unknown
        for base in statement.bases - below - {code.co_name}:
            classes = [one for one in self._by_name.get(base, ()) if not is_function(one)]
            if not classes and not base.endswith(_NO_CALLER):
                return True
            if any(self._is_open(one, below | {base, code.co_name}) for one in classes):
                return True
        return False

    def _mentioned(self, code: CodeType) -> set[str]:
        if id(code) not in self._mentions:
            self._mentions[id(code)] = mentioned((code,))
            self._kept.setdefault(id(code), code)
        return self._mentions[id(code)]


def _special(code: CodeType) -> Iterator[CodeType]:
    """Return the special methods in the body of a class."""
    return (one for one in _functions(code) if one.co_name.startswith("__") and one.co_name.endswith("__"))


def _makers(code: CodeType) -> Iterator[CodeType]:
    """Return the methods of a class that run when a class derives from it or an object of it is made."""
    return (one for one in _functions(code) if one.co_name in _MAKERS)


def _functions(code: CodeType) -> Iterator[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType) and is_function(one))


def _words(constant: object) -> Iterator[str]:
    if isinstance(constant, str):
        if constant.isidentifier():
            yield constant
    elif isinstance(constant, (tuple, frozenset)):
        for one in constant:
            yield from _words(one)
