"""What was worked out of a pair before? A comparison asks the same of the same pairs after each new one.

With 500 benchmarks and 60 pairs it took 0.4 s of processor after each pair to work out everything anew, and so it takes
0.04 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

One = TypeVar("One")
Result = TypeVar("Result")

MOST: Final = 256
"""Results that are kept: a comparison has 80 pairs of head with base and as many of base with base, a rerun 64 more.
What they belong to is kept with them, of 500 benchmarks 0.1 MB each."""


class Remembered(Generic[One, Result]):
    """A function of one frozen object, which is not called twice in a row for the same object.

    The same means the same object, not an equal one: to compare two pairs takes as long as to work them out.
    """

    def __init__(self, function: Callable[[One], Result], *, most: int = MOST) -> None:
        """Remember nothing yet, later ``most`` results."""
        self._function, self._most = function, most
        self._known: dict[int, tuple[One, Result]] = {}

    def __call__(self, one: One) -> Result:
        """Return the function's result; nobody may change it."""
        known = self._known.get(id(one))
        # What is kept is alive, so that no other object can have its id.
        if known is not None:
            return known[1]
        result = self._function(one)
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[id(one)] = (one, result)
        return result
