"""Every record is read and compared with the index, and what is not what was written is named."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace

import pytest

from factories import MACHINE, make_declared, make_run, make_sample
from fakes.store import MemoryStore
from lapwing.errors import StoreDamaged, UsageError
from lapwing.history import open_store
from lapwing.history.blocks import block_of, check_of, from_block
from lapwing.model import Failure, RunWarning
from lapwing.pipeline.verify import verify
from lapwing.units import BYTES

OTHER = replace(MACHINE, cpu="Other CPU")
BAD = StoreDamaged("run-damaged", "Run run-0002 is damaged: a bit.", remedy="restore it.")


def some_runs(runs=80):
    """Runs of two machines, enough for an index by series too: two benchmarks, one with two metrics."""
    declared = (make_declared("a", fingerprint="f"), make_declared("b"))
    failures = (Failure(benchmark="c", kind="raised", message="no"), Failure(benchmark="d", kind="skipped", message=""))
    return [
        make_run(
            number,
            make_sample("a", (1.0, 1.5), (1.0 + number,)),
            make_sample("b", 2.0),
            make_sample("b", 100.0, metric="size", unit=BYTES),
            declared=declared,
            failures=failures,
            machine=OTHER if number % 10 == 0 else MACHINE,
        )
        for number in range(runs)
    ]


def looked(store):
    told = []
    return verify(store=store, progress=lambda *step: told.append(step)), told


def told_of(store):
    return [(one.slug, one.message) for one in looked(store)[0].damaged]


@pytest.fixture(params=["sqlite", "memory"])
def store(request, tmp_path):
    opened = open_store("history.db", tmp_path) if request.param == "sqlite" else MemoryStore()
    opened.append(some_runs())
    yield opened
    opened.close()


@pytest.fixture
def sqlite(tmp_path):
    opened = open_store("history.db", tmp_path)
    opened.append(some_runs())
    yield opened
    opened.close()


@pytest.fixture
def execute(tmp_path):
    """Change the database behind the store's back."""

    def change(statement, *values):
        with closing(sqlite3.connect(tmp_path / "history.db")) as connection, connection:
            return connection.execute(statement, values).fetchall()

    return change


def test_a_history_that_is_whole_is_clean(store):
    found, told = looked(store)

    assert (80, 240, ()) == (found.runs, found.values, found.damaged)
    assert sum(store.sizes().values()) == found.size
    assert (79, 80) == told[-1][:2]


def test_an_empty_history_is_clean():
    assert (0, 0, 0, ()) == (
        (found := looked(MemoryStore())[0]).runs,
        found.values,
        found.size,
        found.damaged,
    )


def test_a_damaged_document_is_named_once_and_the_rest_is_read(sqlite, execute):
    execute("UPDATE document SET body = substr(body, 1, 40) WHERE run = 2")
    found, _ = looked(sqlite)

    assert ["run-damaged"] == [one.slug for one in found.damaged]
    assert "run-0001" in found.damaged[0].message
    assert 79 == found.runs


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [("subject", "other", "commit"), ("failures", 7, "failures"), ("complete", 0, "complete")],
)
def test_a_listing_that_says_otherwise_is_named(column, value, named, sqlite, execute):
    execute(f"UPDATE run SET {column} = ? WHERE id = 'run-0003'", value)
    said = f"The index of run run-0003 is not what its document says: its {named}."
    assert [("index-differs", said)] == told_of(sqlite)


def shifted(block):
    points = from_block(block).copy()
    points["value"][0] *= 1.5
    return block_of(points)


def test_a_value_that_is_another_in_the_index_is_named(sqlite, execute):
    ((block,),) = execute("SELECT block FROM run_values WHERE run = 80")
    changed = shifted(block)
    execute("UPDATE run_values SET block = ?, [check] = ? WHERE run = 80", changed.block, changed.check)

    said = "it has 60.8438 s for time of a, and the document 40.5625."
    assert [("index-differs", f"The index of run run-0079 is not what its document says: {said}")] == told_of(sqlite)


def test_a_stretch_that_was_changed_is_named(sqlite, execute):
    rows = execute("SELECT series, last, block FROM stretch ORDER BY series")
    assert rows, "too few runs for an index by series"
    series, last, block = rows[0]
    changed = shifted(block).block
    execute(
        "UPDATE stretch SET block = ?, [check] = ? WHERE series = ? AND last = ?",
        changed,
        check_of(changed, key=f"{series} {last}"),
        series,
        last,
    )
    assert {"index-differs"} == {slug for slug, _ in told_of(sqlite)}


def test_a_series_that_is_not_the_same_read_alone_is_named():
    store = MemoryStore(some_runs(3))
    recorded = store.recorded

    def other(*, benchmarks=None, **given):
        found = recorded(benchmarks=benchmarks, **given)
        return found[1:] if benchmarks == ("a",) and given["machine"] == MACHINE.id else found

    store.recorded = other
    said = f"The index of a on {MACHINE.id} is damaged: it is not the same read alone."
    assert [("index-differs", said)] == told_of(store)


def test_values_that_the_index_has_lost_are_named(sqlite, execute):
    execute("DELETE FROM run_values WHERE run = 80")
    slugs = [slug for slug, _ in told_of(sqlite)]
    assert ["index-differs"] == slugs


def test_what_only_the_index_has_is_named():
    store = MemoryStore(some_runs(3))
    spare = MemoryStore([replace(run, samples=run.samples[:1]) for run in some_runs(3)])
    store.load = spare.load
    said = told_of(store)
    assert 3 == len(said)
    assert "it has a size of b, and the document has none; and 1 more." in said[0][1]


def test_another_fingerprint_in_the_index_is_named():
    store = MemoryStore(some_runs(3))
    other = MemoryStore(
        [replace(run, declared=(make_declared("a", fingerprint="g"), *run.declared[1:])) for run in some_runs(3)]
    )
    store.recorded = other.recorded
    assert 3 == len(told_of(store))


def test_an_index_that_cannot_be_read_is_named_and_the_documents_are_read():
    store = MemoryStore(some_runs(3))

    def broken(**_):
        raise StoreDamaged("store-damaged", "The index is damaged.", remedy="restore it.")

    store.recorded = broken
    found, _ = looked(store)
    assert (3, 0, {"store-damaged"}) == (found.runs, found.values, {one.slug for one in found.damaged})


def test_one_series_that_cannot_be_read_is_named():
    store = MemoryStore(some_runs(3))
    recorded = store.recorded

    def broken(*, benchmarks=None, **given):
        if benchmarks == ("b",):
            raise StoreDamaged("store-damaged", "A stretch is damaged.", remedy="restore it.")
        return recorded(benchmarks=benchmarks, **given)

    store.recorded = broken
    assert {f"The index of b on {one.id} is damaged: A stretch is damaged." for one in (MACHINE, OTHER)} == {
        message for _, message in told_of(store)
    }


def test_what_the_store_itself_names_is_told_once():
    store = MemoryStore(some_runs(3))
    load = store.load

    def failing(run_id):
        if run_id == "run-0002":
            raise BAD
        return load(run_id)

    store.load = failing
    store.damaged = lambda: (
        RunWarning(slug="run-damaged", message="The record of run run-0002 is damaged; it is kept.", remedy="-"),
        RunWarning(slug="series-damaged", message="2 series are damaged.", remedy="-"),
    )
    assert ["run-damaged", "series-damaged"] == [slug for slug, _ in told_of(store)]


def test_what_takes_room_and_is_not_listed_is_tried():
    store = MemoryStore(some_runs(3))
    listed, sizes, load = store.runs()[:1], store.sizes() | {"gone": 5}, store.load
    store.runs = lambda: listed
    store.sizes = lambda: sizes

    def missing(run_id):
        if run_id == "gone":
            raise UsageError("no-such-run", "There is no run gone.", remedy="list them.")
        return load(run_id)

    store.load = missing
    found = dict(told_of(store))
    assert {"not-listed", "no-such-run"} <= found.keys()


def test_the_last_bit_of_a_median_is_no_damage():
    store = MemoryStore(some_runs(3))
    recorded = store.recorded
    store.recorded = lambda **given: tuple(
        replace(one, values=tuple(value * (1 + 3e-16) for value in one.values)) for one in recorded(**given)
    )
    assert [] == told_of(store)


def test_a_check_sum_is_not_enough(sqlite, execute):
    """What is tampered with above passes the store's own check: only the document tells."""
    ((block, check),) = execute("SELECT block, [check] FROM run_values WHERE run = 80")
    assert zlib.crc32(shifted(block).block) == shifted(block).check != check
