"""Which version do the tables have, and how do they come to today's?

Each step takes the tables from the version it is filed under to the next one, inside the transaction of the append (or
the removal) that needs it; reading an older store changes nothing of it.

A next version, in this order:

1. Change ``tables.py``, raise ``SCHEMA`` there and say in its list what is new.
2. Add a step here, under the version that it starts from. It names its own tables: those of ``tables.py`` will change
   again, and the step must still make what it makes today.
3. Where reading an older store needs another way, ask the version that was found (see ``GATHERED`` below).
4. Run ``python tests/history/keep_store.py``: it writes a store of the new version into ``tests/history/data``, where
   those of all versions before stay for good, each read by ``test_old_stores.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text, select, update

from lapwing.errors import StoreTooNew
from lapwing.history import tables
from lapwing.history.refusals import damaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

GATHERED: Final = 2
"""The version from which on there are stretches to read one series from."""


def _add_stretches(connection: Connection) -> None:
    """Make the tables of stretches, empty; the append gathers what there is."""
    made = MetaData()
    Table("machine", made, Column("id", Text, primary_key=True))
    Table("series", made, Column("id", Integer, primary_key=True))
    gathering = Table(
        "gathering",
        made,
        Column("machine", Text, ForeignKey("machine.id"), primary_key=True),
        Column("last", Integer, primary_key=True, autoincrement=False),
        Column("check", BigInteger, nullable=False),
    )
    stretch = Table(
        "stretch",
        made,
        Column("series", Integer, ForeignKey("series.id"), primary_key=True, autoincrement=False),
        Column("last", Integer, primary_key=True, autoincrement=False),
        Column("check", BigInteger, nullable=False),
        Column("block", LargeBinary, nullable=False),
    )
    made.create_all(connection, tables=[gathering, stretch])


STEPS: dict[int, Callable[[Connection], None]] = {1: _add_stretches}


def migrate(connection: Connection, *, place: str, dry: bool = False) -> int:
    """Bring the tables to today's version and return the one found; ``dry`` only checks that they can be.

    Raises:
        StoreTooNew: ``store-too-new``.
        StoreDamaged: ``store-damaged``, the version is missing or no version.
    """
    rows = connection.execute(select(tables.state.c.schema)).scalars().all()
    found = rows[0] if len(rows) == 1 else None
    if not isinstance(found, int) or found < 1:
        raise damaged(place, "it does not say which version it has")
    if found > tables.SCHEMA:
        raise StoreTooNew(
            "store-too-new",
            f"The history {place} has version {found}, and this Lapwing reads up to {tables.SCHEMA}.",
            remedy="upgrade Lapwing to the version that wrote it, or a later one.",
        )
    if not dry:
        for version in range(found, tables.SCHEMA):
            STEPS[version](connection)
            connection.execute(update(tables.state).values(schema=version + 1))
    return found
