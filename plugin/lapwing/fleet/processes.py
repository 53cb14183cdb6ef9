"""How are parts run in several processes of this machine?"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lapwing.errors import FleetError
from lapwing.fleet.here import one_by_one
from lapwing.fleet.pool import run_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lapwing.detect.batches import Batch, Looked, Spread
    from lapwing.fleet import Progress


@contextmanager
def in_processes(jobs: int, progress: Progress) -> Iterator[Spread]:
    """Provide what runs parts in at most ``jobs`` processes; a single part is run here, since starting one costs more.

    The processes are started afresh (spawn): forked ones would inherit numpy's threads in whatever state they are.
    """
    pool: ProcessPoolExecutor | None = None

    def spread(work: Callable[[Batch], list[Looked]], batches: Sequence[Batch]) -> Iterable[list[Looked]]:
        nonlocal pool
        if len(batches) < 2:  # noqa: PLR2004 - nothing to share out
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
