"""How are parts run on a Dask cluster, and what can be wrong with one?"""

from __future__ import annotations

import logging
import platform
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from lapwing.errors import FleetError
from lapwing.fleet.here import one_by_one
from lapwing.fleet.pool import run_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from lapwing.detect.batches import Batch, Looked, Spread
    from lapwing.fleet import Progress

_PATIENCE: Final = 10
"""Seconds in which a scheduler and its first worker must answer; one that is there answers in less than one."""

_DEATHS: Final = 2
"""Workers that may die over one part, which is then taken to be what kills them."""


@contextmanager
def on_cluster(address: str, progress: Progress) -> Iterator[Spread]:
    """Provide what runs parts on the workers of the scheduler at ``address``; a single part is run here.

    Raises:
        FleetError: at once: ``no-cluster-extra``, ``no-scheduler``, ``no-workers``, ``versions-differ``, so that a
            wrong address is not found out only when the history has grown; while parts are run: ``worker-died``.
    """
    client = _client(address)
    try:
        _same_versions(client, address)
        executor = client.get_executor(retries=_DEATHS, pure=False)

        def spread(work: Callable[[Batch], list[Looked]], batches: Sequence[Batch]) -> Iterable[list[Looked]]:
            if len(batches) < 2:  # noqa: PLR2004 - nothing to share out
                return one_by_one(progress)(work, batches)
            try:
                return run_in(executor, work, batches, progress)
            except Exception as error:  # noqa: BLE001 - told apart in _lost
                raise _lost(error, address) from None

        yield spread
    finally:
        client.close(timeout=_PATIENCE)


def versions() -> dict[str, str]:
    """Return the versions on which results depend to the last bit, of wherever this is run."""
    import numpy as np  # noqa: PLC0415 - asked for on workers
    import scipy  # noqa: PLC0415 - as above

    from lapwing import __version__  # noqa: PLC0415 - as above

    python = ".".join(platform.python_version_tuple()[:2])
    return {"lapwing": __version__, "python": python, "numpy": np.__version__, "scipy": scipy.__version__}


def _client(address: str) -> Any:
    try:
        # Python 3.10's asyncio has a TimeoutError of its own, and Dask raises that.
        from distributed import Client, TimeoutError  # noqa: A004, PLC0415 - Dask takes a second to load
    except ImportError:
        raise FleetError(
            "no-cluster-extra",
            "A Dask cluster was named, and Dask is not installed here.",
            remedy="pip install 'lapwing[cluster]', or use --jobs.",
        ) from None
    # What goes wrong is said in one sentence of ours; Dask's log would say it again, with tracebacks.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError, ImportError):
        raise FleetError(
            "no-scheduler",
            f"No Dask scheduler answers at {address} within {_PATIENCE} seconds.",
            remedy="check the address and that this machine may reach it, or use --jobs.",
        ) from None
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        client.close(timeout=_PATIENCE)
        raise FleetError(
            "no-workers",
            f"The Dask scheduler at {address} has no workers.",
            remedy="start some with 'dask worker ADDRESS', or use --jobs.",
        ) from None
    return client


def _same_versions(client: Any, address: str) -> None:
    """Refuse workers that could judge otherwise than this process.

    Raises:
        FleetError: ``versions-differ``.
    """
    mine = versions()
    try:
        theirs: dict[str, dict[str, str]] = client.run(versions)
    except Exception as error:  # noqa: BLE001 - a worker without Lapwing raises whatever its unpickling does
        missing = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FleetError(
            "versions-differ",
            f"A worker of {address} cannot run this Lapwing: {missing[:200]}.",
            remedy=_install(mine),
        ) from None
    for worker, found in sorted(theirs.items()):
        other = [f"{name} {found.get(name, 'none')}" for name, version in mine.items() if found.get(name) != version]
        if other:
            raise FleetError(
                "versions-differ",
                f"The worker {worker} has {', '.join(other)}, so it could judge otherwise than this machine.",
                remedy=_install(mine),
            )


def _install(mine: dict[str, str]) -> str:
    return f"give all workers {', '.join(f'{name} {version}' for name, version in mine.items())}, as here."


def _lost(error: Exception, address: str) -> Exception:
    """Return what is to be said of an error while parts were run; what Lapwing itself raised there is its own."""
    from distributed.client import FutureCancelledError  # noqa: PLC0415 - loaded by now
    from distributed.comm import CommClosedError  # noqa: PLC0415 - as above
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - as above

    if isinstance(error, (KilledWorker, CommClosedError, FutureCancelledError, OSError)):
        return FleetError(
            "worker-died",
            f"Workers of the Dask cluster at {address} died or went away while they looked at the history.",
            remedy="look into their logs, perhaps for want of memory, and run it again.",
        )
    return error
