"""How are parts run in several processes of this machine?"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from lapwing.errors import FleetError
from lapwing.fleet.here import one_by_one
from lapwing.fleet.pool import run_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lapwing.detect.batches import Batch, Looked, Spread
    from lapwing.fleet import Progress

WORTH_STARTING: Final = 1_500_000
"""Values from which several processes are faster than one. A fresh one takes 0.43 s to import numpy and scipy, in which
one looks at 650,000 values (0.65 us each), so that two are even with one at 1.3 million. Of 2,000 series of 300 points
two processes took twice as long as one."""


@contextmanager
def in_processes(jobs: int, progress: Progress) -> Iterator[Spread]:
    """Provide what runs parts in at most ``jobs`` processes, once that is worth starting them, and here until then.

    The processes are started afresh (spawn): forked ones would inherit numpy's threads in whatever state they are.
    """
    pool: ProcessPoolExecutor | None = None

    def spread(work: Callable[[Batch], list[Looked]], batches: Sequence[Batch]) -> Iterable[list[Looked]]:
        nonlocal pool
        values = sum(row.shape[0] for batch in batches for row in batch.rows)
        if len(batches) < 2 or (pool is None and values < WORTH_STARTING):  # noqa: PLR2004 - nothing to share out
            return one_by_one(progress)(work, batches)
        if pool is None:
            pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
        try:
            return run_in(pool, work, batches, progress)
        except BrokenProcessPool:
            raise FleetError(
                "worker-died",
                "A process that looked at the history was ended from outside, perhaps for want of memory.",
                remedy="run it again with fewer --jobs.",
            ) from None

    try:
        yield spread
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)
