"""How many runs are handed to a store at once? Few enough for any memory, and not each alone to a remote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lapwing.model import Run

MOST_RUNS: Final = 50
MOST_VALUES: Final = 500_000
"""Numbers in all samples together: 50 runs of 100 benchmarks, or 10 of 1,000, with 5 processes of 10 values each."""


def batched(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """Yield the runs in batches, in their order; no more are taken from ``runs`` than a batch holds."""
    batch: list[Run] = []
    values = 0
    for run in runs:
        batch.append(run)
        values += sum(len(process) for sample in run.samples for process in sample.values)
        if len(batch) >= MOST_RUNS or values >= MOST_VALUES:
            yield batch
            batch, values = [], 0
    if batch:
        yield batch
