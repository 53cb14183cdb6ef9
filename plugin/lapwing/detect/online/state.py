"""What is known of a series after its points so far, so that the next can be judged without the past?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A change that stands for good: the new level begins at point ``index``, maybe anywhere in the range.

    Points are counted without holes. ``p_value`` is the lowest that a look gave it.
    """

    index: int
    earliest: int
    latest: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """A change that the last look found and that may be gone with the next.

    ``since`` is how many points there were when it first stood as it must to be confirmed, and has ever since; 0 where
    it does not.
    """

    index: int
    earliest: int
    latest: int
    p_value: float
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The state of a series after its first ``count`` points: a function of their values alone, to the bit.

    ``calm`` is the highest Z of the present level when it was last found to hold nothing, or the lowest since.
    """

    count: int = 0
    confirmed: tuple[Confirmed, ...] = ()
    suspected: tuple[Suspected, ...] = ()
    calm: float = 0.0

    @property
    def start(self) -> int:
        """Where the present level begins."""
        return self.confirmed[-1].index if self.confirmed else 0


NOTHING = Seen()
