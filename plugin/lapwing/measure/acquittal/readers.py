"""Which code looks at code? What reads docstrings makes them count, what lists names makes every definition count."""

from __future__ import annotations

import dis
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import CodeType

_DOC: Final = "__doc__"
_DOC_READERS: Final = frozenset({"getdoc", "getcomments", "getsource", "getsourcelines"})
_LISTERS: Final = frozenset(
    {"vars", "globals", "locals", "dir", "getmembers", "getmembers_static", "__dict__", "getsource", "getsourcelines"}
)
_COPY: Final = 3
"""Instructions from the reading of one ``__doc__`` to its storing as another's: load it, load the other, store."""


def enumerates(code: CodeType) -> bool:
    """Tell whether code may go through the names of a module or a class."""
    return not _LISTERS.isdisjoint(code.co_names)


def reads_docs(code: CodeType) -> bool:
    """Tell whether code reads docstrings to do something with them; copying one to a wrapper is nothing."""
    if not _DOC_READERS.isdisjoint(code.co_names) or _DOC in code.co_consts:
        return True
    if _DOC not in code.co_names:
        return False
    steps = [one for one in dis.get_instructions(code) if one.opname not in {"CACHE", "EXTENDED_ARG", "RESUME"}]
    for at, step in enumerate(steps):
        if step.argval == _DOC and step.opname.startswith("LOAD"):
            after = steps[at + 1 : at + _COPY]
            if not any(one.opname in {"STORE_ATTR", "STORE_NAME"} and one.argval == _DOC for one in after):
                return True
    return False
