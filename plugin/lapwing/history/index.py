"""What are the values of metrics in every run? Read without a document, by run or by series, and grouped in numpy.

A million values (1,000 benchmarks, 1,000 runs) are read as 1,000 blocks; of a few series the stretches are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import select

from lapwing.history import stretches, tables
from lapwing.history.kinds import read_kinds
from lapwing.history.texts import is_text
from lapwing.history.values import Values, read_runs
from lapwing.model import Recorded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy import Connection

    from lapwing.history.kinds import Kind

    Array = np.ndarray[Any, np.dtype[Any]]

_SHORT: Final = 2**15
_MOST_TABLE: Final = 2**22
"""Numbers that a table is made for: 32 MB."""

_FEW: Final = 100
"""Series that are read by stretches; 100 of 1,000 take half as long so as reading every run, 200 as long."""


def read_recorded(
    connection: Connection,
    *,
    machine: str | None,
    metrics: Collection[str] | None,
    benchmarks: Collection[str] | None,
    gathered: bool,
) -> Iterator[Recorded]:
    """Yield the values by benchmark, metric and machine, sorted; within one by the order of storing.

    ``machine``, ``metrics`` and ``benchmarks`` narrow the selection, None is all; ``gathered`` tells whether the tables
    have stretches. What is damaged is left out: a series, a run whose id is no text or whose block is not what was
    written, a value that is of no series or no number. ``damaged()`` names it.
    """
    kinds = read_kinds(connection, machine=machine, metrics=metrics, benchmarks=benchmarks).known
    if not kinds:
        return
    values = stretches.read(connection, kinds) if gathered and len(kinds) <= _FEW else None
    if values is None:
        values = read_runs(connection, machine=machine)
    run = tables.run.c
    chosen = select(run.sequence, run.id).order_by(run.sequence)
    rows = connection.execute(chosen if machine is None else chosen.where(run.machine == machine)).all()
    yield from _group(kinds, values, [(number, run_id) for number, run_id in rows if is_text(run_id)])


def _group(kinds: Sequence[Kind], values: Values, runs: Sequence[tuple[int, str]]) -> Iterator[Recorded]:
    # Every key of a Recorded, sorted; and for each number of a series the place of its key.
    first = {kind.key: kind for kind in reversed(kinds)}
    keys = sorted(first)
    place_of = {key: place for place, key in enumerate(keys)}
    key_of_kind = np.array([place_of[kind.key] for kind in kinds], dtype=np.int64)

    kind_of = _places([kind.number for kind in kinds], values.series)
    run_of = _places([number for number, _ in runs], values.run)
    is_good = (kind_of >= 0) & (run_of >= 0) & np.isfinite(values.value)
    key_of = np.where(is_good, key_of_kind[kind_of], -1)
    # Stable, so that the order of storing stays within each key; by 16 bits that takes a fifth of the time.
    order = np.argsort(key_of.astype(np.int16) if len(keys) < _SHORT else key_of, kind="stable")
    order = order[np.searchsorted(key_of[order], 0) :]
    texts: dict[str, int] = {}
    for kind in kinds:
        texts.setdefault(kind.fingerprint, len(texts))
    yield from _recorded(
        _Sorted(
            kinds=[first[key] for key in keys],
            key_of=key_of[order],
            runs=_texts([run_id for _, run_id in runs]),
            run_of=run_of[order],
            value=values.value[order],
            error=values.error[order],
            fingerprints=_texts(list(texts)),
            fingerprint_of=np.array([texts[kind.fingerprint] for kind in kinds], dtype=np.int64)[kind_of[order]],
        )
    )


def _places(known: Sequence[int], numbers: Array) -> Array:
    """Return where each of ``numbers`` stands in ``known``, which is sorted; -1 where it does not."""
    if not known:
        return np.full(len(numbers), -1)
    there = np.array(known, dtype=np.int64)
    last = int(there[-1])
    if there[0] >= 0 and last < _MOST_TABLE:
        # A table takes a quarter of the time of a search; its last cell is for what is nowhere.
        table = np.full(last + 2, -1)
        table[there] = np.arange(len(there))
        return table[np.where((numbers >= 0) & (numbers <= last), numbers, -1)]
    places = np.minimum(np.searchsorted(there, numbers), len(there) - 1)
    return np.where(there[places] == numbers, places, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """Values sorted by key, and of each the place of its key among ``kinds``, of its run and of its fingerprint."""

    kinds: Sequence[Kind]
    runs: Array
    fingerprints: Array
    key_of: Array
    run_of: Array
    value: Array
    error: Array
    fingerprint_of: Array


def _recorded(found: _Sorted) -> Iterator[Recorded]:
    """Yield one Recorded for each stretch of values with one key.

    Most series have the runs of the one before: those are one object then, which takes no time to make or to compare.
    """
    start, before = 0, slice(0, 0)
    runs: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    for end in (np.flatnonzero(np.diff(found.key_of, append=-1)) + 1).tolist():
        kind = found.kinds[found.key_of[start]]
        chosen = slice(start, end)
        if not np.array_equal(found.run_of[chosen], found.run_of[before]):
            runs = tuple(found.runs[found.run_of[chosen]].tolist())
        if not np.array_equal(found.fingerprint_of[chosen], found.fingerprint_of[before]):
            fingerprints = tuple(found.fingerprints[found.fingerprint_of[chosen]].tolist())
        yield Recorded(
            metric=kind.metric,
            unit=kind.unit,
            machine=kind.machine,
            runs=runs,
            values=tuple(found.value[chosen].tolist()),
            errors=tuple(found.error[chosen].tolist()),
            fingerprints=fingerprints,
        )
        start, before = end, chosen


def _texts(texts: Sequence[str]) -> Array:
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array
