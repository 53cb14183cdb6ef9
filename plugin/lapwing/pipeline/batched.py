"""How many runs are handed to a store at once? Few enough for any memory, and not each alone to a remote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lapwing.errors import LapwingError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lapwing.model import Run
    from lapwing.ports import HistoryStore

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


def append_batch(store: HistoryStore, batch: list[Run]) -> tuple[int, dict[str, LapwingError]]:
    """Append a batch and return how many runs were new, and by run id why the store cannot hold one.

    One run that no store, or not this one, can hold (too large, an odd id) does not keep the others out.

    Raises:
        StoreError: the store refuses, whatever the runs are.
    """
    try:
        return store.append(batch), {}
    except StoreError:
        raise
    except LapwingError as error:
        if len(batch) == 1:
            return 0, {batch[0].id: error}
    new = 0
    refused: dict[str, LapwingError] = {}
    for run in batch:
        one, why = append_batch(store, [run])
        new += one
        refused |= why
    return new, refused
