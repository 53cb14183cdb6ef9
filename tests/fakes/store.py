"""A history in memory: what :class:`~lapwing.ports.HistoryStore` promises, and nothing of how a disk keeps it."""

from __future__ import annotations

from collections import defaultdict

from lapwing.errors import UsageError
from lapwing.history.record import pack, points, unpack
from lapwing.model import Recorded, RunSummary


class MemoryStore:
    """Keeps runs in a dictionary. ``fails`` is an error that the next append raises, once."""

    def __init__(self, runs=(), *, fails=None):
        self.kept = {}
        self.fails = None
        self.closed = False
        self.append(runs)
        self.fails = fails

    def append(self, runs):
        runs = list(runs)
        if self.fails is not None:
            error, self.fails = self.fails, None
            raise error
        # Packed and unpacked, so that a run that no store could keep is refused here too.
        packed = {run.id: unpack(run.id, pack(run)) for run in runs}
        new = {run_id: run for run_id, run in packed.items() if run_id not in self.kept}
        self.kept.update(new)
        return len(new)

    def runs(self):
        return tuple(
            RunSummary(
                id=run.id,
                commit=run.commit,
                machine=run.machine,
                started_at=run.started_at,
                benchmarks=len(run.declared),
                failures=sum(failure.kind != "skipped" for failure in run.failures),
                complete=run.complete,
                source=run.source,
            )
            for run in self.kept.values()
        )

    def load(self, run_id):
        if run_id not in self.kept:
            raise UsageError("no-such-run", f"There is no run {run_id!r}.", remedy="list the runs there are.")
        return self.kept[run_id]

    def recorded(self, *, machine=None, metrics=None, benchmarks=None):
        found = defaultdict(list)
        for run in self.kept.values():
            for point in points(run) if machine in (None, run.machine.id) else ():
                if _chosen(point.metric.name, metrics) and _chosen(point.metric.benchmark, benchmarks):
                    row = (run.id, point.value, point.error, point.fingerprint)
                    found[point.metric, run.machine.id, point.unit.symbol, point.unit.better, point.unit].append(row)
        recorded = []
        for (metric, machine_id, *_, unit), rows in sorted(found.items(), key=lambda item: item[0][:4]):
            runs, values, errors, fingerprints = zip(*rows, strict=True)
            recorded.append(
                Recorded(
                    metric=metric,
                    unit=unit,
                    machine=machine_id,
                    runs=runs,
                    values=values,
                    errors=errors,
                    fingerprints=fingerprints,
                )
            )
        return tuple(recorded)

    def remove(self, runs):
        return sum(self.kept.pop(run_id, None) is not None for run_id in set(runs))

    def sizes(self):
        return {run_id: len(pack(run).body) for run_id, run in self.kept.items()}

    def damaged(self):
        return ()

    def close(self):
        self.closed = True


def _chosen(name, names):
    return names is None or name in names
