"""Which of the collected benchmarks are this job's, where several jobs measure one suite?

Dealt out like cards, in the order of their ids: every job does this by itself and all agree, without a history that
might have grown between them, and without a clock. A benchmark takes the time that it is given (``--perf-time``), so
that equal numbers are equal times, to one benchmark; a hash of each id would leave shards of 4 and 16 where 10 are due.
What all shards need for that is the same suite: each run says what that was, so that a benchmark that no shard took,
since they had collected different suites, is ``missing`` in the verdict over all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lapwing.model import Shard

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


def dealt(benchmarks: Iterable[str], index: int, count: int) -> frozenset[str]:
    """Return the ids of part ``index`` (from 1) of ``count``; the parts are disjoint, and together they are all."""
    return frozenset(sorted(benchmarks)[index - 1 :: count])


def shard_of(  # noqa: PLR0913 - the noun's fields, before it is one
    part: tuple[int, int] | None,
    *,
    suite: Sequence[str],
    kept: Collection[str],
    dealt_here: bool,
    group: str,
    attempt: int,
) -> Shard | None:
    """Return which part of ``suite`` this session measures, None where ``part`` is None: all that it was asked for.

    ``suite`` are the ids collected, ``kept`` those of them that this session measures. Where somebody else split the
    suite, it is told only where all of it was collected here before it was split.
    """
    if part is None:
        return None
    told = dealt_here or len(kept) < len(suite)
    return Shard(index=part[0], count=part[1], suite=tuple(suite) if told else (), group=group, attempt=attempt)
