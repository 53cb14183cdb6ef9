"""Which changes of a series were accepted on purpose?

A waiver names no commit, so it is not about whatever its benchmark ever did: it accepts the level that there is now,
and with it the changes that led there, back to the last one for the better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.judge.waivers import share_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lapwing.judge.waivers import Waiver
    from lapwing.model import Interval, MetricId
    from lapwing.units import Unit


def accepted_changes(  # noqa: PLR0913 - a series, and what was accepted
    ratios: Sequence[Interval],
    waivers: Sequence[Waiver],
    *,
    metric: MetricId,
    node_id: str,
    unit: Unit,
    today: date,
) -> tuple[Waiver | None, ...]:
    """Return for each change of a series the waiver that accepts it, None where none does.

    ``ratios`` are of its changes, oldest first, the new level over the old. Each alone is held against ``up_to``.
    """
    mine = [one for one in waivers if one.is_about(metric, node_id) and not one.is_over(today)]
    found: list[Waiver | None] = [None] * len(ratios)
    for place in reversed(range(len(ratios))):
        share = share_of(ratios[place], unit)
        if share is None or share <= 0:
            break
        found[place] = next((one for one in mine if one.up_to is None or share <= one.up_to), None)
    return tuple(found)
