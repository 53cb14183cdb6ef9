"""Which code looks at code? What reads docstrings makes them count; what computes names may reach any function."""

from __future__ import annotations

import dis
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import CodeType

_DOC: Final = "__doc__"
_DOC_READERS: Final = frozenset(
    {"getdoc", "getcomments", "getsource", "getsourcelines", "docopt", "ply", "yacc", "plac", "doctest"}
)
"""Functions and libraries. Grammars of ply and options of docopt are docstrings."""

_NAMERS: Final = frozenset({"getattr", "hasattr", "attrgetter", "methodcaller", "__getattribute__"})
LISTERS: Final = frozenset(
    {"vars", "globals", "locals", "dir", "getmembers", "getmembers_static", "__dict__", "__subclasses__"}
)
_RUNNERS: Final = frozenset({"eval", "exec"})
_IMPORTERS: Final = frozenset({"import_module", "__import__", "run_module", "run_path", "entry_points", "find_spec"})
_COMPUTING: Final = _NAMERS | LISTERS | _RUNNERS | _IMPORTERS
_ASKED: Final = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__delattr__", "__dir__"})
"""What they look up, somebody mentions."""

_COPY: Final = 3
"""Instructions from the reading of one ``__doc__`` to its storing as another's: load it, load the other, store."""

_GAPS: Final = frozenset({"CACHE", "EXTENDED_ARG", "RESUME", "PRECALL", "PUSH_NULL", "KW_NAMES"})


def computes_names(code: CodeType) -> bool:
    """Tell whether code may get at functions by names that it computes, or lists."""
    if _COMPUTING.isdisjoint(code.co_names) or code.co_name in _ASKED:
        return False
    steps = _steps(code)
    return any(_computes(steps, at) for at, step in enumerate(steps) if step.argval in _COMPUTING)


def imports_computed(code: CodeType) -> bool:
    """Tell whether code may import modules by names that it computes."""
    return not (_IMPORTERS | _RUNNERS).isdisjoint(code.co_names) and computes_names(code)


def reads_docs(code: CodeType) -> bool:
    """Tell whether code reads docstrings to do something with them; copying one to a wrapper is nothing."""
    if _DOC in code.co_consts or any(not _DOC_READERS.isdisjoint(name.split(".")) for name in code.co_names):
        return True
    if _DOC not in code.co_names:
        return False
    steps = _steps(code)
    for at, step in enumerate(steps):
        if step.argval == _DOC and step.opname.startswith("LOAD"):
            after = steps[at + 1 : at + _COPY]
            if not any(one.opname in {"STORE_ATTR", "STORE_NAME"} and one.argval == _DOC for one in after):
                return True
    return False


def _steps(code: CodeType) -> list[dis.Instruction]:
    return [one for one in dis.get_instructions(code) if one.opname not in _GAPS]


def _computes(steps: list[dis.Instruction], at: int) -> bool:
    """Tell whether the step that loads one of the names in question is one that computes names."""
    step = steps[at]
    if not step.opname.startswith("LOAD") or step.opname == "LOAD_CONST":
        return False
    if step.argval in _RUNNERS:
        return step.opname in {"LOAD_GLOBAL", "LOAD_NAME"}  # model.eval() is somebody's method
    if step.argval == "__dict__":
        return not (at and steps[at - 1].argval == "self")  # data
    return step.argval in LISTERS or not _names_a_constant(steps[at + 1 :])


def _names_a_constant(steps: list[dis.Instruction]) -> bool:
    """Tell whether what is called is given a name that stands there: ``getattr(one.other, "name", None)``."""
    left = iter(steps)
    for step in left:
        if step.opname == "LOAD_CONST":
            after = next(left, None)
            if after is not None and after.opname.startswith("LOAD"):  # the default
                after = next(left, None)
            return isinstance(step.argval, str) and after is not None and after.opname.startswith("CALL")
        if not step.opname.startswith("LOAD"):
            return False
    return False
