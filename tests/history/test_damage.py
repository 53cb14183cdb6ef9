"""A store whose content is damaged or hostile: named, kept, never raised as anything but our errors, never emptied."""

from __future__ import annotations

import math
import sqlite3
import tempfile
import zlib
from contextlib import closing, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import make_run, make_sample
from lapwing.errors import LapwingError, StoreDamaged
from lapwing.history import open_store, record, schema
from lapwing.history.blocks import to_block
from lapwing.history.sqlite import open_sqlite


@pytest.fixture
def path(tmp_path):
    """A store with three runs."""
    store = open_store("history.db", tmp_path)
    store.append([make_run(number, make_sample("a", float(number))) for number in (1, 2, 3)])
    return tmp_path / "history.db"


def alter(path, statement):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_a_damaged_record_is_named_and_kept_and_the_others_are_read(path):
    alter(path, "UPDATE document SET body = zeroblob(length(body)) WHERE run = 2")
    store = open_sqlite(path)
    (warning,) = store.damaged()
    assert "run-damaged" == warning.slug
    assert "run-0002" in warning.message
    with pytest.raises(StoreDamaged) as caught:
        store.load("run-0002")
    assert "run-damaged" == caught.value.slug
    assert make_run(3, make_sample("a", 3.0)) == store.load("run-0003")
    assert [(1.0, 2.0, 3.0)] == [recorded.values for recorded in store.recorded()]
    assert 1 == store.append([make_run(4)])
    assert 4 == len(store.runs())
    assert 1 == len(store.damaged())


def test_a_damaged_record_has_a_size_and_can_be_removed(path):
    alter(path, "UPDATE document SET body = zeroblob(7) WHERE run = 2")
    alter(path, "DELETE FROM document WHERE run = 3")
    store = open_sqlite(path)
    assert ["run-0001", "run-0002", "run-0003"] == list(store.sizes())
    assert 2 == store.remove(["run-0002", "run-0003"])
    assert () == store.damaged()
    assert ["run-0001"] == [run.id for run in store.runs()]


def test_one_changed_digit_in_a_document_that_can_still_be_read_is_damage(path):
    with closing(sqlite3.connect(path)) as connection, connection:
        (body,) = connection.execute("SELECT body FROM document WHERE run = 2").fetchone()
        changed = zlib.compress(zlib.decompress(body).replace(b"[[2.0]]", b"[[9.0]]"))
        connection.execute("UPDATE document SET body = ? WHERE run = 2", (changed,))
    store = open_sqlite(path)
    with pytest.raises(StoreDamaged):
        store.load("run-0002")
    assert 1 == len(store.damaged())


def test_a_document_that_unpacks_to_gigabytes_is_not_unpacked(path, monkeypatch):
    monkeypatch.setattr(record, "MAX_DOCUMENT", 10_000)
    monkeypatch.setattr(schema, "MAX_DOCUMENT", 10_000)
    bomb = zlib.compress(b" " * 50_000_000)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE document SET body = ?, digest = ?", (bomb, sha256(bomb).digest()))
    with pytest.raises(StoreDamaged, match="10001 bytes"):
        open_sqlite(path).load("run-0002")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM document WHERE run = 2",
        "UPDATE document SET body = 'text' WHERE run = 2",
        "UPDATE document SET digest = NULL WHERE 0",
        "UPDATE document SET digest = 7 WHERE run = 2",
    ],
)
def test_a_record_that_is_gone_or_of_another_kind_is_damaged(path, statement):
    alter(path, statement)
    store = open_sqlite(path)
    expected = 0 if statement.endswith("0") else 1
    assert expected == len(store.damaged())
    if expected:
        with pytest.raises(StoreDamaged):
            store.load("run-0002")


def test_a_record_that_is_another_runs_is_damaged(path):
    alter(path, "UPDATE document SET (digest, body) = (SELECT digest, body FROM document WHERE run = 1) WHERE run = 2")
    with pytest.raises(StoreDamaged, match="run-0001"):
        open_sqlite(path).load("run-0002")


@pytest.mark.parametrize("statement", ["DROP TABLE run_values", "ALTER TABLE run_values RENAME COLUMN block TO blok"])
def test_tables_that_are_others_are_damage(path, statement):
    alter(path, statement)
    with pytest.raises(StoreDamaged) as caught:
        open_sqlite(path).recorded()
    assert "store-damaged" == caught.value.slug


@pytest.fixture
def two_series(tmp_path):
    """A store with three runs of two benchmarks."""
    store = open_store("history.db", tmp_path)
    store.append([make_run(n, make_sample("a", float(n)), make_sample("b", 10.0 * n)) for n in (1, 2, 3)])
    return tmp_path / "history.db"


@pytest.mark.parametrize(
    "change",
    [
        "benchmark = ''",
        "benchmark = CAST(x'ff61' AS TEXT)",
        "noise = 'loud'",
        "fingerprint = x'00'",
        "fingerprint = CAST(x'ff' AS TEXT)",
        "symbol = 7 || x'ff'",
        "machine = 7 || x'ff'",
        "metric = x'00'",
    ],
)
def test_a_series_that_is_none_is_named_and_left_out_and_the_others_are_read(two_series, change):
    alter(two_series, f"UPDATE series SET {change} WHERE benchmark = 'a'")
    store = open_sqlite(two_series)
    assert [("b", (10.0, 20.0, 30.0))] == [(r.metric.benchmark, r.values) for r in store.recorded()]
    assert ["series-damaged"] == [warning.slug for warning in store.damaged()]
    assert make_run(3, make_sample("a", 3.0), make_sample("b", 30.0)) == store.load("run-0003")
    assert 1 == store.append([make_run(4, make_sample("b", 40.0))])
    assert [(10.0, 20.0, 30.0, 40.0)] == [r.values for r in store.recorded()]


@pytest.mark.parametrize("number", [-1, 0, 2_000_000_000, 2**62])
def test_values_of_a_number_that_no_series_has_are_left_out_and_their_runs_named(two_series, number):
    alter(two_series, f"UPDATE series SET id = {number} WHERE benchmark = 'a'")
    store = open_sqlite(two_series)
    assert [(10.0, 20.0, 30.0)] == [recorded.values for recorded in store.recorded()]
    named = " ".join(warning.message for warning in store.damaged())
    assert all(f"run-000{n}" in named for n in (1, 2, 3))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE run_values SET block = zeroblob(20) WHERE run = 2",
        "UPDATE run_values SET block = substr(block, 1, 19) WHERE run = 2",
        "UPDATE run_values SET block = 'text' WHERE run = 2",
        "UPDATE run_values SET \"check\" = 'text' WHERE run = 2",
        "DELETE FROM run_values WHERE run = 2",
    ],
)
def test_a_run_whose_values_are_damaged_is_named_and_left_out(path, statement):
    alter(path, statement)
    store = open_sqlite(path)
    assert [(("run-0001", "run-0003"), (1.0, 3.0))] == [(r.runs, r.values) for r in store.recorded()]
    (warning,) = store.damaged()
    assert "run-0002" in warning.message
    assert make_run(2, make_sample("a", 2.0)) == store.load("run-0002")


def test_a_number_that_no_series_has_stops_an_append_before_it_writes(path):
    alter(path, "UPDATE series SET id = 2147483647")
    store = open_sqlite(path)
    with pytest.raises(StoreDamaged, match="2147483647"):
        store.append([make_run(4)])
    assert 3 == len(store.runs())


@pytest.mark.parametrize("point", [(-1, 1.0, 0.1), (1, math.inf, 0.1), (1, math.nan, 0.1)])
def test_a_run_with_values_that_no_store_writes_is_named_and_they_are_left_out(path, point):
    block = to_block([point])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute('UPDATE run_values SET block = ?, "check" = ? WHERE run = 2', (block.block, block.check))
    store = open_sqlite(path)
    assert [(1.0, 3.0)] == [recorded.values for recorded in store.recorded()]
    assert ["run-0002"] == [warning.message.split()[4] for warning in store.damaged()]


@pytest.mark.parametrize(
    "change",
    [
        "sha = ''",
        "sha = x'00'",
        "subject = CAST(x'ff' AS TEXT)",
        "started_at = 'soon'",
        "date = x'00'",
        "benchmarks = 'many'",
        "machine = 'gone'",
    ],
)
def test_a_listing_leaves_out_a_row_that_holds_no_run_which_is_named(path, change):
    alter(path, f"UPDATE run SET {change} WHERE sequence = 2")
    store = open_sqlite(path)
    assert ["run-0001", "run-0003"] == [run.id for run in store.runs()]
    (warning,) = store.damaged()
    assert "run-0002" in warning.message
    assert make_run(2, make_sample("a", 2.0)) == store.load("run-0002")
    assert 3 == len(store.sizes())


@pytest.mark.parametrize("value", ["x'00'", "7 || x'ff'", "CAST(x'ff' AS TEXT)"])
def test_a_run_whose_id_is_no_text_is_named_by_its_number(path, value):
    alter(path, f"UPDATE run SET id = {value} WHERE sequence = 2")
    store = open_sqlite(path)
    assert ["run-0001", "run-0003"] == [run.id for run in store.runs()]
    assert [("run-0001", "run-0003")] == [recorded.runs for recorded in store.recorded()]
    assert ["run-0001", "run-0003"] == list(store.sizes())
    assert "stored as number 2 is damaged" in store.damaged()[0].message


@cache
def small_store():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        open_sqlite(path).append([make_run(number) for number in (1, 2)])
        return path.read_bytes()


def jobs(store):
    """Everything one can ask a store, each a function; those that write last."""
    return (
        store.runs,
        store.recorded,
        lambda: store.recorded(benchmarks=["a"]),
        store.damaged,
        store.sizes,
        lambda: store.load("run-0001"),
        lambda: store.append([make_run(4)]),
        lambda: store.remove(["run-0002"]),
    )


@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_flipped_bytes_raise_nothing_but_our_errors_and_the_file_is_never_emptied(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        content = bytearray(small_store())
        for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=20)):
            content[place] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
        *reading, append, remove = jobs(open_sqlite(path))
        for work in reading:
            with suppress(LapwingError):
                work()
        assert bytes(content) == path.read_bytes()
        with suppress(LapwingError):
            append()
        assert len(content) <= path.stat().st_size
        with suppress(LapwingError):
            remove()


# Whatever a column of any type may hold in SQLite.
HOSTILE = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=60),
    st.sampled_from(
        ["", "run-0001", "'; DROP TABLE run; --", "\x1b[2J", "\u202e", "9" * 400, "nan", "1e999", b"\xff" * 9]
    ),
)
COLUMNS = {
    "run": (
        "id",
        "machine",
        "sha",
        "dirty",
        "date",
        "subject",
        "branch",
        "started_at",
        "benchmarks",
        "complete",
        "source",
    ),
    "document": ("length", "digest", "body"),
    "run_values": ("check", "block"),
    "machine": ("id", "cpu", "cpu_count", "os", "arch", "interpreter", "label"),
    "series": ("id", "benchmark", "metric", "symbol", "better", "noise", "machine", "fingerprint"),
    "gathering": ("machine", "last"),
    "stretch": ("series", "last", "check", "block"),
    "lapwing_state": ("schema",),
}
OF_ONE_RUN = {"run": "sequence", "document": "run", "run_values": "run"}


@cache
def unconstrained_store():
    """A store of 66 runs whose tables take anything: no types, no keys, no NOT NULL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        open_sqlite(path).append([make_run(n, make_sample("a", float(n)), make_sample("b", 1.0)) for n in range(1, 67)])
        with closing(sqlite3.connect(path)) as connection, connection:
            for table in COLUMNS:
                connection.execute(f"CREATE TABLE bare AS SELECT * FROM {table}")
                connection.execute(f"DROP TABLE {table}")
                connection.execute(f"ALTER TABLE bare RENAME TO {table}")
        return path.read_bytes()


@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_rows_that_hold_anything_raise_nothing_but_our_errors(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        path.write_bytes(unconstrained_store())
        with closing(sqlite3.connect(path)) as connection, connection:
            for table in data.draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=4)):
                change = data.draw(st.sampled_from(["set", "set", "set", "delete", "double"]))
                row = f"rowid = 1 + (SELECT {data.draw(st.integers(0, 65))} % COUNT(*) FROM {table})"
                if change == "delete":
                    connection.execute(f"DELETE FROM {table} WHERE {row}")
                elif change == "double":
                    connection.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE {row}")
                else:
                    column = data.draw(st.sampled_from(COLUMNS[table]))
                    connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE {row}', (data.draw(HOSTILE),))
        for work in jobs(open_sqlite(path)):
            with suppress(LapwingError):
                work()


@settings(deadline=None, derandomize=True, max_examples=40)
@given(data=st.data())
def test_one_record_that_holds_anything_is_named_or_harmless_and_all_others_are_read(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        path.write_bytes(unconstrained_store())
        table = data.draw(st.sampled_from(sorted(OF_ONE_RUN)))
        column, value = data.draw(st.sampled_from(COLUMNS[table])), data.draw(HOSTILE)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f'UPDATE {table} SET "{column}" = ? WHERE {OF_ONE_RUN[table]} = 2', (value,))
        store = open_sqlite(path)
        others = {f"run-{n:04d}" for n in range(1, 67) if n != 2}
        assert others <= {run.id for run in store.runs()}
        for number in (1, 3, 66):
            assert make_run(number, make_sample("a", float(number)), make_sample("b", 1.0)) == store.load(
                f"run-{number:04d}"
            )
        for selection in ({}, {"benchmarks": ["a"]}):
            recorded = store.recorded(**selection)[0]
            assert others <= set(recorded.runs)
        assert others <= set(store.sizes())
        named = [warning.message for warning in store.damaged()]
        assert len(named) <= 1 or value == "run-0001"
        assert all("run-0002" in message or "number 2" in message or str(value) in message for message in named)
        if table != "run" and not named:
            assert make_run(2, make_sample("a", 2.0), make_sample("b", 1.0)) == store.load("run-0002")
