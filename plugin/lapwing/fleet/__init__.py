"""Who works: this process, several of this machine, or a cluster. Each runs the same functions over the same parts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lapwing.detect.batches import Spread

    Progress = Callable[[int, int, str], None]


@contextmanager
def workers(*, jobs: int, cluster: str | None, progress: Progress) -> Iterator[Spread]:
    """Provide what runs parts: a cluster where one is named, else ``jobs`` processes, of which one is this one.

    Processes and the connection to a cluster are made when there is more than one part, and ended on leaving.

    Raises:
        FleetError: while parts are run: the cluster's extra is not installed, the scheduler does not answer, it has no
            workers, they have other versions, or workers died.
    """
    if cluster is not None:
        from lapwing.fleet.cluster import on_cluster  # noqa: PLC0415 - Dask takes a second to load

        with on_cluster(cluster, progress) as spread:
            yield spread
    elif jobs > 1:
        from lapwing.fleet.processes import in_processes  # noqa: PLC0415 - one process needs no pool

        with in_processes(jobs, progress) as spread:
            yield spread
    else:
        from lapwing.fleet.here import one_by_one  # noqa: PLC0415 - as its neighbours

        yield one_by_one(progress)
