"""What does asv's Regressions page list? Our change points, regressions and improvements by the unit's direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.site.pages.changes import accepted_by, is_adjacent, pieces
from lapwing.site.pages.labels import entry_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lapwing.model import MetricId
    from lapwing.site.pages.changes import Jump
    from lapwing.site.pages.content import Content, Row


def regressions(
    content: Content, row: Row, jumps: Mapping[tuple[str, MetricId], Sequence[Jump]]
) -> Iterator[list[object]]:
    """Yield asv's entry for each combination that has jumps.

    asv's page takes the first seven fields: name, graph, what tells the machine, combination, newest level, best
    level, and ``[before or None, after, level before, level after]`` for each jump. Two more are ours: the word for
    each jump, and who accepted it.
    """
    several = content.told_apart(row.machine)
    machine = {} if several is None else {"machine": several}
    for idx, cell in enumerate(row.shown.cells):
        mine = jumps.get((row.machine, cell), ()) if cell is not None else ()
        if not mine:
            continue
        found = pieces(row.places, row.values[idx], [one.after for one in mine])
        best = max if row.shown.unit.better == "higher" else min
        yield [
            entry_name(row.shown, idx),
            content.graph(row.shown, row.machine),
            machine,
            idx if row.shown.params else None,
            found[-1].level,
            best(piece.level for piece in found),
            [
                [None if is_adjacent(one) else one.before, one.after, one.change.before, one.change.after]
                for one in mine
            ],
            [one.word for one in mine],
            [accepted_by(one.waiver) for one in mine],
        ]
