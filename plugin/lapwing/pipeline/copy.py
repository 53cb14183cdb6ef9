"""How does a history come from one store into another without loss? In batches, and then all of it is compared."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from lapwing.errors import LapwingError, StoreDamaged, StoreTooNew, UsageError
from lapwing.model import RunWarning
from lapwing.pipeline.batched import append_batch, batched
from lapwing.report.copied import Copied

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from lapwing.model import Run
    from lapwing.ports import HistoryStore


def copy(
    *,
    source: HistoryStore,
    target: HistoryStore,
    document: Callable[[Run], bytes],
    progress: Callable[[int, int, str], None],
    dry: bool = False,
) -> Copied:
    """Append to ``target`` what it has not of ``source``, in the source's order, and compare all of it.

    ``document`` gives the bytes of a run that must be equal. A run that cannot be read in the source is named and left
    there. Interrupted and begun again, it goes on with what is missing. ``dry`` changes and compares nothing.

    Raises:
        UsageError: ``nothing-to-copy``, the source has no run.
        StoreError: either store refuses; what is in the target by then is whole.
    """
    sizes = source.sizes()
    ids = tuple(dict.fromkeys((*(run.id for run in source.runs()), *sizes)))
    if not ids:
        raise UsageError(
            "nothing-to-copy", "The history to copy from has no run.", remedy="check its place; nothing was changed."
        )
    there = {run.id for run in target.runs()}.intersection(ids)
    if dry:
        new = [run_id for run_id in ids if run_id not in there]
        size = sum(sizes.get(run_id, 0) for run_id in new)
        return Copied(runs=len(ids), copied=len(new), there=len(there), size=size, dry=True)

    reading = _Reading(source=source, ids=ids, document=document, progress=progress)
    copied = 0
    for batch in batched(reading.runs(there)):
        added, impossible = append_batch(target, batch)
        copied += added
        reading.impossible(impossible)
    differing = reading.differing(target)
    return Copied(
        runs=len(ids),
        copied=copied,
        there=len(there),
        size=sum(sizes.get(run_id, 0) for run_id in reading.digests if run_id not in there),
        same=len(reading.digests) - len(differing),
        left=(*reading.left, *differing),
    )


class _Reading:
    """The runs of the source, each read once, and what of them must be found in the target."""

    def __init__(
        self,
        *,
        source: HistoryStore,
        ids: tuple[str, ...],
        document: Callable[[Run], bytes],
        progress: Callable[[int, int, str], None],
    ) -> None:
        self._source = source
        self._ids = ids
        self._document = document
        self._progress = progress
        self.digests: dict[str, bytes] = {}
        self.left: list[RunWarning] = []

    def runs(self, there: Collection[str]) -> Iterator[Run]:
        """Yield the runs that are not ``there``, and remember the digest of each that can be read."""
        for done, run_id in enumerate(self._ids):
            self._progress(done, 2 * len(self._ids), "copying")
            try:
                run = self._source.load(run_id)
            except (StoreDamaged, StoreTooNew, UsageError) as error:
                self.left.append(_warning(error))
                continue
            self.digests[run_id] = self._digest(run)
            if run_id not in there:
                yield run

    def impossible(self, found: Mapping[str, LapwingError]) -> None:
        """Leave the runs that the target cannot hold."""
        for run_id, error in found.items():
            del self.digests[run_id]
            self.left.append(_warning(error))

    def differing(self, target: HistoryStore) -> list[RunWarning]:
        """Return a warning for each run that the target has not as the source has it."""
        found = []
        for done, (run_id, digest) in enumerate(self.digests.items()):
            self._progress(len(self._ids) + done, 2 * len(self._ids), "comparing")
            try:
                same = self._digest(target.load(run_id)) == digest
            except (StoreDamaged, StoreTooNew, UsageError) as error:
                found.append(_warning(error))
                continue
            if not same:
                message = f"The target has another run with the id {run_id}."
                remedy = f"look at both with 'lapwing show {run_id}'; neither was changed."
                found.append(RunWarning(slug="not-the-same-run", message=message, remedy=remedy))
        return found

    def _digest(self, run: Run) -> bytes:
        return sha256(self._document(run)).digest()


def _warning(error: LapwingError) -> RunWarning:
    return RunWarning(slug=error.slug, message=error.message, remedy=error.remedy)
