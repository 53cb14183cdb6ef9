"""A disk that is really full, under a file and under a server: one clear error, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from factories import make_run, make_sample
from lapwing.errors import StoreError
from lapwing.history import open_store

TESTS = Path(__file__).parents[1]

# Appends runs of 20 kB until that is refused, and says how it went; then makes room, and goes on.
UNTIL_FULL = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from factories import make_run, make_sample
from lapwing.errors import StoreError
from lapwing.history import open_store
folder = Path(sys.argv[2])
room = folder / "room"
room.write_bytes(bytes(200_000))
def append(store, number):
    values = tuple((number + i / 7) for i in range(2_000))
    return store.append([make_run(number, make_sample("a", values))])
store, kept = open_store("history.db", folder), []
for number in range(1_000):
    try:
        append(store, number)
    except StoreError as error:
        print(error.slug)
        break
    kept.append(f"run-{number:04d}")
assert kept
for _ in range(2):
    store = open_store("history.db", folder)
    try:
        assert kept == [run.id for run in store.runs()]
        assert () == store.damaged()
        assert [len(kept)] == [len(recorded.values) for recorded in store.recorded()]
        print("read")
    except StoreError as error:
        print(error.slug)
    room.unlink(missing_ok=True)
assert 1 == append(store, 2_000)
assert [*kept, "run-2000"] == [run.id for run in store.runs()]
print("went on")
"""


def in_a_small_disk(size):
    """Return the words that run a script on a disk of its own, which goes away with it; skip where none can be had."""
    if not shutil.which("unshare"):
        pytest.skip("a small disk is made by unshare and tmpfs, which are Linux's")
    before = ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*before, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk (unshare --map-root-user --mount)")
    return [*before, "sh", "-c", f'mount -t tmpfs -o size={size} tmpfs /mnt && exec "$@"', "sh"]


def test_a_full_disk_is_said_and_what_was_acknowledged_is_there_and_goes_on_when_there_is_room():
    words = [*in_a_small_disk("1m"), sys.executable, "-c", UNTIL_FULL, str(TESTS), "/mnt"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ("", 0) == (done.stderr, done.returncode)
    first, full, *rest = done.stdout.split("\n")[:-1]
    assert "disk-full" == first
    # Where not even the file that SQLite coordinates readers by can be made, reading says so too.
    assert full in ("read", "disk-full")
    assert ["read", "went on"] == rest


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_quota_is_said_and_what_was_acknowledged_is_there(tmp_path):
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, 250_000))\n"
    script = limited + UNTIL_FULL.partition("assert 1 == append")[0]
    done = subprocess.run(
        [sys.executable, "-c", script, str(TESTS), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ("", 0) == (done.stderr, done.returncode)
    assert ["store-failed", "read", "read"] == done.stdout.split()
    assert 1 == open_store("history.db", tmp_path).append([make_run(5_000)])


@contextmanager
def small_disk(folder, size, owner):
    """Mount a small disk for a server, which is not our child; skip where we may not."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700,uid={owner}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk under a server")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


def test_a_server_whose_disk_is_full_says_so_and_what_was_acknowledged_is_there(cluster):
    folder = cluster.folder / "small"
    with small_disk(folder, "12m", cluster.folder.stat().st_uid):
        with cluster.connect("postgres") as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        name = cluster.new_database("TABLESPACE small")
        store = open_store(cluster.url(name), Path("/"))
        kept = []

        def append():
            for number in range(1_000):
                # Digits that no compression makes small.
                values = tuple(((number + 1) * (i + 1)) ** 0.5 for i in range(60_000))
                store.append([make_run(number, make_sample("a", values))])
                kept.append(f"run-{number:04d}")

        with pytest.raises(StoreError) as caught:
            append()
        assert "disk-full" == caught.value.slug
        assert kept
        assert kept == [run.id for run in store.runs()]
        assert () == store.damaged()
        store.close()
        cluster.drop(name)
        with cluster.connect("postgres") as connection:
            connection.execute("DROP TABLESPACE small")
