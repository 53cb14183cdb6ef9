"""Nothing is left, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lapwing.errors import RepositoryError
from lapwing.measure.sides.janitor import Janitor

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")

# An orchestrator with sides and a child that writes into them, until somebody ends it.
ORCHESTRATOR = """
import subprocess, sys, time
from pathlib import Path
from lapwing.measure.sides.make import make_sides
from lapwing.measure.sides.revisions import resolve

root = Path(sys.argv[1])
with make_sides(resolve(root, "HEAD", "HEAD"), cwd=root, cache=root / "cache") as sides:
    busy = "import sys, time, pathlib\\nwhile True: pathlib.Path(sys.argv[1], str(time.time_ns())).write_text('x')"
    child = subprocess.Popen([sys.executable, "-c", busy, str(sides.base.root)], start_new_session=True)
    with sides.janitor.watching(child.pid):
        print(sides.janitor.folder, child.pid, sides.janitor.pid, flush=True)
        time.sleep(600)
"""


def gone(what, *, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not what():
            return True
        time.sleep(0.02)
    return False


def is_alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()


@posix
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nothing_is_left_after_a_signal(repository, number):
    repository.write({"parts/__init__.py": ""})
    repository.save("base")
    before = sorted(repository.root.rglob("*"))
    process = subprocess.Popen(
        [sys.executable, "-c", ORCHESTRATOR, str(repository.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    folder, child, janitor = process.stdout.readline().split()
    assert Path(folder).is_dir()
    assert is_alive(int(child))

    # As a terminal does it: to the whole group. The worst case is to the process alone.
    (os.kill if number == signal.SIGKILL else os.killpg)(process.pid, number)
    process.wait()
    process.stdout.close()

    assert gone(lambda: is_alive(int(child)))
    assert gone(lambda: is_alive(int(janitor)))
    assert gone(Path(folder).exists)
    assert before == sorted(repository.root.rglob("*"))


# A build that never ends, of a project whose head is being built when the orchestrator is killed.
BACKEND = """
import os, pathlib, subprocess, sys, time
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    pathlib.Path(wheel_directory, "half.whl").write_bytes(b"half")
    pathlib.Path(os.environ["TOLD"]).write_text(str(os.getpid()))
    time.sleep(600)
"""


@posix
def test_a_killed_build_leaves_nothing(repository, tmp_path):
    told, cache, room = tmp_path / "told", repository.root / "cache", tmp_path / "room"
    room.mkdir()
    settings = "[build-system]\nrequires = []\nbuild-backend = 'maturin'\nbackend-path = ['.']\n"
    repository.write({"parts/__init__.py": "", "maturin.py": BACKEND, "setup.py": "ext_modules", "parts/a.c": ""})
    repository.write({"pyproject.toml": settings})
    repository.save("base")
    process = subprocess.Popen(
        [sys.executable, "-c", ORCHESTRATOR, str(repository.root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TOLD": str(told), "TMPDIR": str(room)},
        start_new_session=True,
    )
    assert gone(lambda: not (told.exists() and told.read_text()))

    process.kill()
    process.wait()

    assert gone(lambda: is_alive(int(told.read_text())))
    assert gone(lambda: any(room.iterdir()))
    assert ["build-base.log"] == [path.name for path in cache.rglob("*")]


def test_a_read_only_folder_of_a_test_goes_too():
    janitor = Janitor()
    locked = janitor.folder / "b" / "locked"
    locked.mkdir(parents=True)
    (locked / "file").write_text("x")
    (locked / "file").chmod(0o400)
    locked.chmod(0o500)

    janitor.close()

    assert not janitor.folder.exists()


@posix
def test_what_a_link_leads_to_stays(tmp_path):
    (tmp_path / "kept").write_text("x")
    janitor = Janitor()
    (janitor.folder / "link").symlink_to(tmp_path)

    janitor.close()

    assert (tmp_path / "kept").exists()
    assert not janitor.folder.exists()


def test_closing_twice_is_closing(sides_of, repository):
    repository.commit("base")
    sides = sides_of("HEAD", "HEAD")

    with sides:
        pass
    sides.close()

    assert not sides.base.root.parent.exists()


def test_sides_that_cannot_be_made_leave_nothing(repository, sides_of, tmp_path, monkeypatch):
    repository.commit("base")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "room"))
    (tmp_path / "room").mkdir()

    with pytest.raises(RepositoryError) as refused:
        sides_of("HEAD", "HEAD", cwd="..")

    assert "no-repository" == refused.value.slug

    assert gone(lambda: any((tmp_path / "room").iterdir()))


@posix
def test_a_process_that_ended_is_not_looked_for_again(tmp_path):
    janitor = Janitor()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True)
    with janitor.watching(child.pid):
        pass

    janitor.close()

    assert is_alive(child.pid)
    child.communicate(b"\n")


@posix
def test_whoever_goes_on_writing_into_it_does_not_keep_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = tmp_path.stat().st_mode
    janitor = Janitor()
    busy = "import pathlib, sys, time\nwhile True: pathlib.Path(sys.argv[1], str(time.time_ns())).touch()"
    children = [
        subprocess.Popen([sys.executable, "-c", busy, str(janitor.folder)], stderr=subprocess.DEVNULL) for _ in range(3)
    ]
    assert gone(lambda: not any(janitor.folder.iterdir()))

    janitor.close()

    # They write by its name, which there is no more.
    assert [1, 1, 1] == [child.wait() for child in children]
    assert [] == list(tmp_path.iterdir())
    assert before == tmp_path.stat().st_mode
