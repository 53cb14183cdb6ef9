"""A store of every version that Lapwing ever wrote is read, value by value, and is brought up to date by an append."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from factories import make_run, make_sample
from lapwing.errors import StoreError
from lapwing.history import migrations, tables
from lapwing.history.migrations import STEPS
from lapwing.history.schema import decode, encode
from lapwing.history.sqlite import open_sqlite
from lapwing.model import Commit, Machine

DATA = Path(__file__).parent / "data"
VERSIONS = range(1, tables.SCHEMA + 1)
# Nothing here is made by the script that wrote the files: what is expected stays, whatever that becomes.
KEPT = Machine(cpu="Kept CPU", cpu_count=4, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")
TEST = Machine(cpu="Test CPU", cpu_count=2, os="Linux 6.1", arch="x86_64", interpreter="CPython 3.11")
ORDINARY = tuple(f"ordinary-{number:02d}" for number in range(1, 71))
VALUES = tuple(number + 0.5 for number in range(1, 71))
FINGERPRINTS = ("old",) * 40 + ("new",) * 30


@pytest.fixture(params=VERSIONS)
def path(request, tmp_path):
    """A copy of the stored file."""
    return Path(shutil.copy(DATA / f"history-version-{request.param}.db", tmp_path / "history.db"))


def version_of(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT schema FROM lapwing_state").fetchone()[0]


def reads_as_ever(store):
    """Show that everything is there as it was written."""
    runs = store.runs()
    assert ("run-version-1", "run-version-2", *ORDINARY) == tuple(run.id for run in runs[:72])
    assert Commit(sha="a" * 40, dirty=True, date=1.5, subject="Say “hello”", branch="main") == runs[0].commit
    assert (TEST, 1_700_000_101.0, 1, 1, False, "pytest") == (
        *(runs[1].machine, runs[1].started_at, runs[1].benchmarks, runs[1].failures, runs[1].complete, runs[1].source),
    )
    assert (KEPT, 1_700_000_070.0, 2, 0, True, "pytest") == (
        *(runs[71].machine, runs[71].started_at, runs[71].benchmarks),
        *(runs[71].failures, runs[71].complete, runs[71].source),
    )
    recorded = {one.metric.benchmark: one for one in store.recorded()}
    assert {"t.py::test_a", "t.py::test_b", "t.py::test_a[ä-1]"} <= set(recorded)
    series = recorded["t.py::test_a"]
    assert (ORDINARY, VALUES, FINGERPRINTS) == (series.runs[:70], series.values[:70], series.fingerprints[:70])
    assert ((7.0,) * 70, (0.0,) * 70) == (recorded["t.py::test_b"].values, recorded["t.py::test_b"].errors)
    assert ((0.075, 0.075), TEST.id) == (recorded["t.py::test_a[ä-1]"].values, recorded["t.py::test_a[ä-1]"].machine)
    assert [recorded["t.py::test_b"]] == list(store.recorded(benchmarks=["t.py::test_b"]))
    for document in ("run-version-1", "run-version-2"):
        expected = (DATA / f"{document}.json").read_bytes()
        assert expected == encode(replace(store.load(document), id=decode(expected).id))
    assert () == store.damaged()


def test_every_version_has_its_file():
    assert {f"history-version-{version}.db" for version in VERSIONS} == {file.name for file in DATA.glob("*.db")}
    assert list(VERSIONS) == [version_of(DATA / f"history-version-{version}.db") for version in VERSIONS]
    assert list(VERSIONS)[:-1] == sorted(STEPS)


def test_an_old_store_is_read_and_reading_changes_nothing_of_it(path):
    before = path.read_bytes()
    reads_as_ever(open_sqlite(path))
    assert before == path.read_bytes()


def test_an_append_brings_an_old_store_up_to_date_and_all_is_read_as_before(path):
    store = open_sqlite(path)
    old = make_run(999, make_sample("t.py::test_a", 71.5, 71.5), machine=KEPT)
    assert 1 == store.append([old, replace(old, id="ordinary-70")])
    assert tables.SCHEMA == version_of(path)
    reads_as_ever(store)
    for selection in ({}, {"benchmarks": ["t.py::test_a"]}):
        (recorded,) = (one for one in store.recorded(**selection) if one.metric.benchmark == "t.py::test_a")
        assert (*VALUES, 71.5) == recorded.values
    with closing(sqlite3.connect(path)) as connection:
        # Of 71 runs the first 64 were gathered: two series, one with a new fingerprint.
        assert [(KEPT.id, 66)] == connection.execute("SELECT machine, last FROM gathering").fetchall()
        assert 3 == connection.execute("SELECT COUNT(*) FROM stretch").fetchone()[0]


def test_a_removal_brings_an_old_store_up_to_date_too(path):
    store = open_sqlite(path)
    assert 2 == store.remove(["ordinary-01", "run-version-2"])
    assert tables.SCHEMA == version_of(path)
    assert [VALUES[1:]] == [recorded.values for recorded in store.recorded(benchmarks=["t.py::test_a"])]


def test_a_new_store_has_the_tables_that_an_old_one_comes_to(path, tmp_path):
    def columns(file):
        with closing(sqlite3.connect(file)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
            # Not the type: an integer was declared in two ways, which to SQLite are one.
            return {
                name: [row[1:2] + row[3:] for row in connection.execute(f"PRAGMA table_info({name})")]
                for (name,) in names
            }

    open_sqlite(path).append([make_run(1)])
    open_sqlite(tmp_path / "new.db").append([make_run(1)])
    assert columns(tmp_path / "new.db") == columns(path)


def test_a_step_that_fails_leaves_the_store_as_it_was(tmp_path, monkeypatch):
    path = Path(shutil.copy(DATA / "history-version-1.db", tmp_path / "history.db"))

    def half_a_step(connection):
        connection.exec_driver_sql("CREATE TABLE half (x)")
        connection.exec_driver_sql("SELECT nothing FROM nowhere")

    monkeypatch.setitem(migrations.STEPS, 1, half_a_step)
    before = path.read_bytes()
    with pytest.raises(StoreError):
        open_sqlite(path).append([make_run(1)])
    assert before == path.read_bytes()
    reads_as_ever(open_sqlite(path))


def test_steps_follow_one_another(tmp_path, monkeypatch):
    path = Path(shutil.copy(DATA / "history-version-1.db", tmp_path / "history.db"))
    monkeypatch.setattr(tables, "SCHEMA", 4)
    came = []
    for version in (2, 3):
        monkeypatch.setitem(migrations.STEPS, version, lambda _, version=version: came.append(version))
    open_sqlite(path).append([make_run(1)])
    assert ([2, 3], 4) == (came, version_of(path))
