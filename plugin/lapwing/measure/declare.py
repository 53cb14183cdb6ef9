"""Which collected tests are benchmarks, under which id and with which options?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import IdentityError
from lapwing.measure.options import PerfOptions, parse
from lapwing.model import MAX_NAME, Declared

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lapwing.measure.meter import Style

_FIXTURES: Final[tuple[Style, ...]] = ("benchmark", "perf")
_OURS: Final = ("lapwing.plugin", "lapwing.measure.fixtures", "pytest_benchmark.plugin")
_MAX_PARAM: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A collected benchmark: its test item, what it is called, how it is measured."""

    item: Any
    declared: Declared
    options: PerfOptions
    style: Style


def style_of(item: Any) -> Style | None:
    """Tell how a test measures: through a fixture, by its body (it is marked), or not at all (None)."""
    names = getattr(item, "fixturenames", None)
    if names is None:  # a doctest, a file of somebody's own kind
        return None
    for name in _FIXTURES:
        if name in names and _reaches_ours(item, name):
            return name
    return "body" if item.get_closest_marker("perf") is not None else None


def _reaches_ours(item: Any, name: str) -> bool:
    """Tell whether a fixture is ours, or one of the project's that stands on ours: any may be named ``benchmark``."""
    for definition in reversed(item._fixtureinfo.name2fixturedefs.get(name, ())):  # noqa: SLF001 - no public way to ask
        if getattr(definition.func, "__module__", "") in _OURS:
            return True
        if name not in definition.argnames:
            return False
    return False


def options_of(item: Any) -> PerfOptions:
    """Return the options of an item's marks, the closest first.

    Raises:
        MarkError, BudgetError: an option that cannot be.
    """
    return parse(((mark.args, mark.kwargs) for mark in item.iter_markers("perf")), where=item.nodeid)


def declare(items: Iterable[Any]) -> list[Benchmark]:
    """Return the benchmarks among ``items``, in their order.

    Raises:
        IdentityError: two benchmarks have one id (slug ``duplicate-id``).
        MarkError, BudgetError: an option that cannot be.
        UsageError: an id that no store could hold.
    """
    found = [_benchmark(item, style) for item in items if (style := style_of(item)) is not None]
    refuse_duplicates([benchmark.declared for benchmark in found])
    return found


def refuse_duplicates(declared: Sequence[Declared]) -> None:
    """Refuse two benchmarks with one id: their values would become one series.

    Raises:
        IdentityError: names both.
    """
    seen: dict[str, Declared] = {}
    for one in declared:
        other = seen.setdefault(one.benchmark, one)
        if other is not one:
            raise IdentityError(
                "duplicate-id",
                f"{other.node_id} ({other.location}) and {one.node_id} ({one.location}) are both {one.benchmark!r}.",
                remedy="give one of them another id, as in @perf(id='...'), or name its parameters through ids=.",
            )


def _benchmark(item: Any, style: Style) -> Benchmark:
    options = options_of(item)
    callspec = getattr(item, "callspec", None)
    path, line, _ = item.location
    declared = Declared(
        benchmark=_stable_id(item, options.id) if options.id is not None else item.nodeid,
        node_id=item.nodeid,
        was=tuple(_stable_id(item, name) for name in options.was),
        limit=options.limit,
        budgets=options.budget,
        fingerprint=_fingerprint(options, style),
        params=tuple((str(name), repr(value)[:_MAX_PARAM]) for name, value in sorted(callspec.params.items()))
        if callspec is not None
        else (),
        location=f"{path}:{line + 1 if line is not None else 0}"[:MAX_NAME],
        judged_by=options.metric,
    )
    return Benchmark(item=item, declared=declared, options=options, style=style)


def _stable_id(item: Any, name: str) -> str:
    """Return an id given on a test, with the parameters of each of its items; one given on a parameter is whole."""
    callspec = getattr(item, "callspec", None)
    if callspec is None or name.endswith("]"):
        return name
    for mark in callspec.marks:
        given = mark.kwargs.get("was", ()) if mark.name == "perf" else ()
        if mark.name == "perf" and (
            mark.kwargs.get("id") == name or name in ([given] if isinstance(given, str) else given)
        ):
            return name
    return f"{name}[{callspec.id}]"


def _fingerprint(options: PerfOptions, style: Style) -> str:
    """Return a hash of the settings that change what a value is; how long and how often is not among them."""
    from hashlib import blake2s  # noqa: PLC0415 - only where something is measured

    matters: tuple[object, ...] = (style, options.loops, options.setup is not None, options.gc, options.warmup)
    return blake2s(repr(matters).encode(), digest_size=4).hexdigest()
