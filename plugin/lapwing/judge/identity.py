"""What is a benchmark called now that had another id before? The one place that follows renames.

A benchmark says what it was called, ``@perf(was=...)``: whoever reads its series (verdicts, checks, logs, sites) asks
here under which present id a recorded one stands. Three rules keep two histories from becoming one:

- an id that is itself declared is nobody's former one: its values are its own;
- an id that two benchmarks say they were is neither's;
- renames are followed along what runs declared: of *a was b*, *b was c* the values of c stand under a.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lapwing.model import Declared

_NAMED: Final = 3


def aliases_of(declared: Iterable[Declared], *, also: Iterable[str] = ()) -> dict[str, str]:
    """Return the ids that benchmarks had before, each with its present one.

    ``also`` are ids that are in use besides those ``declared``, of the other shards of a suite.
    """
    given = list(declared)
    present = {one.benchmark for one in given} | set(also)
    claims = Counter(old for old, _ in _claims(given))
    return {old: new for old, new in _claims(given) if old not in present and claims[old] == 1}


def newest_declared(declared: Iterable[Sequence[Declared]]) -> dict[str, Declared]:
    """Return by id the newest declaration of each benchmark, of what several runs declared, the newest run first.

    What a newer run says was renamed is not taken for a benchmark of its own because an older one still has it.
    """
    found: dict[str, Declared] = {}
    former: set[str] = set()
    for of_run in declared:
        own = {one.benchmark: one for one in of_run}
        for benchmark, one in own.items():
            if benchmark not in former:
                found.setdefault(benchmark, one)
        former.update(old for old, _ in _claims(of_run) if old not in own and old not in found)
    return found


def followed(was: Sequence[str], earlier: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the former ids ``was`` with those that they had before themselves, each once, the latest first.

    ``earlier`` has by id what it was called before, as a run once declared it. A circle of renames ends where it began.
    """
    found = dict.fromkeys(was)
    todo = list(was)
    while todo:
        for old in earlier.get(todo.pop(0), ()):
            if old not in found:
                found[old] = None
                todo.append(old)
    return tuple(found)


def doubtful_aliases(declared: Iterable[Declared], *, also: Iterable[str] = ()) -> tuple[RunWarning, ...]:
    """Warn of former ids that cannot be followed: one that is still in use, one that two benchmarks had."""
    given = list(declared)
    present = {one.benchmark for one in given} | set(also)
    claims = Counter(old for old, _ in _claims(given))
    in_use = [f"{new} was {old}" for old, new in _claims(given) if old in present]
    twice = sorted(old for old, count in claims.items() if count > 1 and old not in present)
    found = []
    if in_use:
        found.append(
            RunWarning(
                slug="alias-in-use",
                message=f"A former id is still that of a benchmark, which keeps its history: {_some(in_use)}.",
                remedy="remove was= where nothing was renamed, or give the benchmark that has the id now one of its "
                "own, as in @perf(id='...').",
            )
        )
    if twice:
        found.append(
            RunWarning(
                slug="alias-claimed-twice",
                message=f"Two benchmarks say that they had one id, so its history is neither's: {_some(twice)}.",
                remedy="leave was= with the one that was renamed; of a parameter, say it on the parameter, as in "
                "pytest.param(..., marks=perf(was='...')).",
            )
        )
    return tuple(found)


def _claims(declared: Iterable[Declared]) -> list[tuple[str, str]]:
    """Return each former id with the benchmark that claims it; its own is no claim."""
    return [(old, one.benchmark) for one in declared for old in dict.fromkeys(one.was) if old != one.benchmark]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
