"""The PostgreSQL store on a real server: writers at once, one snapshot, and one clear error for each refusal."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path
from urllib.parse import quote

import pytest

from factories import make_run, make_sample
from fakes.postgres import ADMIN_PASSWORD, why_not
from lapwing.errors import StoreDamaged, StoreError, StoreTooNew, StoreUnwritable, UsageError
from lapwing.history import open_store, postgres, printable, tables
from lapwing.history.postgres import open_postgres

NOWHERE = Path("/nowhere")
OPEN = []
SECRET = re.compile(re.escape(ADMIN_PASSWORD) + "|" + re.escape(quote(ADMIN_PASSWORD, safe="")) + "|hunter2")


def at(url, **more):
    """Open the store at ``url``, until the end of the test."""
    OPEN.append(open_postgres(url, **more))
    return OPEN[-1]


@pytest.fixture(autouse=True)
def _closed():
    yield
    while OPEN:
        OPEN.pop().close()


def run_of(number):
    return make_run(number, make_sample("a", float(number)))


@pytest.fixture
def filled(postgres_url):
    """The URL of a store with three runs."""
    store = open_store(postgres_url, NOWHERE)
    store.append([run_of(number) for number in (1, 2, 3)])
    store.close()
    return postgres_url


def works(store):
    """Everything one can ask a store, each a function."""
    return {
        "runs": store.runs,
        "recorded": store.recorded,
        "series": lambda: store.recorded(benchmarks=["a"]),
        "load": lambda: store.load("run-0001"),
        "damaged": store.damaged,
        "sizes": store.sizes,
        "append": lambda: store.append([run_of(4)]),
        "append nothing": lambda: store.append([]),
        "remove": lambda: store.remove(["run-0001"]),
    }


def refused(url, slug, error=StoreError, *, jobs=None, caplog=None):
    """Show that each job is refused with ``slug`` in one sentence, and that no password is ever printed."""
    store = at(url)
    said = []
    for job, work in works(store).items():
        if jobs is not None and job not in jobs:
            continue
        with pytest.raises(error) as caught:
            work()
        assert (job, slug) == (job, caught.value.slug)
        assert caught.value.message.endswith(".")
        assert "\n" not in caught.value.message
        said += [str(caught.value), *traceback.format_exception(caught.value), repr(store), repr(vars(store))]
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert said
    if caplog:
        said.append(caplog.text)
    assert not [text for text in said if SECRET.search(text)]
    store.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "PostgreSQL"])
def test_a_url_is_written_in_several_ways(filled, scheme):
    store = at(filled.replace("postgresql", scheme, 1))
    assert 3 == len(store.runs())


def test_libpqs_options_count(filled):
    store = at(f"{filled}&application_name=mine&sslmode=disable&options=-csearch_path%3Dpublic")
    assert 3 == len(store.runs())
    assert () == at(f"{filled}&options=-csearch_path%3Dpg_temp").runs()


def test_reading_where_there_is_no_store_makes_none(cluster, database, postgres_url):
    store = at(postgres_url)
    assert ((), (), (), {}) == (store.runs(), store.recorded(), store.damaged(), store.sizes())
    assert 0 == store.remove(["run-0001"])
    with cluster.connect(database) as connection:
        assert [] == connection.execute("SELECT * FROM pg_tables WHERE schemaname = 'public'").fetchall()


def test_a_schema_is_made_and_two_schemas_are_two_histories(postgres_url):
    names = ["one", 'a "b" %s %%41 ä', "One"]
    stores = [at(f"{postgres_url}&schema={quote(name)}") for name in names]
    for number, store in enumerate(stores, 1):
        store.append([run_of(number)])
    assert ["run-0001", "run-0002", "run-0003"] == [run.id for store in stores for run in store.runs()]
    assert () == at(postgres_url).runs()


def test_a_database_that_others_use_too_is_shared_and_a_name_that_is_taken_is_said(cluster, database, postgres_url):
    with cluster.connect(database) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    assert 1 == at(postgres_url).append([run_of(1)])
    with cluster.connect(database) as connection:
        connection.execute("CREATE SCHEMA app CREATE TABLE run (mile INTEGER)")
    refused(f"{postgres_url}&schema=app", "not-a-store", jobs=["append", "append nothing"])
    assert () == at(f"{postgres_url}&schema=app").runs()


def test_the_server_is_asked_for_nothing_before_it_is_needed():
    at("postgresql://user:hunter2@127.0.0.1:1/db").close()


def test_who_only_reads_sees_one_snapshot_and_waits_for_no_writer(filled):
    reader, writer = at(filled), at(filled)
    with writer._writing() as writing:
        writing.execute(tables.document.delete())
        # The writer is in the middle, with all locks it ever has.
        assert 3 == len(reader.runs())
        assert run_of(1) == reader.load("run-0001")
        writing.rollback()
    with reader._reading() as reading:
        first = reading.connection.execute(tables.run.select()).all()
        assert 1 == writer.append([run_of(4)])
        assert first == reading.connection.execute(tables.run.select()).all()
    assert 4 == len(reader.runs())


def test_a_store_that_is_locked_for_too_long_says_so_and_changes_nothing(filled):
    store = at(filled)
    with store._writing():
        with pytest.raises(StoreError) as caught:
            at(filled, patience=0.05).append([run_of(4)])
        assert "store-locked" == caught.value.slug
        assert 3 == len(at(filled).runs())
    assert 1 == at(filled).append([run_of(4)])


def test_a_statement_that_takes_too_long_is_given_up(filled, monkeypatch):
    monkeypatch.setattr(postgres, "_LONGEST", 0.05)
    store = at(filled)
    with pytest.raises(StoreError) as caught, store._reading() as reading:
        reading.connection.exec_driver_sql("SELECT pg_sleep(5)")
    assert "store-locked" == caught.value.slug


def test_a_writer_that_falls_asleep_is_ended_by_the_server_and_blocks_nobody_for_good(
    filled, cluster, database, monkeypatch
):
    asleep = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND application_name = 'lapwing'"

    def sleep():
        with at(filled)._writing() as writing, cluster.connect("postgres") as other:
            deadline = time.monotonic() + 60
            while other.execute(asleep, (database,)).fetchall() and time.monotonic() < deadline:
                time.sleep(0.02)
            writing.execute(tables.run.select())

    # The append after it has the real one: a slow machine is idle for longer than that.
    with monkeypatch.context() as patched:
        patched.setattr(postgres, "_IDLE", 0.05)
        with pytest.raises(StoreError) as caught:
            sleep()
    assert "remote-unreachable" == caught.value.slug
    assert 1 == at(filled).append([run_of(4)])


def test_nobody_listening_is_said(caplog):
    caplog.set_level(logging.DEBUG)
    refused("postgresql://user:hunter2@127.0.0.1:1/db", "remote-unreachable", caplog=caplog)
    refused("postgresql://user:hunter2@no-such-host.invalid/db", "remote-unreachable", jobs=["runs"], caplog=caplog)


def test_a_wrong_password_is_said_and_none_is_ever_printed(cluster, database, caplog):
    caplog.set_level(logging.DEBUG)
    refused(cluster.url_with_password(database, password="hunter2"), "login-refused", caplog=caplog)
    refused(cluster.url_with_password(database, user="hunter", password="2"), "login-refused", jobs=["runs"])
    refused(cluster.url_with_password(database).replace(":" + quote(ADMIN_PASSWORD, safe=""), ""), "login-refused")
    store = at(cluster.url_with_password(database))
    assert 1 == store.append([run_of(1)])
    with pytest.raises(UsageError) as caught:
        store.load("nothing")
    assert not SECRET.search(str(caught.value) + caplog.text)


def test_a_database_that_is_not_there_is_said(cluster):
    refused(cluster.url_with_password("nowhere"), "no-database")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://user:hunter2@x@host/db",
        "postgresql://user:hunter2/x@host/db",
        "postgresql://user:1/hunter2?x@host/db",
        "postgresql://user:hunter2%zz@host/db",
        "postgresql://user:hunter2@host:port/db",
        "postgresql://user:hunter2@host/db?no_such_option=hunter2",
        "postgresql://user:hunter2@host/db?schema=",
        "postgresql://user:hunter2@host/db?schema=" + "x" * 64,
        "postgresql://user:hunter2@host/db?schema=%0a",
        "postgresql://user:hunter2@[::1/db",
        "postgresql://user:hunter2@host/\0",
        "postgresql://user:hunter2\ud800@host/db",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_and_nothing_of_it_is_quoted(url):
    with pytest.raises(UsageError) as caught:
        at(url)
    assert "bad-store-url" == caught.value.slug
    assert not SECRET.search("".join(traceback.format_exception(caught.value)))
    assert "%40" in caught.value.remedy


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (".lapwing/history.db", ".lapwing/history.db"),
        ("a@b:c?d/history.db", "a@b:c?d/history.db"),
        ("postgresql://user:hunter2@host:5432/db?sslmode=require", "postgresql://user@host:5432/db"),
        ("postgresql://user:hun@ter2@host/db", "postgresql://user@host/db"),
        ("postgresql://user:hun?t@er2/x@host/db", "postgresql://user@host/db"),
        ("postgresql://host/db?password=hunter2", "postgresql://host/db"),
        ("postgresql://user:hunter2", "postgresql://user"),
        ("postgresql:///db", "postgresql:///db"),
        ("git+branch://history?remote=https://x:hunter2@host/r", "git+branch://history?remote=https@host/r"),
    ],
)
def test_a_place_is_printed_without_a_password(url, expected):
    assert expected == printable(url)


def test_an_option_that_the_driver_refuses_is_said(postgres_url):
    refused(f"{postgres_url}&sslmode=maybe", "remote-unreachable", jobs=["runs"])


def test_no_driver_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError) as caught:
        at("postgresql://user:hunter2@host/db")
    assert ("no-postgres-extra", "pip install 'lapwing[postgres]'.") == (caught.value.slug, caught.value.remedy)


def test_reading_files_loads_no_driver():
    code = "import sys, lapwing.history.sqlite; print([m for m in ('psycopg', 'psycopg2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.strip()


@pytest.fixture
def reader(cluster, database, filled):
    """The URL of a user who may read the store, and no more."""
    name = f"reader_{database}"
    with cluster.connect(database) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
    return cluster.url(database, user=name)


def test_a_user_who_may_only_read_reads_and_is_told_before_a_measurement_that_nothing_can_be_written(reader):
    store = at(reader)
    assert 3 == len(store.runs())
    assert [(1.0, 2.0, 3.0)] == [recorded.values for recorded in store.recorded(benchmarks=["a"])]
    assert () == store.damaged()
    refused(reader, "store-unwritable", StoreUnwritable, jobs=["append", "append nothing", "remove"])
    assert 3 == len(store.runs())


def test_a_user_who_may_read_nothing_is_refused(cluster, database, filled):
    with cluster.connect(database) as connection:
        connection.execute(f"CREATE ROLE nobody_{database} LOGIN")
    refused(cluster.url(database, user=f"nobody_{database}"), "store-unwritable", StoreUnwritable)


def test_a_user_who_may_make_no_tables_is_refused(cluster, database):
    with cluster.connect(database) as connection:
        connection.execute(f"CREATE ROLE guest_{database} LOGIN")
    url = cluster.url(database, user=f"guest_{database}")
    refused(url, "store-unwritable", StoreUnwritable, jobs=["append", "append nothing"])
    refused(f"{url}&schema=mine", "store-unwritable", StoreUnwritable, jobs=["append"])
    assert () == at(url).runs()


def test_a_server_that_only_reads_is_said(cluster, database, filled):
    with cluster.connect(database) as connection:
        connection.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    refused(filled, "store-unwritable", StoreUnwritable, jobs=["append", "append nothing", "remove"])
    assert 3 == len(at(filled).runs())


def alter(cluster, database, statement):
    with cluster.connect(database) as connection:
        connection.execute(statement)


def test_a_store_of_a_newer_version_is_left_alone(cluster, database, filled):
    alter(cluster, database, "UPDATE lapwing_state SET schema = schema + 1")
    refused(filled, "store-too-new", StoreTooNew)


def test_older_tables_are_brought_up_to_date_by_an_append_and_only_by_that(cluster, database, filled):
    alter(cluster, database, "DROP TABLE stretch; DROP TABLE gathering; UPDATE lapwing_state SET schema = 1")
    store = at(filled)
    assert [(1.0, 2.0, 3.0)] == [recorded.values for recorded in store.recorded(benchmarks=["a"])]
    with cluster.connect(database) as connection:
        assert [(1,)] == connection.execute("SELECT schema FROM lapwing_state").fetchall()
    assert 70 == store.append([run_of(number) for number in range(4, 74)])
    assert [73] == [len(recorded.values) for recorded in store.recorded(benchmarks=["a"])]
    with cluster.connect(database) as connection:
        assert [(tables.SCHEMA,)] == connection.execute("SELECT schema FROM lapwing_state").fetchall()
        assert [(1,)] == connection.execute("SELECT COUNT(*) FROM stretch").fetchall()


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM lapwing_state", "UPDATE lapwing_state SET schema = 0", "ALTER TABLE run RENAME COLUMN id TO name"],
)
def test_tables_that_are_others_are_damage(cluster, database, filled, statement):
    alter(cluster, database, statement)
    refused(filled, "store-damaged", StoreDamaged, jobs=["runs", "load", "append", "damaged"])


def test_a_damaged_record_is_named_and_kept_and_the_others_are_read(cluster, database, filled):
    alter(cluster, database, "UPDATE document SET body = body || 'x' WHERE run = 2")
    alter(cluster, database, "UPDATE run_values SET block = substr(block, 2) WHERE run = 3")
    alter(cluster, database, "INSERT INTO run SELECT 9, 'nine', machine, '', dirty, date, subject, branch, started_at,"
          " benchmarks, failures, complete, source FROM run WHERE sequence = 1")  # fmt: skip
    store = at(filled)
    assert ["run-0002", "run-0003", "nine"] == [warning.message.split()[4] for warning in store.damaged()]
    with pytest.raises(StoreDamaged):
        store.load("run-0002")
    assert run_of(3) == store.load("run-0003")
    assert ["run-0001", "run-0002", "run-0003"] == [run.id for run in store.runs()]
    assert [(1.0, 2.0)] == [recorded.values for recorded in store.recorded()]
    assert 3 == store.remove(["run-0002", "run-0003", "nine"])
    assert () == store.damaged()


def test_a_database_in_another_encoding_is_refused(cluster):
    name = cluster.new_database("ENCODING 'LATIN1'", "TEMPLATE template0")
    with pytest.raises(StoreError) as caught:
        at(cluster.url(name)).append([run_of(1)])
    assert "bad-encoding" == caught.value.slug
    cluster.drop(name)


def test_text_that_postgresql_cannot_hold_is_kept_in_the_document(postgres_place):
    run = make_run(1, make_sample("a", 1.0))
    run = run.__class__(**{name: getattr(run, name) for name in run.__slots__} | {"source": "import:\0x"})
    store = at(postgres_place)
    assert 1 == store.append([run])
    assert run == store.load("run-0001")
    assert ["import:␀x"] == [summary.source for summary in store.runs()]
    assert () == store.damaged()


def test_a_server_that_is_stopped_in_the_middle_is_said_and_nothing_half_written_is_visible(filled, cluster, database):
    store = at(filled)

    def write():
        with store._writing() as writing:
            writing.execute(tables.document.delete())
            with cluster.connect("postgres") as other:
                other.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND state LIKE 'idle%%'",
                    (database,),
                )
            writing.execute(tables.values.delete())

    with pytest.raises(StoreError) as caught:
        write()
    assert "remote-unreachable" == caught.value.slug
    assert () == store.damaged()
    assert 1 == store.append([run_of(4)])


def test_sixteen_processes_that_find_no_store_make_one(postgres_url):
    barrier = threading.Barrier(16)
    stores = [at(postgres_url) for _ in range(16)]
    came = []

    def append(number):
        barrier.wait()
        came.append(stores[number].append([run_of(number), run_of(99)]))

    threads = [threading.Thread(target=append, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert 17 == sum(came)
    assert 17 == len({run.id for run in stores[0].runs()})
    assert [17] == [len(recorded.values) for recorded in stores[0].recorded()]
    stores[0].close()


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_cluster_goes_away_however_the_process_that_made_it_ends(tmp_path):
    code = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from fakes.postgres import Cluster
cluster = Cluster()
print(cluster.pid, cluster.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parents[1])], stdout=subprocess.PIPE, text=True, check=False
    )
    assert -signal.SIGKILL == done.returncode
    folder = Path(done.stdout.split()[1])
    deadline = time.monotonic() + 120
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()


def test_a_server_killed_while_runs_are_appended_keeps_every_run_that_was_acknowledged(cluster, postgres_url):
    acknowledged, refusals = [], []

    def append_until_killed(first, after):
        """Append runs, and have the server killed some time after the first was acknowledged."""
        store = at(postgres_url)
        killer = threading.Timer(after, lambda: os.kill(cluster.pid, signal.SIGKILL))
        for number in range(first, first + 999):
            assert 1 == store.append([run_of(number)])
            acknowledged.append(f"run-{number:04d}")
            if number == first:
                killer.start()

    for attempt in (1, 2):
        with pytest.raises(StoreError) as caught:
            append_until_killed(1_000 * attempt, 0.05 * attempt)
        refusals.append(caught.value.slug)
        cluster.restart()
        kept = [run.id for run in at(postgres_url).runs()]
        assert set(acknowledged) <= set(kept)
        assert () == at(postgres_url).damaged()
        assert [len(kept)] == [len(recorded.values) for recorded in at(postgres_url).recorded()]
    assert ["remote-unreachable"] * 2 == refusals
