"""How are parts run in this process, and how far are they?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lapwing.detect.batches import Batch, Looked, Spread
    from lapwing.fleet import Progress

WHAT: Final = "parts of the history looked at"


def one_by_one(progress: Progress) -> Spread:
    """Return what runs one part after the other, and tells ``progress`` of each; of one alone there is none to tell."""

    def spread(work: Callable[[Batch], list[Looked]], batches: Sequence[Batch]) -> Iterable[list[Looked]]:
        found = []
        for done, batch in enumerate(batches, start=1):
            found.append(work(batch))
            if len(batches) > 1:
                progress(done, len(batches), WHAT)
        return found

    return spread
