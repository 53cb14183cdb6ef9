"""What does asv's List page say of each benchmark on one machine: its newest level, and the last change?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.site.pages.changes import is_adjacent, pieces
from lapwing.site.pages.labels import entry_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lapwing.model import MetricId
    from lapwing.site.pages.changes import Jump
    from lapwing.site.pages.content import Row


def listing(row: Row, jumps: Mapping[tuple[str, MetricId], Sequence[Jump]]) -> Iterator[dict[str, object]]:
    """Yield asv's entry for each combination of one benchmark, in its order."""
    for idx, cell in enumerate(row.shown.cells):
        mine = jumps.get((row.machine, cell), ()) if cell is not None else ()
        found = pieces(row.places, row.values[idx], [one.after for one in mine])
        last = found[-1] if found else None
        previous = found[-2] if len(found) > 1 else None
        changed: list[int | None] | None = None
        if previous is not None:
            jump = mine[-1]
            changed = [None if is_adjacent(jump) else jump.before, jump.after]
        yield {
            "name": row.shown.name,
            "idx": idx if row.shown.params else None,
            "pretty_name": entry_name(row.shown, idx),
            "last_rev": None if last is None else last.last,
            "last_value": None if last is None else last.level,
            "last_err": None if last is None else last.error,
            "prev_value": None if previous is None else previous.level,
            "change_rev": changed,
        }
