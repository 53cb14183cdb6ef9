"""The SQLite store when the file, the folder or the disk is not as it should be: one sentence, and nothing changed."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from factories import make_run, make_sample
from lapwing.errors import StoreDamaged, StoreError, StoreTooNew, StoreUnwritable, UsageError
from lapwing.history import open_store, sqlite
from lapwing.history.sqlite import open_sqlite


@pytest.fixture
def path(tmp_path):
    """A store with three runs."""
    store = open_store("history.db", tmp_path)
    store.append([make_run(number, make_sample("a", float(number))) for number in (1, 2, 3)])
    return tmp_path / "history.db"


def alter(path, statement, *values):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def works(path):
    """Everything one can ask a store, each a function."""
    store = open_sqlite(path)
    return {
        "runs": store.runs,
        "recorded": store.recorded,
        "load": lambda: store.load("run-0001"),
        "damaged": store.damaged,
        "append": lambda: store.append([make_run(4)]),
        "remove": lambda: store.remove(["run-0001"]),
        "sizes": store.sizes,
    }


def refuses_all(path, slug, error=StoreError):
    """Show that every job is refused with ``slug``, in a sentence with a remedy, and that the file stays as it was."""
    before = path.read_bytes() if path.is_file() else None
    for job, work in works(path).items():
        with pytest.raises(error) as caught:
            work()
        assert (job, slug) == (job, caught.value.slug)
        assert caught.value.message.endswith(".")
        assert caught.value.remedy.endswith(".")
        assert 4 == caught.value.exit_code
    assert before == (path.read_bytes() if path.is_file() else None)


def test_reading_where_there_is_no_store_makes_none(tmp_path):
    store = open_store(".lapwing/history.db", tmp_path)
    assert ((), (), ()) == (store.runs(), store.recorded(), store.damaged())
    assert [] == list(tmp_path.iterdir())


def test_the_first_append_makes_a_folder_that_git_ignores(tmp_path):
    open_store(".lapwing/history.db", tmp_path).append([make_run(1)])
    assert [".gitignore", "history.db"] == sorted(file.name for file in (tmp_path / ".lapwing").iterdir())
    assert "*" in (tmp_path / ".lapwing" / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_gitignore_that_is_there_is_left_alone(tmp_path):
    (tmp_path / ".lapwing").mkdir()
    (tmp_path / ".lapwing" / ".gitignore").write_text("mine\n", encoding="utf-8")
    open_store(".lapwing/history.db", tmp_path).append([make_run(1)])
    assert "mine\n" == (tmp_path / ".lapwing" / ".gitignore").read_text(encoding="utf-8")


def test_a_folder_that_is_the_users_own_is_not_ignored(tmp_path):
    open_store("data/perf.db", tmp_path).append([make_run(1)])
    assert ["perf.db"] == [file.name for file in (tmp_path / "data").iterdir()]


def test_a_store_at_rest_is_one_file_in_write_ahead_mode(path):
    assert ["history.db"] == [file.name for file in path.parent.iterdir()]
    with closing(sqlite3.connect(path)) as connection:
        assert ("wal",) == connection.execute("PRAGMA journal_mode").fetchone()


@pytest.mark.parametrize("url", ["history.db", "sqlite:///history.db", "./history.db"])
def test_a_path_and_a_url_name_the_same_store(path, url):
    assert 3 == len(open_store(url, path.parent).runs())
    assert 3 == len(open_store(f"sqlite:///{path}", Path("/nowhere")).runs())


def test_odd_characters_in_a_path_are_only_characters(tmp_path):
    name = "h ä%20?mode=ro&x#1'.db" if os.name != "nt" else "h ä%20&x#1'.db"
    open_store(f"sqlite:///{name}", tmp_path).append([make_run(1)])
    assert [name] == [file.name for file in tmp_path.iterdir()]
    assert 1 == len(open_store(name, tmp_path).runs())


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://u:secret@h/d",
        "mysql://u:secret@h",
        "",
        " ",
        "sqlite:///",
        "a\0b",
    ],
)
def test_a_store_of_another_kind_is_refused_without_its_password(tmp_path, url):
    with pytest.raises(UsageError) as caught:
        open_store(url, tmp_path)
    assert "unknown-store" == caught.value.slug
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\0", b"x" * 5_000, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_file_that_is_no_database_is_damage_and_stays(tmp_path, content):
    (tmp_path / "history.db").write_bytes(content)
    refuses_all(tmp_path / "history.db", "store-damaged", StoreDamaged)
    assert ["history.db"] == [file.name for file in tmp_path.iterdir()]


@pytest.mark.parametrize("keep", [0, 1, 100, 4_096, 8_192, 20_000])
def test_a_truncated_store_is_damage_and_is_never_started_over(path, keep):
    path.write_bytes(path.read_bytes()[:keep])
    refuses_all(path, "store-damaged", StoreDamaged)


def test_a_database_of_something_else_is_not_written_to(tmp_path):
    alter(tmp_path / "other.db", "CREATE TABLE bookmarks (url TEXT)")
    refuses_all(tmp_path / "other.db", "not-a-store")


def test_a_store_of_a_newer_version_is_left_alone(path):
    alter(path, "UPDATE lapwing_state SET schema = schema + 1")
    refuses_all(path, "store-too-new", StoreTooNew)


@pytest.mark.parametrize("statement", ["DELETE FROM lapwing_state", "UPDATE lapwing_state SET schema = 0"])
def test_a_store_without_a_version_is_damage(path, statement):
    alter(path, statement)
    refuses_all(path, "store-damaged", StoreDamaged)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path):
    (tmp_path / "history.db").mkdir()
    refuses_all(tmp_path / "history.db", "store-unwritable", StoreUnwritable)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / ".lapwing").write_text("", encoding="utf-8")
    with pytest.raises(StoreUnwritable):
        open_store(".lapwing/history.db", tmp_path).append([make_run(1)])


def test_a_link_to_nowhere_is_refused(tmp_path):
    if not hasattr(os, "symlink") or sys.platform == "win32":
        pytest.skip("links need a right that Windows does not give")
    (tmp_path / "history.db").symlink_to(tmp_path / "gone" / "history.db")
    with pytest.raises(StoreUnwritable):
        open_store("history.db", tmp_path).append([make_run(1)])


@pytest.fixture
def nobody():
    """Be a user whom permissions bind, which root is not; and give a folder of that user's."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions are another matter on Windows")
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        if root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_refuses_a_new_store(nobody):
    nobody.chmod(0o555)
    with pytest.raises(StoreUnwritable) as caught:
        open_store(".lapwing/history.db", nobody).append([make_run(1)])
    assert "store-unwritable" == caught.value.slug


def test_a_store_in_a_folder_that_cannot_be_written_can_be_read_and_not_written(nobody):
    store = open_store("history.db", nobody)
    store.append([make_run(1)])
    nobody.chmod(0o555)
    assert 1 == len(store.runs())
    with pytest.raises(StoreUnwritable):
        store.append([make_run(2)])
    nobody.chmod(0o755)
    assert ["run-0001"] == [run.id for run in store.runs()]


def test_a_file_that_cannot_be_written_can_be_read_and_not_written(nobody):
    store = open_store("history.db", nobody)
    store.append([make_run(1)])
    (nobody / "history.db").chmod(0o444)
    assert 1 == len(store.runs())
    with pytest.raises(StoreUnwritable):
        store.append([make_run(2)])


def test_a_file_that_cannot_be_read_is_not_taken_for_no_history(nobody):
    store = open_store("history.db", nobody)
    store.append([make_run(1)])
    (nobody / "history.db").chmod(0o000)
    with pytest.raises(StoreUnwritable):
        store.runs()


def test_a_folder_that_cannot_be_looked_into_is_not_taken_for_no_history(nobody):
    (nobody / "in").mkdir()
    store = open_store("in/history.db", nobody)
    store.append([make_run(1)])
    (nobody / "in").chmod(0o000)
    try:
        for work in (store.runs, lambda: store.append([make_run(2)])):
            with pytest.raises(StoreUnwritable):
                work()
    finally:
        (nobody / "in").chmod(0o755)


def test_a_store_that_is_locked_for_too_long_says_so_and_changes_nothing(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as caught:
            open_sqlite(path, patience=0.05).append([make_run(4)])
        assert "store-locked" == caught.value.slug
        assert 3 == len(open_sqlite(path).runs())
        other.execute("ROLLBACK")
    assert 1 == open_sqlite(path, patience=0.05).append([make_run(4)])


def test_a_full_disk_is_said_and_nothing_is_half_written(path, monkeypatch):
    connect = sqlite._connect

    def small(*args, **more):
        connection = connect(*args, **more)
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    monkeypatch.setattr(sqlite, "_connect", small)
    store = open_sqlite(path)
    with pytest.raises(StoreError) as caught:
        store.append([make_run(n, make_sample("a", tuple(float(n + i) for i in range(5_000)))) for n in range(4, 30)])
    assert "disk-full" == caught.value.slug
    monkeypatch.undo()
    assert 3 == len(store.runs())
    assert () == store.damaged()


def test_appending_nothing_makes_the_store_so_that_a_measurement_need_not_find_out(tmp_path):
    assert 0 == open_store("history.db", tmp_path).append([])
    assert (tmp_path / "history.db").exists()


def test_appending_nothing_finds_out_that_nothing_can_be_written(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError):
        open_store("taken/history.db", tmp_path).append([])


def rows_of(path, statement):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def test_what_is_removed_is_in_no_table_and_the_file_is_smaller(path):
    store = open_sqlite(path)
    some = [
        make_run(n, make_sample("a", n + 0.5), make_sample("b", tuple(n + i / 7 for i in range(500))))
        for n in range(4, 134)
    ]
    store.append(some)
    assert [(2,), (2,)] == rows_of(path, "SELECT COUNT(*) FROM stretch GROUP BY last")
    before = path.stat().st_size
    assert 65 == store.remove([run.id for run in some[:65]])
    # Of the first 64 runs two are left, and of the next 64 all but three.
    lengths = rows_of(path, "SELECT last, length(block) / 20 FROM stretch ORDER BY last, series")
    assert [(64, 3), (128, 60), (128, 60)] == lengths
    assert path.stat().st_size < 0.7 * before
    assert 68 == store.remove([run.id for run in store.runs()])
    tables = ("run", "document", "run_values", "stretch", "gathering")
    assert [[(0,)]] * 5 == [rows_of(path, f"SELECT COUNT(*) FROM {table}") for table in tables]
    assert [] == [hit for hit in [path.read_bytes().find(b"run-0050")] if hit >= 0]
    assert 1 == store.append([make_run(1)])
    assert [134] == [number for (number,) in rows_of(path, "SELECT sequence FROM run")]


def test_a_removal_that_fails_removes_nothing(path):
    alter(path, "CREATE TRIGGER no BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT, 'no'); END")
    store = open_sqlite(path)
    with pytest.raises(StoreError):
        store.remove(["run-0001", "run-0002"])
    assert 3 == len(store.runs())
    assert () == store.damaged()


def test_a_store_whose_pages_cannot_be_given_back_now_has_removed_its_runs_all_the_same(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM run").fetchall()
        assert 2 == open_sqlite(path, patience=0.05).remove(["run-0001", "run-0002"])
    assert ["run-0003"] == [run.id for run in open_sqlite(path).runs()]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stretch SET block = zeroblob(20)",
        "UPDATE stretch SET block = 'text'",
        'UPDATE stretch SET "check" = NULL',
        "UPDATE gathering SET last = 100",
        "UPDATE gathering SET last = 3",
        "UPDATE gathering SET last = NULL",
        "UPDATE gathering SET last = 'many'",
        "DELETE FROM gathering",
        "UPDATE gathering SET machine = 'another'",
    ],
)
def test_where_a_stretch_is_damaged_the_runs_are_read_and_stretches_are_made_again(tmp_path, statement):
    store, path = open_store("history.db", tmp_path), tmp_path / "history.db"
    runs = [make_run(n, make_sample("a", float(n)), make_sample("b", 1.0)) for n in range(200)]
    store.append(runs[:70])
    with closing(sqlite3.connect(path)) as connection, connection:
        for table in ("stretch", "gathering"):
            connection.execute(f"CREATE TABLE bare AS SELECT * FROM {table}")
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE bare RENAME TO {table}")
        assert connection.execute(statement).rowcount > 0
    for end in (70, 127, 128, 150, 200):
        store.append(runs[:end])
        for number, expected in (("a", tuple(float(n) for n in range(end))), ("b", (1.0,) * end)):
            assert [expected] == [recorded.values for recorded in store.recorded(benchmarks=[number])]
    store.remove(["run-0005", "run-0180"])
    assert [198, 198] == [len(recorded.values) for recorded in store.recorded(benchmarks=["a", "b"])]


def test_a_number_that_no_database_holds_is_refused_in_a_sentence(path):
    store = open_sqlite(path)
    huge = make_run(4)
    with pytest.raises(StoreError) as caught:
        store.append([make_run(5), replace(huge, machine=replace(huge.machine, cpu_count=2**70))])
    assert "store-failed" == caught.value.slug
    assert 3 == len(store.runs())


def test_numbers_of_runs_that_no_block_holds_are_read_by_run(tmp_path):
    store = open_store("history.db", tmp_path)
    store.append([make_run(1, make_sample("a", 1.0))])
    alter(tmp_path / "history.db", "UPDATE sqlite_sequence SET seq = 3000000000 WHERE name = 'run'")
    for number in range(2, 70):
        store.append([make_run(number, make_sample("a", float(number)))])
    assert [tuple(float(n) for n in range(1, 70))] == [recorded.values for recorded in store.recorded(benchmarks=["a"])]


def test_more_runs_than_one_statement_takes_are_asked_for_and_removed(tmp_path):
    store = open_store("history.db", tmp_path)
    runs = [make_run(n) for n in range(502)]
    store.append(runs)
    assert 0 == store.append(runs)
    assert 501 == store.remove([f"run-{n:04d}" for n in range(1, 600)])
    assert ["run-0000"] == [run.id for run in store.runs()]
