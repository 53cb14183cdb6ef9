"""What does a ``perf`` mark ask for? Its options, checked, as one frozen :class:`PerfOptions`."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import LapwingError, MarkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_PROCESSES: Final = 64
MAX_LOOPS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PerfOptions:
    """The options of one benchmark; None where the run's setting or the sampler decides.

    ``limit`` is the relative change that matters, ``budget`` what must never be passed, as texts. ``setup`` is called
    untimed before each round; its parameters are fixtures by name, and a dict it returns replaces arguments. ``id``
    and ``was`` are stable ids, now and before. ``loops`` are calls to a value, ``warmup`` calls before the first value,
    ``time_budget`` seconds for all processes together, ``timeout`` seconds for one process. ``gc`` says whether the
    garbage collector runs while the clock does.

    ``metric`` is what ``lapwing compare`` judges it by: ``time``, or ``instructions``, counted under valgrind in one
    call of each side and not timed, so that numbers it records are not compared either. Where they cannot be counted
    (no valgrind; a coroutine, a ``with perf:`` block or a ``setup``), its time is judged and a warning says so.
    ``pytest --perf`` measures time whatever it says.
    """

    limit: float | None = None
    budget: tuple[str, ...] = ()
    setup: Callable[..., Any] | None = None
    id: str | None = None
    was: tuple[str, ...] = ()
    loops: int | None = None
    warmup: int | None = None
    gc: str = "off"
    time_budget: float | None = None
    processes: int | None = None
    timeout: float | None = None
    metric: str = "time"

    @property
    def per_call(self) -> bool:
        """Whether a budget is over single calls, as percentiles and maxima are."""
        return any(word.strip().lower().startswith(("p", "max")) for word in self.budget)


def parse(marks: Iterable[tuple[tuple[Any, ...], dict[str, Any]]], *, where: str) -> PerfOptions:
    """Return the options of a benchmark's marks, given closest first as ``(args, kwargs)``; the closest wins.

    Raises:
        MarkError: a positional argument, an unknown option or a wrong value (slugs ``mark-argument``,
            ``unknown-option``, ``bad-option``).
        BudgetError: a budget that cannot be read.
    """
    merged: dict[str, Any] = {}
    for args, kwargs in marks:
        if args:
            raise MarkError(
                "mark-argument",
                f"perf of {where} is given {args[0]!r} without a name.",
                remedy="name every option, as in @perf(limit=0.03).",
            )
        for name, value in kwargs.items():
            if name not in _CHECKS:
                raise _unknown(name, where)
            merged.setdefault(name, value)
    checked: dict[str, Any] = {}
    for name, value in merged.items():
        wanted, check = _CHECKS[name]
        try:
            checked[name] = check(value)
        except LapwingError:
            raise
        except (TypeError, ValueError, OverflowError):
            shown = repr(value)[:80]
            raise MarkError(
                "bad-option", f"{name}={shown} of {where} is not {wanted}.", remedy=f"give {name} {wanted}."
            ) from None
    return PerfOptions(**checked)


def _unknown(name: str, where: str) -> MarkError:
    import difflib  # noqa: PLC0415 - only on the way to an error

    near = difflib.get_close_matches(name, _CHECKS, n=1, cutoff=0.0)[0]
    return MarkError(
        "unknown-option",
        f"perf of {where} has no option {name!r}.",
        remedy=f"did you mean {near!r}? The options are {', '.join(_CHECKS)}.",
    )


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError
    number = float(value)
    if not (math.isfinite(number) and low < number < high):
        raise ValueError
    return number


def _whole(value: Any, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError
    if not low <= value <= high:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    if not value.strip():
        raise ValueError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (_text(value),)
    if not isinstance(value, (list, tuple)):
        raise TypeError
    return tuple(_text(one) for one in value)


def _budgets(value: Any) -> tuple[str, ...]:
    from lapwing.judge.budget import parse_budget  # noqa: PLC0415 - a plain run has no budgets to read

    texts = _texts(value)
    for text in texts:
        parse_budget(text)
    return texts


def _callable(value: Any) -> Any:
    if not callable(value):
        raise TypeError
    return value


def _gc(value: Any) -> str:
    if value not in ("on", "off"):
        raise ValueError
    return str(value)


def _metric(value: Any) -> str:
    if value not in ("time", "instructions"):
        raise ValueError
    return str(value)


_SECONDS: Final = "a number of seconds above 0"

# Each option with what it wants, in the words of the error, and what checks it.
_CHECKS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "limit": ("a share above 0 and below 10, such as 0.05", lambda value: _number(value, 0, 10)),
    "budget": ("a text such as 'p99 < 2 ms', or a list of them", _budgets),
    "setup": ("a function", _callable),
    "id": ("a text that is not empty", _text),
    "was": ("an id the benchmark had, or a list of them", _texts),
    "loops": ("a whole number of at least 1", lambda value: _whole(value, 1, MAX_LOOPS)),
    "warmup": ("a whole number of calls, at least 0", lambda value: _whole(value, 0, MAX_LOOPS)),
    "gc": ("'on' or 'off'", _gc),
    "time_budget": (_SECONDS, lambda value: _number(value, 0, math.inf)),
    "processes": (f"a whole number from 1 to {MAX_PROCESSES}", lambda value: _whole(value, 1, MAX_PROCESSES)),
    "timeout": (_SECONDS, lambda value: _number(value, 0, math.inf)),
    "metric": ("'time' or 'instructions'", _metric),
}
assert set(_CHECKS) == {field.name for field in fields(PerfOptions)}
