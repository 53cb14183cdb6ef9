"""The same parts, run here, in processes and on a Dask cluster: the same result to the bit, or one clear sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

from lapwing.detect import batches
from lapwing.detect.batches import Finder
from lapwing.errors import FleetError, UsageError
from lapwing.fleet import processes, workers
from lapwing.fleet.pool import run_in

ROWS = 60


@pytest.fixture
def rows(monkeypatch):
    """Return series in six parts, some with a step."""
    monkeypatch.setattr(batches, "MOST_NUMBERS", 400)
    monkeypatch.setattr(processes, "WORTH_STARTING", 400)
    rng = np.random.default_rng(7)
    return [np.exp(0.01 * rng.standard_normal(40) + 0.1 * (np.arange(40) > 22) * (i % 4 == 0)) for i in range(ROWS)]


def silent(done, total, what):
    """Show nothing."""


def found(rows, **how):
    with workers(**({"jobs": 1, "cluster": None, "progress": silent} | how)) as spread:
        return Finder(alpha=0.01, spread=spread)(rows, [False] * len(rows))


def test_here_each_part_is_told(rows):
    told = []
    found(rows, progress=lambda *step: told.append(step))

    assert [(number, 6, "parts of the history looked at") for number in range(1, 7)] == told


def test_processes_give_the_same_to_the_bit(rows):
    told = []
    here, there = found(rows), found(rows, jobs=2, progress=lambda *step: told.append(step))

    assert here == there
    assert any(here)
    assert (6, 6, "parts of the history looked at") == told[-1]


def test_one_part_starts_no_process(rows):
    told = []

    assert found(rows[:5]) == found(rows[:5], jobs=2, progress=lambda *step: told.append(step))
    assert [] == told


def test_processes_are_started_only_for_what_outweighs_their_start(rows, monkeypatch):
    monkeypatch.setattr(processes, "WORTH_STARTING", sum(row.size for row in rows) + 1)
    monkeypatch.delattr(processes, "ProcessPoolExecutor")

    assert found(rows) == found(rows, jobs=2)
    with pytest.raises(NameError):
        found([*rows, rows[0][:1]], jobs=2)


def test_any_executor_gives_the_parts_in_their_order():
    def slow_first(batch):
        time.sleep(0.05 if batch == 0 else 0)
        return [batch]

    with ThreadPoolExecutor(3) as pool:
        assert [[number] for number in range(5)] == run_in(pool, slow_first, range(5), silent)


def test_what_a_part_raises_is_raised_and_calls_off_the_rest():
    begun, told = [], threading.Event()

    def refuse(batch):
        begun.append(batch)
        if batch > 0:  # one more may have begun by then, and waits
            told.wait(30)
            return []
        raise UsageError("some-slug", "It is wrong.", remedy="mend it.")

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(UsageError, match="some-slug"):
            run_in(pool, refuse, range(500), silent)
        told.set()
    assert len(begun) <= 2


def die(batch):
    os._exit(1)


def test_a_process_that_dies_is_one_sentence(rows):
    with workers(jobs=2, cluster=None, progress=silent) as spread, pytest.raises(FleetError) as refused:
        spread(
            die, [part for part, _ in batches.cut([batches.Asked(row=row, exact=False) for row in rows], alpha=0.01)]
        )

    assert "worker-died" == refused.value.slug
    assert "--jobs" in refused.value.remedy


def test_a_cluster_without_its_extra_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(FleetError) as refused:
        found([], cluster="tcp://127.0.0.1:1")

    assert "no-cluster-extra" == refused.value.slug
    assert "lapwing[cluster]" in refused.value.remedy


# -- a real scheduler with two real workers ---------------------------------------------------------------------------


def start(*words):
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", *words],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


def line_with(process, word):
    """Return the first line of the process's log that holds ``word``; the rest of the log is read and dropped."""
    for line in process.stderr:
        if word in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return line
    raise AssertionError(f"{process.args} said nothing of {word!r}")


@contextmanager
def ended(processes):
    try:
        yield processes
    finally:
        for process in processes:
            # A nanny starts its worker in the same session: both are ours, and nothing else is.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process.stderr.close()


@pytest.fixture(scope="module")
def scheduler():
    """Return the address of a scheduler without workers."""
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'lapwing[cluster]'")
    command = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    with ended([start(*command)]) as (process,):
        yield line_with(process, "Scheduler at:").split()[-1]


@pytest.fixture(scope="module")
def cluster(scheduler):
    """Return the address of a scheduler with two workers."""
    command = ("distributed.cli.dask_worker", scheduler, "--nthreads", "1", "--no-dashboard", "--nanny")
    with ended([start(*command), start(*command)]) as both:
        for process in both:
            line_with(process, "Registered to:")
        yield scheduler


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Wait for a scheduler that is there as long as a busy machine needs."""
    monkeypatch.setattr("lapwing.fleet.cluster._PATIENCE", 120)


@pytest.fixture
def impatient(monkeypatch, patient):
    monkeypatch.setattr("lapwing.fleet.cluster._PATIENCE", 1)


@pytest.mark.usefixtures("impatient")
def test_a_scheduler_without_workers_is_one_sentence(scheduler):
    with pytest.raises(FleetError) as refused:
        found([], cluster=scheduler)

    assert "no-workers" == refused.value.slug
    assert scheduler in refused.value.message


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tcp://no.such.host.invalid:8786", "nonsense://x:1"])
def test_a_scheduler_that_does_not_answer_is_one_sentence(address):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'lapwing[cluster]'")
    with pytest.raises(FleetError) as refused:
        found([], cluster=address)

    assert "no-scheduler" == refused.value.slug
    assert address in refused.value.message


def test_a_cluster_gives_the_same_to_the_bit(cluster, rows):
    told = []

    assert found(rows) == found(rows, cluster=cluster, progress=lambda *step: told.append(step))
    assert (6, 6, "parts of the history looked at") == told[-1]


def test_one_part_is_not_sent_anywhere(cluster, rows):
    assert found(rows[:5]) == found(rows[:5], cluster=cluster)


def test_workers_with_other_versions_are_refused(cluster, monkeypatch):
    monkeypatch.setattr("lapwing.__version__", "0.0.1")
    with pytest.raises(FleetError) as refused:
        found([], cluster=cluster)

    assert "versions-differ" == refused.value.slug
    assert "could judge otherwise" in refused.value.message
    assert "lapwing 0.0.1" in refused.value.remedy


def test_workers_that_cannot_run_lapwing_are_refused(cluster, monkeypatch):
    here = os.getpid()

    def versions():
        if os.getpid() != here:
            raise ModuleNotFoundError("No module named 'lapwing'")
        return {"lapwing": "1.2.3"}

    monkeypatch.setattr("lapwing.fleet.cluster.versions", versions)
    with pytest.raises(FleetError) as refused:
        found([], cluster=cluster)

    assert "versions-differ" == refused.value.slug
    assert "cannot run this Lapwing: No module named 'lapwing'." in refused.value.message


def test_what_lapwing_refuses_on_a_worker_is_refused_here(cluster, rows):
    with workers(jobs=1, cluster=cluster, progress=silent) as spread, pytest.raises(UsageError, match="some-slug"):
        spread(
            refuse, [part for part, _ in batches.cut([batches.Asked(row=row, exact=False) for row in rows], alpha=0.01)]
        )


def refuse(batch):
    raise UsageError("some-slug", "It is wrong.", remedy="mend it.")


def test_workers_that_die_are_one_sentence(cluster, rows):
    with workers(jobs=1, cluster=cluster, progress=silent) as spread, pytest.raises(FleetError) as refused:
        spread(
            die, [part for part, _ in batches.cut([batches.Asked(row=row, exact=False) for row in rows], alpha=0.01)]
        )

    assert "worker-died" == refused.value.slug
    assert cluster in refused.value.message
