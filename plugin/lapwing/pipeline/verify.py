"""Is every record what was written, and does the index say what the records say?"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from lapwing.errors import StoreDamaged, StoreTooNew, UsageError
from lapwing.model import RunSummary, RunWarning
from lapwing.pipeline.index import are_equal, difference, index_of
from lapwing.report.verified import Verified

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lapwing.model import Recorded, Run
    from lapwing.ports import HistoryStore

_ANEW: Final = "copy the history to a new place, which indexes every document anew: lapwing history copy."
_WORD: Final = re.compile(r"[^\s,;:]*[^\s,;:.]")


def verify(*, store: HistoryStore, progress: Callable[[int, int, str], None]) -> Verified:
    """Read every record of ``store`` and compare it with the index, machine by machine.

    Raises:
        StoreError: the store as a whole cannot be read.
    """
    summaries, sizes = store.runs(), store.sizes()
    machines: dict[str, list[RunSummary]] = {}
    for summary in summaries:
        machines.setdefault(summary.machine.id, []).append(summary)
    looking = _Looking(store=store, total=len(summaries), progress=progress)
    for machine, runs in machines.items():
        looking.at_machine(machine, runs)
    listed = {summary.id for summary in summaries}
    looking.at_unlisted(run_id for run_id in sizes if run_id not in listed)
    return Verified(
        runs=looking.read,
        values=looking.values,
        size=sum(sizes.values()),
        damaged=(*looking.damaged.values(), *looking.also(store.damaged())),
    )


class _Looking:
    """What was found so far; ``damaged`` by run id."""

    def __init__(self, *, store: HistoryStore, total: int, progress: Callable[[int, int, str], None]) -> None:
        self._store = store
        self._total = total
        self._progress = progress
        self._done = 0
        self.read = 0
        self.values = 0
        self.damaged: dict[str, RunWarning] = {}

    def at_machine(self, machine: str, summaries: Iterable[RunSummary]) -> None:
        """Read the runs of one machine and compare them with its index."""
        recorded = self._recorded(machine)
        index = None if recorded is None else index_of(recorded)
        self._by_benchmark(machine, recorded or ())
        for summary in summaries:
            self._progress(self._done, self._total, "reading")
            self._done += 1
            run = self._load(summary.id)
            if run is None:
                continue
            self.read += 1
            wrong = _wrong_summary(run, summary)
            if index is not None and not wrong:
                found = index.of(summary.id)
                self.values += len(found)
                wrong = difference(run, found)
            if wrong:
                self._say(
                    summary.id,
                    "index-differs",
                    f"The index of run {summary.id} is not what its document says: {wrong}.",
                    _ANEW,
                )

    def at_unlisted(self, ids: Iterable[str]) -> None:
        """Read what takes room and is in no listing."""
        for run_id in ids:
            if self._load(run_id) is not None:
                self._say(
                    run_id,
                    "not-listed",
                    f"Run {run_id} can be read and is in no listing.",
                    _ANEW,
                )

    def also(self, warnings: Iterable[RunWarning]) -> list[RunWarning]:
        """Return what the store itself says is damaged and was not met here."""
        return [one for one in warnings if self.damaged.keys().isdisjoint(_WORD.findall(one.message))]

    def _recorded(self, machine: str) -> tuple[Recorded, ...] | None:
        try:
            return self._store.recorded(machine=machine)
        except StoreDamaged as error:
            self._say(f"index of {machine}", error.slug, error.message, error.remedy)
            return None

    def _by_benchmark(self, machine: str, recorded: Iterable[Recorded]) -> None:
        """Compare what is read of all benchmarks at once with what is read of each, which a store may keep apart."""
        for name, of_it in groupby(recorded, key=lambda one: one.metric.benchmark):
            self._progress(self._done, self._total, name)
            try:
                alone = self._store.recorded(machine=machine, benchmarks=(name,))
                wrong = [] if are_equal(tuple(of_it), alone) else ["it is not the same read alone"]
            except StoreDamaged as error:
                wrong = [error.message.rstrip(".")]
            for what in wrong:
                message = f"The index of {name} on {machine} is damaged: {what}."
                self._say(f"index of {name} on {machine}", "index-differs", message, _ANEW)

    def _load(self, run_id: str) -> Run | None:
        try:
            return self._store.load(run_id)
        except (StoreDamaged, StoreTooNew, UsageError) as error:
            self._say(run_id, error.slug, error.message, error.remedy)
            return None

    def _say(self, run_id: str, slug: str, message: str, remedy: str) -> None:
        self.damaged[run_id] = RunWarning(slug=slug, message=message, remedy=remedy)


def _wrong_summary(run: Run, summary: RunSummary) -> str:
    """Return in words where a listing has a run otherwise than its document."""
    wanted = RunSummary(
        id=run.id,
        commit=run.commit,
        machine=run.machine,
        started_at=run.started_at,
        benchmarks=len(run.declared),
        failures=sum(failure.kind != "skipped" for failure in run.failures),
        complete=run.complete,
        source=run.source,
    )
    names = [name for name in RunSummary.__slots__ if getattr(wanted, name) != getattr(summary, name)]
    return f"its {', '.join(names)}" if names else ""
