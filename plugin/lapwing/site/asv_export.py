"""How is a history written as a folder that asv publishes, and that makes the same runs when it is imported again?

``results`` is what the site shows: a file for each commit on each machine, with the value that the site has there, the
values of all its runs as asv's samples, and under the key ``lapwing``, which asv does not look at, all else that there
is of those runs. Runs that no commit of the history stands for (of changed work trees, of other branches) are whole in
a folder beside it, where asv does not look. asv is not needed.

A file's name says what it is made from, so that what an earlier export has is not made again.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from lapwing.errors import StoreDamaged
from lapwing.site.asv_conf import NOT_SHOWN, ORDER, RESULTS
from lapwing.site.asv_tree import Placed, result_name, write_benchmarks, write_machine, write_result
from lapwing.site.pages.index import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from lapwing.detect.ranks import Floats
    from lapwing.model import MetricId, Run, RunSummary
    from lapwing.ports import HistoryStore
    from lapwing.site.names import Shown
    from lapwing.site.pages.content import Content
    from lapwing.site.plan import Plan

    Progress = Callable[[int, int, str], None]

KEY: Final = "lapwing"
VERSION: Final = 2
"""Of what is under :data:`KEY`. Version 1 had a run in each file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many runs are shown, how many beside them, how many are damaged and left out; and how many files are new."""

    shown: int
    beside: int
    damaged: int
    fresh: int


@dataclass(slots=True, kw_only=True)
class AsvExport:
    """Writes the runs of a ``plan``, whose ``content`` the site shows, into a new folder.

    ``document`` gives a run's document. ``earlier`` is the folder of an earlier export, or none.
    """

    plan: Plan
    content: Content
    store: HistoryStore
    document: Callable[[Run], bytes]
    earlier: Path
    progress: Progress
    _summary: dict[str, RunSummary] = field(default_factory=dict)
    _shown: int = 0
    _beside: int = 0
    _damaged: int = 0
    _fresh: int = 0
    _done: int = 0
    _total: int = 0

    def write(self, folder: Path) -> Written:
        """Write everything but the configuration below ``folder``."""
        content, results = self.content, folder / RESULTS
        results.mkdir()
        made_from = write_benchmarks(results, content.shown, content.declared)
        runs = self.store.runs()
        self._total = len(runs)
        self._summary = {run.id: run for run in runs}
        for machine in content.series:
            write_machine(results, content.machines[machine], content.names[machine])
            for one in self._commits(machine, made_from):
                self._put(folder, one)
        placed = {run for order in self.plan.orders.values() for run in order.position}
        for run in runs:
            if run.id not in placed:
                self._put_beside(folder, run.id)
        # In the order of storing, which no other file has.
        (folder / ORDER).write_text(json.dumps([run.id for run in runs]), encoding="utf-8", newline="\n")
        return Written(shown=self._shown, beside=self._beside, damaged=self._damaged, fresh=self._fresh)

    def _commits(self, machine: str, made_from: bytes) -> Iterator[_Commit]:
        """Yield what each commit has on one machine, oldest first."""
        content, order = self.content, self.plan.orders[machine]
        runs: dict[int, list[str]] = {}
        for run, position in order.position.items():
            runs.setdefault(position, []).append(run)
        known = {one.number: one for one in content.revisions}
        values = [_values(one, content.series[machine], len(order.commits)) for one in content.shown]
        for position, sha in enumerate(order.commits):
            revision = known[content.numbers[sha]]
            column = [np.ascontiguousarray(of_one[:, position]) for of_one in values]
            place = Placed(sha=plain(revision.sha), date=revision.date)
            digest = blake2b(made_from, digest_size=8)
            said = [self._summary[run] for run in runs[position]]
            digest.update(repr((VERSION, place, content.names[machine], said)).encode())
            for each in column:
                digest.update(each.tobytes())
            yield _Commit(
                machine=content.names[machine],
                place=place,
                runs=tuple(runs[position]),
                column=column,
                digest=digest.hexdigest(),
            )

    def _put(self, folder: Path, one: _Commit) -> None:
        """Write the file of one commit, or link that of the earlier export."""
        name = f"{RESULTS}/{one.machine}/{result_name(one.place, one.digest)}"
        self._tell(len(one.runs), one.place.sha)
        if _linked(self.earlier / name, folder / name):
            self._shown += len(one.runs)
            return
        runs = [run for run in map(self._loaded, one.runs) if run is not None]
        if runs:
            rows, documents = _rows(self.content.shown, one.column, runs, self.document)
            more = {KEY: {"version": VERSION, "runs": documents}}
            write_result(folder / RESULTS, one.machine, one.place, rows, suffix=one.digest, more=more)
            self._fresh += 1
        self._shown += len(runs)

    def _put_beside(self, folder: Path, run_id: str) -> None:
        """Write a run that is not shown."""
        self._tell(1, run_id)
        run = self._loaded(run_id)
        if run is None:
            return
        self._beside += 1
        name = f"{NOT_SHOWN}/{blake2b(repr(self._summary[run_id]).encode(), digest_size=10).hexdigest()}.json"
        if not _linked(self.earlier / name, folder / name):
            (folder / NOT_SHOWN).mkdir(exist_ok=True)
            (folder / name).write_bytes(self.document(run))
            self._fresh += 1

    def _loaded(self, run_id: str) -> Run | None:
        try:
            return self.store.load(run_id)
        except StoreDamaged:
            self._damaged += 1
            return None

    def _tell(self, runs: int, what: str) -> None:
        self._done += runs
        self.progress(self._done, self._total, what[:20])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Commit:
    """What a commit has on one machine: the values of each benchmark that is shown, and the runs they are of."""

    machine: str
    place: Placed
    runs: tuple[str, ...]
    column: Sequence[Floats]
    digest: str


def _values(shown: Shown, series: Mapping[MetricId, Any], commits: int) -> Floats:
    """Return the values of each combination (rows) along the commits, NaN where there is none."""
    found = [series.get(cell) if cell is not None else None for cell in shown.cells]
    nothing = np.full(commits, np.nan)
    values: Floats = np.stack([nothing if one is None else one.values for one in found])
    # asv's own detection never ends on an infinity.
    return np.where(np.isfinite(values), values, np.nan)


def _rows(
    shown: Sequence[Shown], column: Sequence[Floats], runs: Sequence[Run], document: Callable[[Run], bytes]
) -> tuple[dict[str, list[object]], list[dict[str, Any]]]:
    """Return asv's row of each benchmark that was measured or failed, and the runs without the values in them."""
    cells = {cell: (at, idx) for at, one in enumerate(shown) for idx, cell in enumerate(one.cells) if cell is not None}
    samples: dict[tuple[int, int], list[float]] = {}
    documents = [_without_values(run, document, cells, shown, samples) for run in runs]
    failed = {failure.benchmark for run in runs for failure in run.failures}
    rows: dict[str, list[object]] = {}
    for at, (one, values) in enumerate(zip(shown, column, strict=True)):
        broken = [cell is not None and cell.benchmark in failed for cell in one.cells]
        mine = [samples.get((at, idx)) for idx in range(len(one.cells))]
        if any(broken) or any(mine) or not np.isnan(values).all():
            results = [_result(*each) for each in zip(values.tolist(), broken, strict=True)]
            rows[one.name] = [results, [list(axis) for axis in one.params], None, mine]
    return rows, documents


def _result(value: float, broken: bool) -> float | None:  # noqa: FBT001 - a cell
    """Return a cell as asv has it: null is a failure, NaN what was not run."""
    return None if broken and math.isnan(value) else value


def _without_values(
    run: Run,
    document: Callable[[Run], bytes],
    cells: Mapping[MetricId, tuple[int, int]],
    shown: Sequence[Shown],
    samples: dict[tuple[int, int], list[float]],
) -> dict[str, Any]:
    """Return a run's document where each sample says in which row and cell its values are, and adds them there."""
    said: dict[str, Any] = msgspec.json.decode(document(run))
    for sample, written in zip(run.samples, said["samples"], strict=True):
        place = cells.get(sample.metric)
        # Of what has another id now the values stay in the document: a run may have both ids.
        if place is not None:
            values = [float(value) for process in sample.values for value in process]
            samples.setdefault(place, []).extend(values)
            written["values"] = [shown[place[0]].name, place[1], [len(process) for process in sample.values]]
    return said


def _linked(old: Path, new: Path) -> bool:
    """Have the old file at a new place; False where there is none."""
    if not re.fullmatch(r"[^/\\]+\.json", old.name) or old.is_symlink() or not old.is_file():
        return False
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copyfile(old, new)
    return True
