"""What does a store of today's version look like? Written once into ``data``, to be read by tests for good.

    python tests/history/keep_store.py

Run after a step was added to ``migrations.py``. It holds the run documents that are in ``data``, each under an id of
its own, and 70 runs of two benchmarks, one of which has a new fingerprint from the 41st on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lapwing.history.schema import decode
from lapwing.history.sqlite import open_sqlite
from lapwing.history.tables import SCHEMA
from lapwing.model import Commit, Declared, Machine, MetricId, Run, Sample
from lapwing.units import COUNT, SECONDS

DATA = Path(__file__).parent / "data"


def ordinary(number):
    """Return run ``number``: its values are 1 and 2 processes of ``number`` and a half."""
    fingerprint = "new" if number > 40 else "old"
    return Run(
        id=f"ordinary-{number:02d}",
        commit=Commit(sha=f"{number:040x}", date=1.7e9 + number, subject=f"Change {number}", branch="main"),
        machine=Machine(cpu="Kept CPU", cpu_count=4, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11"),
        started_at=1.7e9 + number,
        declared=(
            Declared(benchmark="t.py::test_a", node_id="t.py::test_a", fingerprint=fingerprint),
            Declared(benchmark="t.py::test_b", node_id="t.py::test_b"),
        ),
        samples=(
            Sample(metric=MetricId(benchmark="t.py::test_a", name="time"), unit=SECONDS, values=((number + 0.5,),)),
            Sample(metric=MetricId(benchmark="t.py::test_b", name="size"), unit=COUNT, values=((7.0,), (7.0,))),
        ),
        tool="0.1.0",
    )


def keep():
    """Write the store, unless there is one of this version already."""
    path = DATA / f"history-version-{SCHEMA}.db"
    if path.exists():
        raise SystemExit(f"{path} is there, and stays as it was written.")
    store = open_sqlite(path)
    for document in sorted(DATA.glob("run-version-*.json")):
        store.append([replace(decode(document.read_bytes()), id=document.stem)])
    for number in range(1, 71):
        store.append([ordinary(number)])
    store.close()


if __name__ == "__main__":
    keep()
