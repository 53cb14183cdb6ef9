"""How are parts run by an executor, whatever is behind it?"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from typing import TYPE_CHECKING

from lapwing.fleet.here import WHAT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor, Future

    from lapwing.detect.batches import Batch, Looked
    from lapwing.fleet import Progress


def run_in(
    executor: Executor, work: Callable[[Batch], list[Looked]], batches: Sequence[Batch], progress: Progress
) -> list[list[Looked]]:
    """Return what ``work`` gives for each part, in the order of the parts, and tell ``progress`` as they come in.

    What a part raises is raised here, and the parts that have not begun are called off.
    """
    futures: list[Future[list[Looked]]] = [executor.submit(work, batch) for batch in batches]
    open_ones = set(futures)
    try:
        while open_ones:
            done, open_ones = wait(open_ones, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
            progress(len(futures) - len(open_ones), len(futures), WHAT)
    except BaseException:
        for future in open_ones:
            future.cancel()
        raise
    return [future.result() for future in futures]
