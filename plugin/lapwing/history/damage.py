"""Which records cannot be read? Named one by one; nothing is repaired, and the rest is read as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from lapwing.errors import StoreDamaged
from lapwing.history import tables
from lapwing.history.blocks import from_block, is_whole
from lapwing.history.kinds import read_kinds
from lapwing.history.refusals import meaning
from lapwing.history.summaries import read_summaries
from lapwing.history.texts import is_text
from lapwing.model import RunWarning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

_AT_ONCE: Final = 50
"""Runs that are looked at by one statement: few round trips to a server, and no more than 3 MB of values."""


def damaged_records(connection: Connection, place: str) -> Iterator[RunWarning]:
    """Yield a warning for each damaged run, in the order of storing, and one for damaged series.

    The database itself computes the digests of the documents, so that none travels.
    """
    kinds = read_kinds(connection)
    # A damaged series is named once, and not by every run that has a value of it.
    series = np.array([*(kind.number for kind in kinds.known), *kinds.damaged], dtype=np.int64)
    unlisted = {number for number, summary in read_summaries(connection) if summary is None}
    run = tables.run.c
    rows = connection.execute(select(run.sequence, run.id).order_by(run.sequence)).all()
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        good = _readable(connection, [number for number, _ in some], series, place) - unlisted
        for number, run_id in some:
            if number not in good:
                yield _run_warning(f"run {run_id}" if is_text(run_id) else f"the run stored as number {number}")
    if kinds.damaged:
        yield RunWarning(
            slug="series-damaged",
            message=f"{len(kinds.damaged)} series are damaged; they are kept, and their values are left out.",
            remedy="restore the history from a backup, or copy its runs into a new one: their documents name them.",
        )


def _readable(connection: Connection, numbers: Sequence[int], series: Any, place: str) -> set[int]:
    """Return which of the runs have a document and values that are the bytes that were written."""
    try:
        # What fails within goes no further, also in a database where an error ends the transaction.
        with connection.begin_nested():
            return _good(connection, numbers, series)
    except DBAPIError as error:
        if not isinstance(meaning(error, place), StoreDamaged):
            raise
    if len(numbers) == 1:
        return set()
    return {number for one in numbers for number in _readable(connection, [one], series, place)}


def _good(connection: Connection, numbers: Sequence[int], series: Any) -> set[int]:
    document, values = tables.document.c, tables.values.c
    chosen = select(document.run).where(document.run.in_(numbers), func.sha256(document.body) == document.digest)
    documents = set(connection.execute(chosen).scalars())
    rows = connection.execute(select(values.run, values.check, values.block).where(values.run.in_(numbers)))
    blocks = [(number, block) for number, check, block in rows if number in documents and is_whole(block, check)]
    # All at once: as every block is sound as a rule, that is all there is to ask, in a fifth of the time.
    if _holds_values(b"".join(block for _, block in blocks), series):
        return {number for number, _ in blocks}
    return {number for number, block in blocks if _holds_values(block, series)}


def _holds_values(block: bytes, series: Any) -> bool:
    """Tell whether each of the block's values is a number, and of a series there is."""
    points = from_block(block)
    return bool(np.isfinite(points["value"]).all() and np.isin(points["number"], series).all())


def _run_warning(what: str) -> RunWarning:
    return RunWarning(
        slug="run-damaged",
        message=f"The record of {what} is damaged; it is kept, and what cannot be read of it is left out.",
        remedy="restore the history from a backup.",
    )
