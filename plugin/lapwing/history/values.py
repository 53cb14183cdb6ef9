"""What are the values in each run's block, as arrays?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import select

from lapwing.history import tables
from lapwing.history.blocks import Points, from_block, is_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    Array = np.ndarray[Any, np.dtype[Any]]

_AT_ONCE: Final = 50
"""Runs whose blocks are fetched together; 2 MB where each has 2,000 values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """One value in each place: the number of its series, the sequence number of its run, the value, its error.

    The values of one series are in the order of storing.
    """

    series: Array
    run: Array
    value: Array
    error: Array


def read_runs(connection: Connection, *, machine: str | None, after: int = 0, last: int | None = None) -> Values:
    """Read the runs of one machine or all that have a sequence number above ``after`` and up to ``last``.

    A run whose block is damaged is left out.
    """
    run, values = tables.run.c, tables.values
    chosen = select(run.sequence, values.c.check, values.c.block).join(values, values.c.run == run.sequence)
    chosen = chosen.where(run.sequence > after)
    if machine is not None:
        chosen = chosen.where(run.machine == machine)
    if last is not None:
        chosen = chosen.where(run.sequence <= last)
    # Some at a time: a server's whole answer, as text, would be held beside what is made of it.
    rows = connection.execute(chosen.order_by(run.sequence), execution_options={"yield_per": _AT_ONCE})
    whole = [(number, block) for number, check, block in rows if is_whole(block, check)]
    numbers, points = labelled(whole)
    return Values(series=points["number"], run=numbers, value=points["value"], error=points["error"])


def labelled(blocks: Sequence[tuple[int, bytes]]) -> tuple[Array, Points]:
    """Return the points of all blocks (whole ones), one after the other, and for each the number of its block."""
    points = from_block(b"".join(block for _, block in blocks))
    numbers = np.array([number for number, _ in blocks], dtype=np.int64)
    return np.repeat(numbers, [len(block) // points.itemsize for _, block in blocks]), points


def joined(several: Sequence[Values]) -> Values:
    """Return all of ``several``, one after the other."""
    return Values(
        series=np.concatenate([one.series for one in several]),
        run=np.concatenate([one.run for one in several]),
        value=np.concatenate([one.value for one in several]),
        error=np.concatenate([one.error for one in several]),
    )


def chosen_of(values: Values, chosen: Array) -> Values:
    """Return the values that ``chosen`` (places, or a truth for each) picks."""
    return Values(
        series=values.series[chosen], run=values.run[chosen], value=values.value[chosen], error=values.error[chosen]
    )
