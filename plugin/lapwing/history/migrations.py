"""Which version do the tables have, and how do they come to today's?

Each step takes the tables from the version it is filed under to the next one, inside the transaction of the append that
needs it. Version 1 is the first, so there is no step yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from lapwing.errors import StoreTooNew
from lapwing.history import tables
from lapwing.history.refusals import damaged

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

STEPS: dict[int, Callable[[Connection], None]] = {}


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
