"""What every history store promises; run on each of them, and on the fake that other tests use."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from factories import MACHINE, make_declared, make_run, make_sample
from fakes.remote import BareRemote
from fakes.store import MemoryStore
from lapwing.detect.centre import centre, relative_error
from lapwing.errors import LapwingError, UsageError
from lapwing.history import open_store
from lapwing.model import Failure, RunWarning
from lapwing.units import BYTES, COUNT, SECONDS

ODD_NAME = "tests/t_ä.py::Test'X\"::test_o[a/b;--DROP TABLE run;\\ %s {} \t\n\x1b[31m…🐦-\u202e]"


def at_sqlite(request):
    return open_store("history.db", request.getfixturevalue("tmp_path"))


def at_postgresql(request):
    return open_store(request.getfixturevalue("postgres_place"), request.getfixturevalue("tmp_path"))


def at_branch(request):
    folder = request.getfixturevalue("tmp_path")
    return open_store(f"git+branch://lapwing-history?remote={BareRemote(folder).path}", folder)


STORES = {"memory": lambda _: MemoryStore(), "sqlite": at_sqlite, "postgresql": at_postgresql, "branch": at_branch}


@pytest.fixture(params=STORES)
def store(request):
    opened = STORES[request.param](request)
    yield opened
    opened.close()


def full_run():
    """A run that uses every field of every noun."""
    warning = RunWarning(slug="load", message="The machine is busy.", remedy="Wait.")
    return make_run(
        1,
        make_sample("a", (0.1, 0.2), (0.30000000000000004, 5e-324), loops=7, screened=1, warnings=(warning,)),
        make_sample(ODD_NAME, 12.0, metric="rows/s", unit=replace(SECONDS, symbol="rows/s", better="higher")),
        declared=(
            make_declared("a", was=("b",), limit=0.1, budgets=("p99 < 2 ms",), fingerprint="f", params=(("n", "1"),)),
            make_declared(ODD_NAME, location="t.py:3"),
        ),
        failures=(Failure(benchmark="c", kind="timed-out", message="60 s\nwere not enough"),),
        warnings=(warning,),
        complete=False,
    )


def test_an_empty_store_has_nothing_and_says_so(store):
    assert ((), (), ()) == (store.runs(), store.recorded(), store.damaged())
    assert 0 == store.append([])
    assert () == store.runs()


def test_a_run_comes_back_as_it_was(store):
    run = full_run()
    assert 1 == store.append([run])
    assert run == store.load(run.id)


def test_a_listing_shows_the_runs_in_the_order_of_storing(store):
    store.append([make_run(3), make_run(1)])
    store.append([replace(full_run(), id="zero")])
    assert ["run-0003", "run-0001", "zero"] == [run.id for run in store.runs()]
    last = store.runs()[-1]
    assert (2, 1, False, "pytest") == (last.benchmarks, last.failures, last.complete, last.source)
    assert full_run().commit == last.commit
    assert MACHINE == last.machine


def test_a_clock_that_jumps_changes_nothing_of_the_order(store):
    times = (1_700_000_000.0, 0.0, 4_102_444_800.0, -1e9, 1_700_000_000.0)
    for number, started_at in enumerate(times):
        store.append([make_run(number, make_sample("a", float(number)), started_at=started_at)])
    assert list(times) == [run.started_at for run in store.runs()]
    assert [(0.0, 1.0, 2.0, 3.0, 4.0)] == [recorded.values for recorded in store.recorded()]


def test_appending_twice_stores_once(store):
    assert 2 == store.append([make_run(1), make_run(2)])
    assert 1 == store.append([make_run(2), make_run(3), make_run(3)])
    assert ["run-0001", "run-0002", "run-0003"] == [run.id for run in store.runs()]


def test_the_value_of_a_metric_is_the_centre_of_its_sample(store):
    sample = make_sample("a", (1.0, 1.5), (2.0, 2.0), (4.0, 9.0))
    store.append([make_run(1, sample)])
    (recorded,) = store.recorded()
    assert (centre(sample),) == recorded.values
    assert (relative_error(sample),) == recorded.errors


def test_one_process_says_nothing_of_the_error(store):
    store.append([make_run(1, make_sample("a", 1.0))])
    (recorded,) = store.recorded()
    assert math.isnan(recorded.errors[0])


def test_values_are_grouped_by_benchmark_metric_and_machine(store):
    other = replace(MACHINE, cpu="Other CPU")
    store.append(
        [make_run(1, make_sample("b", 1.0), make_sample("a", 2.0), make_sample("a", 5, metric="n", unit=COUNT))]
    )
    store.append([make_run(2, make_sample("a", 3.0), machine=other), make_run(3, make_sample("a", 4.0))])
    found = [(r.metric.benchmark, r.metric.name, r.machine, r.runs, r.values) for r in store.recorded()]
    machines = sorted([(MACHINE.id, ("run-0001", "run-0003"), (2.0, 4.0)), (other.id, ("run-0002",), (3.0,))])
    assert [
        ("a", "n", MACHINE.id, ("run-0001",), (5.0,)),
        *(("a", "time", *rest) for rest in machines),
        ("b", "time", MACHINE.id, ("run-0001",), (1.0,)),
    ] == found


def test_a_selection_narrows_what_is_read(store):
    other = replace(MACHINE, cpu="Other CPU")
    store.append([make_run(1, make_sample("a", 1.0), make_sample("a", 2.0, metric="cpu_time"))])
    store.append([make_run(2, make_sample("a", 3.0), machine=other)])
    assert [(3.0,)] == [r.values for r in store.recorded(machine=other.id)]
    assert [(2.0,)] == [r.values for r in store.recorded(metrics=["cpu_time"])]
    assert [(1.0,)] == [r.values for r in store.recorded(machine=MACHINE.id, metrics={"time"})]
    assert () == store.recorded(machine="nobody")
    assert () == store.recorded(metrics=[])


def test_a_few_benchmarks_are_read_as_all_of_them_are(store):
    other = replace(MACHINE, cpu="Other CPU")
    runs = []
    for number in range(150):  # more than a stretch holds, of two machines
        samples = [make_sample(name, number + i / 7, (1.0, 1.5)) for i, name in enumerate(("a", "b", ODD_NAME))]
        more = [make_sample("a", number, number, metric="n", unit=COUNT)] if number > 100 else []
        fingerprint = "x" if number % 5 else "y"
        declared = tuple(make_declared(name, fingerprint=fingerprint) for name in ("a", "b", ODD_NAME))
        machine = other if number % 3 else MACHINE
        runs.append(make_run(number, *samples, *more, declared=declared, machine=machine))
    for start, end in pairwise((0, 3, 95, 96, 97, 149, 150)):
        store.append(runs[start:end])
    everything = store.recorded()
    assert {50, 100} <= {len(recorded.values) for recorded in everything}
    for benchmarks in (["a"], {"b", ODD_NAME}, ("a", "a", "nobody"), ["a", "b", ODD_NAME]):
        expected = [recorded for recorded in everything if recorded.metric.benchmark in benchmarks]
        assert expected == list(store.recorded(benchmarks=benchmarks))
    assert [(MACHINE.id, "n")] == [
        (r.machine, r.metric.name) for r in store.recorded(benchmarks=["a"], machine=MACHINE.id, metrics=["n"])
    ]
    assert () == store.recorded(benchmarks=[])
    assert () == store.recorded(benchmarks=["nobody"])


def test_a_removed_run_is_in_no_series_either(store):
    store.append([make_run(n, make_sample("a", float(n)), make_sample("b", 0.5)) for n in range(150)])
    gone = {f"run-{n:04d}" for n in (*range(70, 80), 3, 140)}
    store.remove(gone)
    kept = [n for n in range(150) if f"run-{n:04d}" not in gone]
    for selection in ({"benchmarks": ["a"]}, {"metrics": ["time"]}):
        recorded = store.recorded(**selection)[0]
        assert ("a", tuple(float(n) for n in kept)) == (recorded.metric.benchmark, recorded.values)
    store.remove([f"run-{n:04d}" for n in range(64)])
    store.append([make_run(n, make_sample("a", float(n))) for n in range(200, 300)])
    kept = [n for n in kept if n >= 64] + list(range(200, 300))
    assert [tuple(float(n) for n in kept)] == [recorded.values for recorded in store.recorded(benchmarks=["a"])]


def test_a_new_fingerprint_stays_in_the_series(store):
    for number, fingerprint in enumerate(["x", "x", "y"], 1):
        run = make_run(number, make_sample("a", float(number)), declared=(make_declared("a", fingerprint=fingerprint),))
        store.append([run])
    (recorded,) = store.recorded()
    assert ((1.0, 2.0, 3.0), ("x", "x", "y")) == (recorded.values, recorded.fingerprints)


def test_a_metric_in_two_units_is_two_entries(store):
    store.append(
        [make_run(1, make_sample("a", 1.0, metric="m")), make_run(2, make_sample("a", 2.0, metric="m", unit=BYTES))]
    )
    assert ["B", "s"] == [recorded.unit.symbol for recorded in store.recorded()]


def test_a_run_without_samples_is_a_run(store):
    store.append([make_run(1, samples=())])
    assert () == store.load("run-0001").samples
    assert () == store.recorded()


def test_a_run_that_is_not_there_is_said(store):
    with pytest.raises(UsageError) as caught:
        store.load("nothing")
    assert "no-such-run" == caught.value.slug


def test_one_run_that_cannot_be_stored_keeps_all_of_them_out(store):
    twice = make_run(2, make_sample("a", 1.0), make_sample("a", 2.0))
    with pytest.raises(LapwingError) as caught:
        store.append([make_run(1), twice])
    assert "same-metric-twice" == caught.value.slug
    assert () == store.runs()


def test_half_a_surrogate_pair_is_refused_in_a_sentence(store):
    with pytest.raises(UsageError) as caught:
        store.append([make_run(1, make_sample("bad\udcff", 1.0))])
    assert "bad-name" == caught.value.slug
    assert () == store.runs()


def test_what_was_skipped_did_not_fail(store):
    failures = (
        Failure(benchmark="t.py::a", kind="skipped", message="not here"),
        Failure(benchmark="t.py::b", kind="raised", message="no"),
    )
    store.append([make_run(1, failures=failures)])
    assert [1] == [summary.failures for summary in store.runs()]


def test_a_run_that_is_removed_is_gone_for_good_and_the_others_are_as_they_were(store):
    runs = [make_run(n, make_sample("a", float(n))) for n in (1, 2, 3)]
    store.append(runs)
    assert 2 == store.remove(["run-0001", "run-0003", "nothing"])
    assert 0 == store.remove(["run-0001"])
    assert ["run-0002"] == [run.id for run in store.runs()]
    assert [(("run-0002",), (2.0,))] == [(recorded.runs, recorded.values) for recorded in store.recorded()]
    assert runs[1] == store.load("run-0002")
    assert () == store.damaged()
    with pytest.raises(UsageError, match="no-such-run"):
        store.load("run-0003")


def test_a_run_that_was_removed_can_be_stored_again_and_is_then_the_last(store):
    store.append([make_run(1), make_run(2)])
    assert 1 == store.remove({"run-0001"})
    assert 1 == store.append([make_run(1), make_run(2)])
    assert ["run-0002", "run-0001"] == [run.id for run in store.runs()]
    assert make_run(1) == store.load("run-0001")


def test_removing_nothing_or_where_there_is_nothing_removes_nothing(store):
    assert 0 == store.remove(["run-0001"])
    store.append([make_run(1)])
    assert 0 == store.remove([])
    assert 1 == len(store.runs())


def test_the_size_of_each_run_is_told_and_a_larger_run_is_larger(store):
    assert {} == store.sizes()
    large = make_run(2, *(make_sample(f"t.py::test_{i}", (1.0 + i / 7, 1.5), (1.25, 2.0)) for i in range(200)))
    store.append([make_run(1), large])
    sizes = store.sizes()
    assert ["run-0001", "run-0002"] == list(sizes)
    assert 0 < 3 * sizes["run-0001"] < sizes["run-0002"]
    store.remove(["run-0002"])
    assert {"run-0001": sizes["run-0001"]} == store.sizes()
