"""Which formats can the history be exported in, and how is that done without holding all of it?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from lapwing.errors import StoreDamaged, UsageError
from lapwing.history.exporters import csv_file, jsonl_file, parquet_file, pytest_benchmark_json, run_documents
from lapwing.history.exporters.target import require_free, require_own, whole_file, whole_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from lapwing.history.exporters.selection import Selection
    from lapwing.model import Run
    from lapwing.ports import HistoryStore

    Progress = Callable[[int, int, str], None]
    FileWriter = Callable[[Iterable[Run], IO[bytes]], None]
    LeftOut = Callable[[str], None]
    TreeWriter = Callable[[Iterable[Run], Path, LeftOut], None]

_FILES: Final[dict[str, FileWriter]] = {
    "csv": csv_file.write,
    "jsonl": jsonl_file.write,
    "parquet": parquet_file.write,
}
_TREES: Final[dict[str, TreeWriter]] = {
    "pytest-benchmark": pytest_benchmark_json.write,
    "run": lambda runs, folder, left_out: run_documents.write(runs, folder),  # noqa: ARG005 - nothing is
}
STREAMED: Final = frozenset({"csv", "jsonl"})
"""Formats that can be written to a stream that cannot be sought in."""

FORMATS: Final = ("asv", *_TREES, *_FILES)
"""All there are. What asv reads is written by :mod:`lapwing.site.asv_export`: it has the site's names and order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """How many runs were written, and how often what was left out, by what it is (``run without a time``).

    ``notes`` are sentences on what else might surprise.
    """

    runs: int
    left_out: Mapping[str, int]
    notes: tuple[str, ...] = ()


def export(  # noqa: PLR0913 - what, of what, in which format, where to
    store: HistoryStore,
    selection: Selection,
    form: str,
    target: Path,
    *,
    force: bool = False,
    progress: Progress,
) -> Exported:
    """Write what is selected of the history to ``target``, a file or a folder.

    Raises:
        UsageError: ``unknown-format``, ``nothing-to-export``, ``export-target``, ``unwritable-file``, or what a format
            cannot hold or needs.
        StoreError: the history cannot be read.
    """
    reading = _Reading(store, selection, progress)
    if form in _FILES:
        with whole_file(target, force=force) as stream:
            _FILES[form](reading.runs(), stream)
            reading.require_any()
        return reading.exported()
    if form not in _TREES:
        raise UsageError(
            "unknown-format",
            f"{form[:60]!r} is no format that can be exported.",
            remedy=f"name one of: {', '.join(FORMATS)}.",
        )
    with whole_folder(target) as folder:
        _TREES[form](reading.runs(), folder, reading.leave_out)
        reading.require_any()
    return reading.exported()


def require_target(form: str, target: Path, *, force: bool) -> None:
    """Refuse a place that an export in this format could not take.

    Raises:
        UsageError: ``export-target``.
    """
    if form in _FILES:
        require_free(target, force=force)
    else:
        require_own(target, beside=form == "asv")


def export_to_stream(
    store: HistoryStore, selection: Selection, form: str, stream: IO[bytes], *, progress: Progress
) -> Exported:
    """Write what is selected to a stream as it is read.

    Raises as :func:`export`, and :class:`~lapwing.errors.UsageError` (``no-stream``) for a format that is no text.
    """
    if form not in STREAMED:
        raise UsageError(
            "no-stream",
            f"{form[:60]!r} cannot be written to standard output.",
            remedy=f"name a place for it; {' and '.join(sorted(STREAMED))} can be written there.",
        )
    reading = _Reading(store, selection, progress)
    _FILES[form](reading.runs(), stream)
    reading.require_any()
    return reading.exported()


class _Reading:
    """Reads the runs one by one, and counts."""

    def __init__(self, store: HistoryStore, selection: Selection, progress: Progress) -> None:
        self._store, self._selection, self._progress = store, selection, progress
        self._summaries = [one for one in store.runs() if selection.machine in (None, one.machine.id)]
        self._left_out: Counter[str] = Counter()
        self._written = 0

    def runs(self) -> Iterator[Run]:
        """Yield what is selected, in the order of storing."""
        for done, summary in enumerate(self._summaries, 1):
            try:
                run = self._store.load(summary.id)
            except StoreDamaged:
                self._left_out["run that is damaged"] += 1
                continue
            part = self._selection.of(run)
            if part is not None:
                self._written += 1
                yield part
            self._progress(done, len(self._summaries), f"run {summary.id[:20]}")

    def leave_out(self, what: str) -> None:
        """Count something that the format has no place for."""
        self._left_out[what] += 1
        if what.startswith("run "):
            self._written -= 1

    def require_any(self) -> None:
        """Refuse to write nothing."""
        if not self._written:
            told = "".join(f" ({count} {what})" for what, count in self._left_out.items())
            raise UsageError(
                "nothing-to-export",
                f"The history has nothing of what was asked for{told}.",
                remedy="'lapwing history list' shows the runs, 'lapwing check -v' the benchmarks.",
            )

    def exported(self) -> Exported:
        """Return what was done."""
        return Exported(runs=self._written, left_out=dict(self._left_out))
