"""Which of the collected benchmarks are this job's, where several jobs measure one suite?

Dealt out like cards, in the order of their ids: every job does this by itself and all agree, without a history that
might have grown between them, and without a clock. A benchmark takes the time that it is given (``--perf-time``), so
that equal numbers are equal times, to one benchmark; a hash of each id would leave shards of 4 and 16 where 10 are due.
What all shards need for that is the same suite: each run says what that was, so that a benchmark that no shard took,
since they had collected different suites, is ``missing`` in the verdict over all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lapwing.model import Shard

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    import pytest

    from lapwing.settings import Settings


def dealt(benchmarks: Iterable[str], index: int, count: int) -> frozenset[str]:
    """Return the ids of part ``index`` (from 1) of ``count``; the parts are disjoint, and together they are all."""
    return frozenset(sorted(benchmarks)[index - 1 :: count])


def shard_of(settings: Settings, config: pytest.Config, *, suite: Sequence[str], kept: Collection[str]) -> Shard | None:
    """Return which part of ``suite`` this session measures, None where it is the whole of what it was asked for.

    ``suite`` are the ids collected, ``kept`` those of them that this session measures. A part that somebody else chose
    (``part`` in the settings, or pytest-split) has a suite only where all of it was collected here before it was split.
    """
    given = settings.shard or settings.part or _split_by_another(config)
    if given is None:
        return None
    told = settings.shard is not None or len(kept) < len(suite)
    return Shard(
        index=given[0],
        count=given[1],
        suite=tuple(suite) if told else (),
        group=settings.shard_group,
        attempt=settings.shard_attempt,
    )


def _split_by_another(config: pytest.Config) -> tuple[int, int] | None:
    """Return the part that pytest-split was asked for."""
    option: Any = config.option
    count, index = getattr(option, "splits", None), getattr(option, "group", None)
    if isinstance(count, int) and isinstance(index, int) and 1 <= index <= count and count > 1:
        return index, count
    return None
