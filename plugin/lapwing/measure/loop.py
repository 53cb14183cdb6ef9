"""What runs between two readings of the clock? A loop generated for one call, as timeit does it.

The arguments are local variables of the loop and are passed by position wherever the function allows it; there is no
``**kwargs`` between the clock and the call. An empty body is thus measured to within a few nanoseconds of a
hand-written timeit (50 ns with ``fn(**kwargs)``).
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lapwing.measure.clock import Stopwatch

_TRIES: Final = 51

# Wall time is innermost: reading the processor's clock is a system call (440 ns), reading the wall's is not (40 ns).
_TOTAL: Final = """
{define} total(loops, wall, cpu, fn{params}):
    __tracebackhide__ = True
    cpu_start = cpu()
    start = wall()
    for _ in loops:
        {call}
    end = wall()
    return end - start, cpu() - cpu_start
"""
_EACH: Final = """
{define} each(loops, wall, cpu, fn{params}):
    __tracebackhide__ = True
    took = []
    keep = took.append
    cpu_start = cpu()
    for _ in loops:
        start = wall()
        {call}
        end = wall()
        keep(end - start)
    return took, cpu() - cpu_start
"""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to time: the function and its arguments, those by name separate from those by position."""

    fn: Callable[..., Any]
    args: tuple[Any, ...] = ()
    named: tuple[tuple[str, Any], ...] = ()

    @property
    def values(self) -> tuple[Any, ...]:
        """All the arguments, in the order the generated loop takes them."""
        return (*self.args, *(value for _, value in self.named))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of those passed by name."""
        return tuple(name for name, _ in self.named)

    def loops(self, *, awaited: bool = False, each: bool = False) -> Callable[..., Any]:
        """Return the generated loop for calls of this shape."""
        return _generated(len(self.args), self.names, awaited, each)


def call_by_name(fn: Callable[..., Any], arguments: Mapping[str, Any]) -> Call:
    """Return the call ``fn(**arguments)``, with everything by position that can be."""
    try:
        parameters = inspect.signature(fn).parameters
    except (TypeError, ValueError):  # some callables have no signature
        return Call(fn, (), tuple(arguments.items()))
    by_position: list[Any] = []
    for name, parameter in parameters.items():
        if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD or name not in arguments:
            break
        by_position.append(name)
    named = tuple((name, value) for name, value in arguments.items() if name not in by_position)
    return Call(fn, tuple(arguments[name] for name in by_position), named)


@lru_cache(maxsize=256)
def _generated(positions: int, names: tuple[str, ...], awaited: bool, each: bool) -> Callable[..., Any]:  # noqa: FBT001 - a cache's key
    """Return the loop that passes ``positions`` arguments by position and ``names`` by name.

    A name that is none (``**{"a b": 1}`` is legal Python) would be code here, so then the call goes by ``**kwargs``.
    """
    places = [f"a{index}" for index in range(positions)]
    named = [f"n{index}" for index in range(len(names))]
    plain = all(name.isidentifier() and name.isascii() and not iskeyword(name) for name in names)
    shown = [f"{name}={value}" for name, value in zip(names, named, strict=True)] if plain else ["**kwargs"]
    call = f"{'await ' if awaited else ''}fn({', '.join([*places, *(shown if names else [])])})"
    params = "".join(f", {name}" for name in [*places, *named])
    source = (_EACH if each else _TOTAL).format(define="async def" if awaited else "def", params=params, call=call)
    if not plain:
        pairs = ", ".join(f"{name!r}: {value}" for name, value in zip(names, named, strict=True))
        source = source.replace("    cpu_start", f"    kwargs = {{{pairs}}}\n    cpu_start", 1)
    space: dict[str, Any] = {}
    exec(compile(source, "<lapwing loop>", "exec"), {}, space)  # noqa: S102 - made of checked identifiers only, as timeit does
    loop: Callable[..., Any] = space["each" if each else "total"]
    return loop


def rounds(count: int) -> Iterator[None]:
    """Return the cheapest iterator of ``count`` turns."""
    return repeat(None, count)


def empty_cost(call: Call, stopwatch: Stopwatch) -> tuple[float, float]:
    """Return the wall and processor seconds a loop of no turns takes: what is subtracted from every value.

    The loops with and without ``await`` cost the same when they do not turn, so the plain one stands for both.
    """
    loop = call.loops()
    least_wall = least_cpu = float("inf")
    for _ in range(_TRIES):
        wall, cpu = loop(rounds(0), stopwatch.wall, stopwatch.cpu, call.fn, *call.values)
        least_wall, least_cpu = min(least_wall, wall), min(least_cpu, cpu)
    return least_wall, least_cpu
