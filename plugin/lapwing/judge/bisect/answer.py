"""What did a bisection come to: one commit, a range of them, or nothing to look for?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from lapwing.judge.compare.policy import NULL_MARGIN, band_of

if TYPE_CHECKING:
    from lapwing.judge.bisect.effect import Effect
    from lapwing.judge.bisect.search import Tried
    from lapwing.model import Commit

Kind = Literal["commit", "range", "gradual", "none"]
"""``gradual``: half of the change was passed at a commit that by itself did not change enough to be shown; ``none``:
BAD was not shown to differ from GOOD."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bisected:
    """The answer with its evidence. ``commits`` are GOOD, then every first parent up to BAD; places are in it.

    ``whole`` is BAD against GOOD, ``own`` the commit at ``high`` against the one at ``low`` (None where they were not
    measured against each other). ``levels`` are those of both ends (log, above nought in the direction of the change).
    ``same`` says, of no change, that it was shown to be within the limit; ``detectable`` is the smallest relative
    change that would have been seen. ``stopped`` says why the search could not go on, empty where it did not have to;
    ``ended`` is set where Ctrl-C or the time ended it. ``said`` tells what was chosen without being named.
    """

    benchmark: str
    commits: tuple[Commit, ...]
    limit: float
    kind: Kind
    whole: Effect | None
    low: int
    high: int
    slower: bool = True
    own: Effect | None = None
    levels: tuple[float, float] = (0.0, 0.0)
    same: bool = False
    detectable: float | None = None
    tried: tuple[Tried, ...] = ()
    stopped: str = ""
    ended: Literal["", "interrupted", "time"] = ""
    said: tuple[str, ...] = ()

    @property
    def suspects(self) -> tuple[Commit, ...]:
        """The commits that the change is in: one of them, or, where it was gradual, several."""
        if self.kind == "none":
            return ()
        return self.commits[1:] if self.kind == "gradual" else self.commits[self.low + 1 : self.high + 1]

    @property
    def elsewhere(self) -> Literal["before", "after"] | None:
        """Where the larger part lies of what the answer leaves unexplained, None where nothing of it is shown.

        That is where the intervals of the whole and of the answer's own change lie apart, by as much as a comparison
        can tell.
        """
        if self.kind not in ("commit", "range") or self.whole is None or self.own is None:
            return None
        if self.whole.ratio is None or self.own.ratio is None:
            return None
        whole, own = self.whole.ratio, self.own.ratio
        apart = own.high < whole.low if self.slower else own.low > whole.high
        size, explained = abs(math.log(whole.estimate)), abs(math.log(own.estimate))
        if not apart or size - explained < NULL_MARGIN * band_of(self.limit):
            return None
        return "before" if self.levels[0] >= size - self.levels[1] else "after"
