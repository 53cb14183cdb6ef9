"""What does one more look make of a series: what is confirmed by it, what suspect, what dropped?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lapwing.detect.life import CONFIRMED_AFTER, FROZEN_AFTER
from lapwing.detect.online.state import Confirmed, Seen, Suspected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lapwing.detect.segments import Split

SURE: Final = 0.1
"""Share of ``alpha`` at which a change must stand in all looks over :data:`LASTS` points to be confirmed.

What was weighed, on cases with known steps of noise that is tuned on (F1; 1-sigma steps found; quiet series of 160
flagged) and on numpy's quiet stretches (confirmed in 1000 points; the last scan of all finds 1.6, all scans together
5.1): at ``alpha`` once .869, .65, 12, 5.1; twice .906, .61, 3, 2.9; at a tenth once .900, .55, 3, 2.0; twice .915, .51,
1, 1.6; a thirtieth twice .905, .44, 0, 1.4. A scan of the whole history: .915, .56, 0, and 16 % are taken back."""

AT_ONCE: Final = 0.01
"""Share of ``alpha`` at which one look is enough: half of the steps of 5 sigma are confirmed after 11 points so, not
after 14, and a step far beyond noise after 20 points is after 8, not after 12. One quiet series more of 160 is flagged
so; at a three-hundredth none more, at a thirtieth no step is confirmed earlier."""

LASTS: Final = 4
"""Points over which it must. To confirm, too, what all looks over 20 points find at ``alpha`` itself finds 2 to 3 %
more of the steps of 1 sigma (F1 .885 becomes .889), but where levels wander a fifth more is confirmed for nothing."""

NEAR: Final = 5
"""Points within which two places are one change, however narrow their ranges."""


def looked(seen: Seen, at: int, found: Sequence[Split], alpha: float) -> Seen:
    """Return the state at ``at`` points, where a scan at the level ``alpha`` found these changes."""
    confirmed = [_surer(one, found, at) for one in seen.confirmed]
    suspected: list[Suspected] = []
    for split in found:
        start = confirmed[-1].index if confirmed else 0
        if split.index < start or at - split.index < CONFIRMED_AFTER or any(is_one(split, one) for one in confirmed):
            continue
        since = _since(seen, split, at) if split.p_value <= SURE * alpha else 0
        if since and (split.p_value <= AT_ONCE * alpha or at - since >= LASTS):
            confirmed.append(
                Confirmed(index=split.index, earliest=split.earliest, latest=split.latest, p_value=split.p_value)
            )
            # What lies before a confirmed change is past.
            suspected = []
        else:
            suspected.append(
                Suspected(
                    index=split.index,
                    earliest=split.earliest,
                    latest=split.latest,
                    p_value=split.p_value,
                    since=since,
                )
            )
    fresh = len(confirmed) > len(seen.confirmed)
    return Seen(
        count=at,
        confirmed=tuple(confirmed),
        suspected=tuple(suspected),
        # Of a level that begins nothing is known yet.
        calm=0.0 if fresh else seen.calm,
    )


def _surer(one: Confirmed, found: Sequence[Split], at: int) -> Confirmed:
    """Return a confirmed change with the p-value that this look gives it, where it is lower and not yet frozen."""
    if at - one.index >= FROZEN_AFTER:
        return one
    return replace(one, p_value=min([one.p_value, *(split.p_value for split in found if is_one(split, one))]))


def _since(seen: Seen, split: Split, at: int) -> int:
    """Return how many points there were when a change first stood as it must, and has ever since."""
    return next((one.since for one in seen.suspected if one.since and is_one(split, one)), at)


def is_one(split: Split, known: Confirmed | Suspected) -> bool:
    """Tell whether two places are of one change: near each other, or one within the other's range."""
    return (
        abs(split.index - known.index) <= NEAR
        or split.earliest <= known.index <= split.latest
        or known.earliest <= split.index <= known.latest
    )
